import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import type { DefaultEncryption, KeyDocuments } from '../../model/access-documents.ts';
import { isManagedKey } from '../../model/key-policy.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { dependenciesOf } from '../facts/dependencies.ts';
import { expectedBuckets, needsOf } from '../facts/needs.ts';
import { blindTo, blindToAny, listed } from '../facts/words.ts';
import { untold } from '../sources/untold.ts';
import type { AuditContext, Blind } from '../types.ts';

export const permissionDepends = defineRule({
  id: 'permission-depends',
  question: 'needs',
  severity: 'warning',
  title: 'What ChannelMix needs is allowed without conditions that it may not meet',
  why: 'A permission that is allowed only from certain addresses, networks or tags works until ChannelMix calls from somewhere else. Nothing in the account shows when that happens.',
  docs: userGuide('reference_policies_condition-keys.html'),
  messages: {
    allows: {
      message: 'Whether {actions} in bucket {bucket} is allowed depends on {questions}: {place} allows by it.',
      fix: 'Take that condition out of {place}, or replace it by one that holds wherever ChannelMix calls from.',
    },
    unread: {
      message: 'Nothing that was read allows {actions} in bucket {bucket}: only {what}, which was not read, might.',
      fix: 'Allow it in the policies of {name}; or audit again with what is missing.',
    },
  },
  *check(context) {
    yield* unreadFor(context);
    const { name } = context.documents.principal;
    const silent = needsOf(context).filter(({ onlyUnread }) => onlyUnread);
    for (const [bucket, needs] of groupBy(silent, (need) => need.bucket.name)) {
      const what = needs.flatMap(({ verdict }) =>
        verdict.reasons.flatMap((one) => (one.kind === 'unread' ? one.policy : [])),
      );
      const data = { name, bucket, actions: listed(needs.map(({ action }) => action)), what: listed(what, 2) };
      yield { message: 'unread', data, about: context.arnOf({ name: bucket }), key: `${bucket}\nunread` };
    }
    for (const { bucket, actions, statement, questions, key } of dependenciesOf(context, 'Allow')) {
      yield {
        message: 'allows',
        data: {
          bucket: bucket.name,
          actions: listed(actions),
          questions: listed(questions, 3),
          place: placeText(statement),
        },
        about: context.arnOf(bucket),
        key,
        statement,
      };
    }
  },
});

/** What decides about a permission and was not read. */
function* unreadFor(context: AuditContext): Iterable<Blind> {
  const { principal, keys } = context.documents;
  yield* blindToAny(principal.identity);
  yield* blindTo(principal.boundary);
  for (const bucket of expectedBuckets(context)) {
    const { policy, owner, encryption, publicAccessBlock, requestPayer } = bucket;
    yield* blindTo(owner, policy, encryption);
    const isOwn = owner.state === 'read' && owner.value === principal.account;
    if (!isOwn) yield* blindTo(publicAccessBlock, requestPayer);
    if (encryption.state === 'read') yield* unknownKey(encryption.value, keys);
  }
  for (const { policy, grants, keyState } of keys) yield* blindTo(policy, grants, keyState);
  for (const { reservations } of needsOf(context)) for (const why of reservations) yield { blind: why };
}

/** A customer managed key that encrypts the bucket, and of which nothing is known. */
function unknownKey({ kmsKey }: DefaultEncryption, keys: readonly KeyDocuments[]): readonly Blind[] {
  if (kmsKey === undefined || isManagedKey(kmsKey)) return [];
  if (keys.some(({ arn }) => arn === kmsKey || arn.endsWith(`/${kmsKey}`))) return [];
  const tell = untold('nothing was read of it', 'unknown');
  return blindTo(tell(`the KMS key ${kmsKey}`, 'kms:DescribeKey'));
}
