import { createAwsClients, readBucketPolicy, readRoleDocuments } from '../../aws/index.ts';
import { explainMatrix, type NamedDocument, type Subject } from '../../evaluate/matrix/index.ts';
import { parseRoleArn } from '../../model/arn.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { KitError } from '../../model/errors.ts';
import type { JsonValue } from '../../model/policy.ts';
import { renderMatrix } from '../../report/matrix-text.ts';
import { awsOptions } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readPolicyFile } from '../policy-file.ts';

const FILE = { type: 'string', array: true, requiresArg: true } as const;

export const command = defineCommand({
  options: {
    identity: { ...FILE, describe: 'file with an identity policy; repeat for several' },
    'role-arn': { type: 'string', requiresArg: true, describe: 'read the policies of this role from AWS instead' },
    'bucket-policy': { ...FILE, describe: 'file with the policy of a bucket; repeat for several buckets' },
    boundary: { type: 'string', requiresArg: true, describe: 'file with the permissions boundary' },
    session: { ...FILE, describe: 'file with a session policy; repeat for several' },
    scp: { ...FILE, describe: 'file with the SCP of one level of the organization; repeat for each level' },
    rcp: { ...FILE, describe: "file with a resource control policy of the buckets' organization; repeat for several" },
    principal: {
      type: 'string',
      requiresArg: true,
      describe: 'whose policies these are: ARN of a user or role session',
    },
    'bucket-account': {
      type: 'string',
      requiresArg: true,
      describe: "owner of the buckets (default: the principal's)",
    },
    all: { type: 'boolean', describe: 'name every action, those that are denied too' },
    output: { choices: ['text', 'json'] as const, default: 'text' as const, requiresArg: true, describe: 'format' },
    ...awsOptions,
  },
  examples: [
    ['$0 explain --identity policy.json', 'what a policy allows'],
    ['$0 explain --identity policy.json --bucket-policy bucket.json', 'what is left of it on a bucket'],
    ['$0 explain --identity policy.json --scp root.json --scp ou.json', 'what an organization leaves of it'],
    ['$0 explain --role-arn arn:aws:iam::011110000110:role/channelmix_s3_access', 'a role as it is in AWS'],
  ],
  run: async (args, context) => {
    const subject = await readSubject(args, context);
    const matrix = explainMatrix(subject);
    const assumed = assumptions(subject);
    if (args.output === 'json') {
      const principal = subject.principal === undefined ? {} : { principal: subject.principal };
      const report = { schemaVersion: SCHEMA_VERSION, command: 'explain', ...principal, assumed, matrix };
      context.out(`${JSON.stringify(report, null, 2)}\n`);
      return 0;
    }
    context.out(renderMatrix(matrix, { columns: context.columns, all: args.all === true, style: context.outStyle }));
    for (const line of assumed) context.note(`Assumed: ${line}.`);
    return 0;
  },
});

type Arguments = Parameters<typeof command.run>[0];

/** Every request of ChannelMix is made over HTTPS. */
const CONTEXT = { 'aws:SecureTransport': 'true' };

function assumptions({ principal, bucketAccount, session, scps, rcps }: Subject): readonly string[] {
  const absent = [
    ...(scps === undefined ? ['SCP'] : []),
    ...(rcps === undefined ? ['RCP'] : []),
    ...(session === undefined ? ['session policy'] : []),
    'VPC endpoint policy',
  ];
  const first = absent.slice(0, -1).join(', ');
  return [
    'requests are made over HTTPS',
    `no ${first === '' ? '' : `${first} or `}${absent.at(-1)} stands in the way`,
    ...(bucketAccount === undefined
      ? [
          principal === undefined
            ? 'caller and buckets are in one account'
            : "the buckets are in the principal's account",
        ]
      : []),
  ];
}

async function readSubject(args: Arguments, context: Context): Promise<Subject> {
  if ((args.identity === undefined) === (args['role-arn'] === undefined)) {
    const what =
      args.identity === undefined ? 'nothing to explain was named' : '--identity and --role-arn exclude each other';
    throw new KitError('usage', what, { hint: 'Give --identity FILE, or --role-arn ARN.' });
  }
  const account = args['bucket-account'];
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new KitError('input', `--bucket-account "${account}" is no account id: 12 digits`);
  }
  const files = args['bucket-policy'];
  const bucketPolicies = files === undefined ? undefined : await Promise.all(files.map(readPolicyFile));
  const common = { context: CONTEXT, ...(account === undefined ? {} : { bucketAccount: account }) };
  const limits = await readLimits(args);
  const subject =
    args['role-arn'] === undefined
      ? await fromFiles(args)
      : await fromRole(args, args['role-arn'], bucketPolicies === undefined, context);
  return {
    ...subject,
    ...limits,
    ...common,
    context: { ...common.context, ...subject.context },
    ...(bucketPolicies === undefined ? {} : { bucketPolicies }),
  };
}

/** Each file of `--scp` is a level. */
async function readLimits({ session, scp, rcp }: Arguments): Promise<Pick<Subject, 'session' | 'scps' | 'rcps'>> {
  const read = (paths: readonly string[]): Promise<readonly NamedDocument[]> => Promise.all(paths.map(readPolicyFile));
  return {
    ...(session === undefined ? {} : { session: await read(session) }),
    ...(scp === undefined ? {} : { scps: (await read(scp)).map((document) => [document]) }),
    ...(rcp === undefined ? {} : { rcps: await read(rcp) }),
  };
}

async function fromFiles(args: Arguments): Promise<Subject> {
  const { identity = [], boundary, principal } = args;
  if (
    principal !== undefined &&
    !/^arn:[a-z-]+:(iam|sts)::\d{12}:(user|assumed-role|role|federated-user)\/./.test(principal)
  ) {
    throw new KitError('input', `--principal "${principal}" is no ARN of a user, role or session`, {
      hint: 'Such as arn:aws:sts::111122223333:assumed-role/NAME/SESSION.',
    });
  }
  return {
    identity: await Promise.all(identity.map(readPolicyFile)),
    ...(boundary === undefined ? {} : { boundary: await readPolicyFile(boundary) }),
    ...(principal === undefined ? {} : { principal }),
  };
}

/** Names of buckets without wildcards in Resource elements, in the order in which they stand there. */
function bucketsIn(documents: readonly NamedDocument[]): readonly string[] {
  const names = new Set<string>();
  const visit = (value: JsonValue): void => {
    if (typeof value === 'string') {
      const name = /^arn:[^:]+:s3:::([^:/*?$]+)(\/|$)/.exec(value)?.[1];
      if (name !== undefined) names.add(name);
    } else if (typeof value === 'object' && value !== null) {
      for (const one of Object.values<JsonValue>(value)) visit(one);
    }
  };
  for (const { document } of documents) visit(document);
  return [...names];
}

async function fromRole(args: Arguments, text: string, readBuckets: boolean, context: Context): Promise<Subject> {
  for (const flag of ['boundary', 'principal'] as const) {
    if (args[flag] !== undefined)
      throw new KitError('usage', `--${flag} means nothing beside --role-arn`, { hint: 'Leave it out.' });
  }
  const role = parseRoleArn(text.trim());
  if (role === undefined) {
    throw new KitError('input', `--role-arn "${text}" is not the ARN of a role`, {
      hint: 'Such as arn:aws:iam::111122223333:role/NAME.',
    });
  }
  const clients = createAwsClients({ profile: args.profile, region: args.region, endpointUrl: args['endpoint-url'] });
  const { identity, boundary } = await readRoleDocuments(clients, role, context.signal);
  const buckets = readBuckets ? bucketsIn(identity) : [];
  const bucketPolicies = await Promise.all(buckets.map((bucket) => readBucketPolicy(clients, bucket, context.signal)));
  return {
    principal: `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/channelmix`,
    identity,
    ...(boundary === undefined ? {} : { boundary }),
    bucketPolicies: bucketPolicies.filter((policy) => policy !== undefined),
    context: { 'aws:PrincipalArn': text.trim() },
  };
}
