import type { TestProject } from 'vitest/node';
import { findPython, PYTHON_HELP, prepareEnvironment } from './environment.ts';
import { startLocalEmu } from './localemu.ts';

/**
 * Prepares the Python environments and starts LocalEmu, before any test file is loaded. Where Python is missing it says how to get it and
 * the tests are skipped; with CI=true that is a failure.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const note = (line: string): void => console.log(`peers: ${line}`);
  const python = await findPython();
  if (python === undefined) {
    if (process.env.CI === 'true') throw new Error(PYTHON_HELP);
    note(`skipped. ${PYTHON_HELP}`);
    project.provide('judges', null);
    return async () => undefined;
  }
  note(`Python is ${python}`);
  const [localemuPython, clientsPython] = [
    await prepareEnvironment('localemu', python, note),
    await prepareEnvironment('clients', python, note),
  ];
  const localemu = await startLocalEmu(localemuPython);
  note(`LocalEmu is ready at ${localemu.endpoint}, IAM enforced`);
  // Read by the workers when they start: the plain SDK trusts it by the first, the kit by the second, as the AWS CLI does.
  process.env.NODE_EXTRA_CA_CERTS = localemu.certificate;
  process.env.AWS_CA_BUNDLE = localemu.certificate;
  const { endpoint, plainEndpoint, certificate } = localemu;
  project.provide('judges', { clientsPython, localemu: { endpoint, plainEndpoint, certificate } });
  return () => localemu.stop();
}
