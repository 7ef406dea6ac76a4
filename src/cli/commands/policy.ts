import {
  fullAccessDocument,
  fullAccessPolicyArn,
  identityPolicy,
  tlsOnlyBucketPolicy,
  trustPolicy,
} from '../../generate/policy-documents.ts';
import { PARTITIONS } from '../../model/arn.ts';
import { KitError } from '../../model/errors.ts';
import type { AccessLevel, Grant } from '../../model/grant.ts';
import { defineCommand } from '../command.ts';
import { grantFromFlags, grantOptions, readGrantFile } from '../grant-flags.ts';

const DOCUMENTS = ['minimal', 'extended', 'full', 'trust', 'bucket'] as const;

export const command = defineCommand({
  options: {
    document: {
      choices: DOCUMENTS,
      demandOption: true,
      describe: 'minimal, extended, full: what the role may do; trust: who may assume it; bucket: refuses plain HTTP',
    },
    ...grantOptions,
    partition: { choices: PARTITIONS, requiresArg: true, describe: 'AWS partition of the account (default: aws)' },
  },
  examples: [
    ['$0 policy minimal --bucket my-bucket', 'the least that ChannelMix needs'],
    ['$0 policy extended --bucket my-bucket --prefix Client123/', 'large uploads too, one folder only'],
    ['$0 policy trust', 'who may assume the role'],
  ],
  run: async (args, context) => {
    context.out(`${JSON.stringify(await buildDocument(args), null, 2)}\n`);
    return 0;
  },
});

type Arguments = Parameters<typeof command.run>[0];

async function buildDocument(args: Arguments): Promise<unknown> {
  const partition = args.partition ?? 'aws';
  switch (args.document) {
    case 'trust':
      refuseFlags(args, ['bucket', 'prefix', 'kms-key', 'config']);
      if (partition === 'aws') return trustPolicy(partition);
      throw new KitError(
        'usage',
        `no role in partition "${partition}" can be assumed by ChannelMix, which is in "aws"`,
        {
          hint: 'Roles cannot be assumed across partitions: use an access key (auth: key).',
        },
      );
    case 'bucket': {
      refuseFlags(args, ['prefix', 'kms-key']);
      const { buckets, partition: where } = await readArguments(args, 'minimal');
      const [bucket, second] = buckets;
      if (bucket === undefined || second !== undefined) {
        throw new KitError('usage', 'policy bucket makes the policy of one bucket', {
          hint: 'Give --bucket once, and run it for each bucket.',
        });
      }
      return tlsOnlyBucketPolicy(bucket.name, where);
    }
    case 'full': {
      refuseFlags(args, ['prefix']);
      const grant = hasBucket(args) ? await readArguments(args, 'full') : undefined;
      const extra = grant === undefined ? undefined : identityPolicy({ ...grant, access: 'full' });
      return {
        arn: fullAccessPolicyArn(grant?.partition ?? partition),
        document: fullAccessDocument(),
        ...(extra === undefined ? {} : { additionalDocument: extra }),
      };
    }
    default:
      return identityPolicy({ ...(await readArguments(args, args.document)), access: args.document });
  }
}

function hasBucket(args: Arguments): boolean {
  return args.bucket !== undefined || args.config !== undefined || args['kms-key'] !== undefined;
}

/** A policy document is the same for a role and for a user; the key way is the one that every partition has. */
async function readArguments(args: Arguments, access: AccessLevel): Promise<Grant> {
  if (args.config === undefined) return grantFromFlags({ ...args, access, auth: 'key' });
  refuseFlags(args, ['bucket', 'prefix', 'kms-key', 'partition'], ' beside --config');
  return readGrantFile(args.config);
}

function refuseFlags(
  args: Arguments,
  flags: readonly (keyof Arguments & string)[],
  where = ` for "policy ${args.document}"`,
): void {
  const given = flags.find((flag) => args[flag] !== undefined);
  if (given !== undefined) throw new KitError('usage', `--${given} means nothing${where}`, { hint: 'Leave it out.' });
}
