import { once } from 'node:events';
import { accountIdRule } from '../../documents/rules.ts';
import { inputError, KitError } from '../../model/errors.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';

export const command = defineCommand({
  options: {
    action: { choices: ['start'] as const, demandOption: true, describe: 'start: run until stopped (Ctrl-C)' },
    port: { type: 'string', requiresArg: true, describe: 'port on 127.0.0.1 (default: a free one)' },
    account: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'account to have; repeat for several (default: 111122223333 and 031871504755)',
    },
    region: { type: 'string', default: 'us-east-1', requiresArg: true, describe: 'region of the sandbox' },
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
  ],
  run: async (args, context) => {
    const accounts = args.account;
    checkAccounts(accounts ?? []);
    checkRegion(args.region);
    const sandbox = await startSandbox({
      region: args.region,
      ...(args.port === undefined ? {} : { port: readPort(args.port) }),
      ...(accounts === undefined ? {} : { accounts }),
      ...(args.fault === undefined ? {} : { faults: args.fault }),
    });
    context.out(`${JSON.stringify({ endpoint: sandbox.endpoint, accounts: sandbox.accounts })}\n`);
    context.note('The sandbox enforces IAM. It forgets everything when it stops: Ctrl-C.');
    await stopped(context);
    await sandbox.close();
    return 0;
  },
});

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
