import { KitError } from '../model/errors.ts';

/** The options of `verify` that do not go with every other. */
export interface VerifyOptionsGiven {
  readonly as?: 'channelmix' | 'client' | 'simulate' | undefined;
  readonly expect?: 'revoked' | undefined;
  readonly plan: boolean;
  readonly output: string;
  readonly bundle?: string | undefined;
  readonly 'show-accounts': boolean;
  readonly force: boolean;
  readonly yes: boolean;
  readonly deep: boolean;
  readonly careful: boolean;
  readonly 'allow-locked': boolean;
  readonly 'third-party-profile'?: string | undefined;
  readonly 'kms-key'?: string | undefined;
  readonly 'other-bucket'?: string | undefined;
  readonly profile?: string | undefined;
}

const LEAVE_OUT = 'Leave out one of them.';
const WITH_KEY = 'With --access-key-id the calls are made with that key.';

/** What is about probes that write, and about more than assuming, listing and reading. */
const OF_WRITES = ['careful', 'allow-locked', 'third-party-profile'] as const;
const OF_GRANT = [...OF_WRITES, 'deep', 'kms-key', 'other-bucket'] as const;

/**
 * Refuses options that exclude each other or would do nothing, before anything is done.
 *
 * @param way by the role or by the access key
 * @throws KitError `usage`
 */
export function checkVerifyUsage(args: VerifyOptionsGiven, way: 'role' | 'key'): void {
  const wrong = mistakes(args, way).find(([isWrong]) => isWrong);
  if (wrong !== undefined) throw new KitError('usage', wrong[1], { hint: wrong[2] });
}

type Mistake = readonly [isWrong: boolean, message: string, hint: string];

function mistakes(args: VerifyOptionsGiven, way: 'role' | 'key'): readonly Mistake[] {
  const { as, plan, output, bundle, profile } = args;
  const revoked = args.expect === 'revoked';
  const simulated = as === 'simulate';
  const isKey = way === 'key';
  const idle = given(args, OF_GRANT);
  const unwritten = given(args, OF_WRITES);
  return [
    [
      revoked && as === 'client',
      "--expect revoked is for ChannelMix's credentials, and --as client means others",
      LEAVE_OUT,
    ],
    [revoked && simulated, '--expect revoked needs real calls, and --as simulate makes none', LEAVE_OUT],
    [revoked && plan, '--plan is of the probes of a grant, of which --expect revoked makes none', LEAVE_OUT],
    [
      revoked && idle !== undefined,
      `--${idle} means nothing with --expect revoked, which only assumes, lists and reads`,
      'Leave it out.',
    ],
    [isKey && as !== undefined && !simulated, `--as ${as} is for the role way`, WITH_KEY],
    [isKey && profile !== undefined && !simulated, '--profile is for the role way', WITH_KEY],
    [
      simulated && plan,
      '--plan is of calls that are made as the role, and --as simulate makes none',
      'docs/verify.md lists what a simulation reads.',
    ],
    [
      simulated && unwritten !== undefined,
      `--${unwritten} means nothing with --as simulate, which makes no call as the role`,
      'Leave it out.',
    ],
    [plan && output !== 'text' && output !== 'json', `--plan has no ${output} output`, 'Take --output text or json.'],
    [bundle === '-', '--bundle is for a file', 'Name one; --output json writes the report to stdout.'],
    [plan && bundle !== undefined, '--plan stops before there is a report for --bundle', LEAVE_OUT],
    [args['show-accounts'] && bundle === undefined, '--show-accounts is for --bundle', 'Add --bundle FILE.'],
    [args.force && bundle === undefined, '--force is for --bundle', 'Add --bundle FILE.'],
    [args.yes && as !== 'client', '--yes is for --as client: nothing else is asked for', 'Leave it out.'],
  ];
}

/** The first of the options that was given. */
function given<N extends keyof VerifyOptionsGiven>(args: VerifyOptionsGiven, names: readonly N[]): N | undefined {
  return names.find((name) => args[name] !== undefined && args[name] !== false);
}
