import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFleet } from '../../src/documents/read-fleet.ts';
import { readShard } from '../../src/fleet/index.ts';

const example = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url)), 'utf8');

/** The value behind a flag of a command line. */
const flagOf = (command: readonly string[], flag: string) => command[command.indexOf(flag) + 1] ?? '';

describe('the examples of docs/fleet.md', () => {
  it('are a fleet file without mistakes, and the page shows another', () => {
    expect(readFleet(example('fleet.yaml'), 'fleet.yaml')).toMatchObject({ invalid: [], clients: { length: 2 } });
    const page = readFileSync(fileURLToPath(new URL('../../docs/fleet.md', import.meta.url)), 'utf8');
    const shown = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
    expect(readFleet(shown, 'fleet.yaml')).toMatchObject({ invalid: [], clients: { length: 2 } });
  });

  // https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
  it('have a job definition of AWS Batch whose children each take their part', () => {
    const job = JSON.parse(example('fleet-batch-job.json'));
    const { command, volumes, mountPoints } = job.containerProperties;
    expect([job.type, job.platformCapabilities]).toEqual(['container', ['FARGATE']]);
    expect(command.slice(0, 3)).toEqual(['channelmix-s3', 'fleet', 'verify']);
    expect(command).toContain('--resume');
    const parts = [0, 1, 2, 3].map((index) =>
      readShard(flagOf(command, '--shard'), {
        AWS_BATCH_JOB_ARRAY_INDEX: String(index),
        AWS_BATCH_JOB_ARRAY_SIZE: '4',
      }),
    );
    expect(parts.map(({ index, count }) => `${index}/${count}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(mountPoints[0].sourceVolume).toBe(volumes[0].name);
    expect(flagOf(command, '-f').startsWith(mountPoints[0].containerPath)).toBe(true);
    const rules = job.retryStrategy.evaluateOnExit;
    expect(rules[0]).toEqual({ onExitCode: '3', action: 'RETRY' });
    expect(rules.at(-1)).toEqual({ onExitCode: '*', action: 'EXIT' });
  });

  // https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
  it('have an indexed Job of Kubernetes whose pods each take their part', () => {
    const job = parse(example('fleet-kubernetes-job.yaml'));
    expect([job.apiVersion, job.kind, job.spec.completionMode]).toEqual(['batch/v1', 'Job', 'Indexed']);
    const { spec } = job.spec.template;
    const [container] = spec.containers;
    const parts = Array.from({ length: job.spec.completions }, (_, index) =>
      readShard(flagOf(container.command, '--shard'), { JOB_COMPLETION_INDEX: String(index) }),
    );
    expect(parts.map(({ index, count }) => `${index}/${count}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(container.volumeMounts[0].name).toBe(spec.volumes[0].name);
    const [final] = job.spec.podFailurePolicy.rules;
    // Required by podFailurePolicy and backoffLimitPerIndex.
    expect([final.action, final.onExitCodes.containerName, spec.restartPolicy]).toEqual([
      'FailIndex',
      container.name,
      'Never',
    ]);
    expect(final.onExitCodes.values).not.toContain(3);
  });
});
