import { s3Guide } from '../../lint/facts/pages.ts';
import type { PublicAccessBlock } from '../../model/access-documents.ts';
import type { AuditBucket } from '../../model/audit-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import { defineRule } from '../define-rule.ts';
import { writtenIn } from '../facts/blame.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { expectedBuckets } from '../facts/needs.ts';
import { type S3Excess, s3ExcessOf } from '../facts/s3-excess.ts';
import { blindTo, listed } from '../facts/words.ts';

export const canPublish = defineRule({
  id: 'can-publish',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot make the data public',
  why: 'With a policy or an access control list for everybody the files are on the internet. Block Public Access and Object Ownership prevent it, as long as whoever could publish cannot turn them off.',
  docs: s3Guide('access-control-block-public-access.html'),
  messages: {
    policy: {
      message: '{name} can make bucket {bucket} public by its policy: {actions}, and {why}.',
      fix: 'Take these actions out of {written}, and turn Block Public Access on for the account.',
    },
    lists: {
      message: '{name} can make files of bucket {bucket} public by access control lists: {actions}, and {why}.',
      fix: 'Take these actions out of {written}, and set Object Ownership to BucketOwnerEnforced, which ends access control lists.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name } = context.documents.principal;
    const found = new Map<string, { readonly way: Way; readonly buckets: string[] }>();
    for (const bucket of expectedBuckets(context)) {
      const all = s3ExcessOf(context).filter((one) => one.where === 'account' || one.bucket === bucket.name);
      for (const message of ['policy', 'lists'] as const) {
        const way = wayOf(message, bucket, all);
        if (way === 'unknown') {
          yield* blindTo(bucket.publicAccessBlock, bucket.accountPublicAccessBlock, bucket.ownership);
        } else if (way !== undefined) {
          const known = found.get(`${message} ${way.why}`);
          if (known === undefined) found.set(`${message} ${way.why}`, { way, buckets: [bucket.name] });
          else known.buckets.push(bucket.name);
        }
      }
    }
    const { arn } = context.documents.principal;
    for (const { way, buckets } of found.values()) {
      const { message, why, actions, statement } = way;
      const { written } = writtenIn(context, way.statements);
      yield {
        message,
        data: { name, bucket: listed(buckets, 3), why, written, actions: listed(actions) },
        about: arn,
        key: message,
        ...(statement === undefined ? {} : { statement }),
      };
    }
  },
});

interface Way {
  readonly message: 'policy' | 'lists';
  readonly why: string;
  readonly actions: readonly string[];
  /** The first of those that allow it. */
  readonly statement?: StatementRef;
  readonly statements: readonly (StatementRef | undefined)[];
}

const PUBLISHING: Readonly<Record<Way['message'], readonly string[]>> = {
  policy: ['PutBucketPolicy'],
  lists: ['PutBucketAcl', 'PutObjectAcl', 'PutObjectVersionAcl'],
};

/** How the bucket can be published; `unknown` where a switch that could not be read may stand before it. */
function wayOf(message: Way['message'], bucket: AuditBucket, all: readonly S3Excess[]): Way | 'unknown' | undefined {
  const can = (action: string): boolean => all.some(({ facts }) => facts.name === action);
  const used = all.filter(({ facts }) => PUBLISHING[message].includes(facts.name));
  const [first] = used;
  if (first === undefined) return undefined;
  const { ownership, publicAccessBlock, accountPublicAccessBlock } = bucket;
  const noLists = ownership.state === 'read' && ownership.value === 'BucketOwnerEnforced';
  if (message === 'lists' && noLists && !can('PutBucketOwnershipControls')) return undefined;
  const switches: readonly (keyof PublicAccessBlock)[] =
    message === 'policy' ? ['blockPublicPolicy', 'restrictPublicBuckets'] : ['blockPublicAcls', 'ignorePublicAcls'];
  const why = whyOpen(bucket, switches, can);
  if (why === undefined) {
    const isUnread = publicAccessBlock.state === 'unreadable' || accountPublicAccessBlock.state === 'unreadable';
    return isUnread ? 'unknown' : undefined;
  }
  const { statement } = first;
  const actions = used.map(({ facts }) => facts.action);
  const statements = used.map((one) => one.statement);
  return { message, why, actions, statements, ...(statement === undefined ? {} : { statement }) };
}

/** What leaves the way open; `undefined` where a switch stands before it, or may. */
function whyOpen(
  { publicAccessBlock: own, accountPublicAccessBlock: account }: AuditBucket,
  switches: readonly (keyof PublicAccessBlock)[],
  can: (action: string) => boolean,
): string | undefined {
  const isOn = (piece: typeof own): boolean => piece.state === 'read' && switches.some((key) => piece.value[key]);
  const holds = (piece: typeof own, action: string): boolean =>
    !can(action) && (piece.state === 'unreadable' || isOn(piece));
  if (holds(own, 'PutBucketPublicAccessBlock') || holds(account, 'PutAccountPublicAccessBlock')) return undefined;
  return isOn(own) || isOn(account)
    ? 'it can turn Block Public Access off before'
    : 'Block Public Access does not stand before it';
}
