import { once } from 'node:events';
import { accountIdRule } from '../../documents/rules.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { inputError, KitError } from '../../model/errors.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';

const FORGETS = 'The sandbox enforces IAM. It forgets everything when it stops: Ctrl-C.';

const START_FLAGS = ['scenario', 'port', 'account', 'region', 'fault'] as const;
const LIST_FLAGS = ['output'] as const;

export const command = defineCommand({
  options: {
    action: {
      choices: ['start', 'scenarios'] as const,
      demandOption: true,
      describe: 'start: run until stopped (Ctrl-C); scenarios: list them',
    },
    scenario: {
      type: 'string',
      requiresArg: true,
      describe: 'begin with accounts that are set up in this way, right or wrong; `sandbox scenarios` lists them',
    },
    output: {
      choices: ['text', 'json'] as const,
      requiresArg: true,
      describe: 'format of the list of scenarios (default: text)',
    },
    port: { type: 'string', requiresArg: true, describe: 'port on 127.0.0.1 (default: a free one)' },
    account: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'account to have; repeat for several (default: 111122223333 and 031871504755)',
    },
    region: { type: 'string', requiresArg: true, describe: 'region of the sandbox (default: us-east-1)' },
    fault: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe:
        'misbehave: iam-delay=5s, latency=40ms, throttle=s3,rate=10%, error=503,at=3, drop=after,s3:PutObject, …',
    },
  },
  examples: [
    ['$0 sandbox start --port 4599', 'then: aws --endpoint-url http://127.0.0.1:4599 s3 ls'],
    [
      '$0 sandbox start --fault iam-delay=5s --fault latency=40ms',
      'a slow AWS, where changes of IAM take time to spread',
    ],
    ['$0 sandbox start --scenario trust-external-id', 'a grant that fails, to see what verify says about it'],
  ],
  run: async (args, context) => {
    const others = args.action === 'scenarios' ? START_FLAGS : LIST_FLAGS;
    const useless = others.find((flag) => args[flag] !== undefined);
    if (useless !== undefined) {
      throw new KitError('usage', `--${useless} means nothing to sandbox ${args.action}`, { hint: 'Leave it out.' });
    }
    if (args.action === 'scenarios') return listScenarios(args.output ?? 'text', context);
    const accounts = args.account;
    checkAccounts(accounts ?? []);
    if (args.region !== undefined) checkRegion(args.region);
    const options: SandboxOptions = {
      ...(args.port === undefined ? {} : { port: readPort(args.port) }),
      ...(accounts === undefined ? {} : { accounts }),
      ...(args.region === undefined ? {} : { region: args.region }),
      ...(args.fault === undefined ? {} : { faults: args.fault }),
    };
    const sandbox = await (args.scenario === undefined
      ? startPlain(options, context)
      : startWithScenario(args.scenario, options, context));
    await stopped(context);
    await sandbox.close();
    return 0;
  },
});

/** Starts an empty sandbox and says where it is. */
async function startPlain(options: SandboxOptions, context: Context): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  context.out(`${JSON.stringify({ endpoint: sandbox.endpoint, accounts: sandbox.accounts })}\n`);
  context.note(FORGETS);
  return sandbox;
}

/** Starts a sandbox in the state of a scenario and says how to verify it. */
async function startWithScenario(name: string, options: SandboxOptions, context: Context): Promise<Sandbox> {
  // Loaded when they are asked for: there are many, and a plain sandbox has to be ready at once.
  const { findScenario } = await import('../../sandbox/scenarios/index.ts');
  const { startScenario } = await import('../../sandbox/scenarios/start.ts');
  const { exportCommand, verifyCommandLine } = await import('../../sandbox/scenarios/command-line.ts');
  const scenario = findScenario(name);
  for (const flag of ['accounts', 'region'] as const) {
    if (options[flag] === undefined) continue;
    throw new KitError('usage', `--scenario does not go with --${flag === 'accounts' ? 'account' : flag}`, {
      hint: 'A scenario brings its own accounts and region.',
    });
  }
  const started = await startScenario(scenario, options);
  const { sandbox, caller } = started;
  const { endpoint, accounts } = sandbox;
  const verify = verifyCommandLine(scenario, started, endpoint);
  context.out(`${JSON.stringify({ endpoint, accounts, scenario: { name, verify, credentials: caller } })}\n`);
  context.note(`${scenario.title}. ${scenario.reason}`);
  context.note(`${FORGETS} In another shell:\n  ${exportCommand(started)}\n  ${verify}`);
  return sandbox;
}

/** Prints the names and titles of all scenarios. */
async function listScenarios(output: 'text' | 'json', context: Context): Promise<number> {
  const { scenarios } = await import('../../sandbox/scenarios/index.ts');
  if (output === 'json') {
    const list = scenarios.map(({ name, title, symptom, reason, expected: { exitCode } }) => ({
      name,
      title,
      symptom,
      reason,
      exitCode,
    }));
    const report = { schemaVersion: SCHEMA_VERSION, command: 'sandbox scenarios', scenarios: list };
    context.out(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, title } of scenarios) context.out(`${name.padEnd(width)}  ${title}\n`);
  return 0;
}

/** Stopping is how this command ends well, so a signal is no failure here. */
async function stopped({ signal }: Context): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new KitError('usage', `--port ${JSON.stringify(text)} is not a port`, {
    hint: 'Give a number from 0 to 65535; 0 takes a free one.',
  });
}

function checkAccounts(accounts: readonly string[]): void {
  const problems = accounts.flatMap((account) => {
    const rule = accountIdRule(account);
    return rule === undefined ? [] : [{ field: '--account', value: account, rule }];
  });
  if (problems.length > 0) throw inputError('The sandbox cannot have these accounts:', problems);
}

function checkRegion(region: string): void {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) return;
  throw new KitError('usage', `--region ${JSON.stringify(region)} is not an AWS region`, {
    hint: 'A region is like eu-west-1.',
  });
}
