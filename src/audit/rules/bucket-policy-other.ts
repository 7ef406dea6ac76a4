import { placeText } from '../../diagnose/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import type { AuditBucket, AuditDocuments } from '../../model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { accountOf, actionsOf, type NamedPrincipal, principalsOf, statementsOf } from '../facts/statements.ts';
import { blindTo, listed } from '../facts/words.ts';

export const bucketPolicyOther = defineRule({
  id: 'bucket-policy-other',
  question: 'who-else',
  severity: 'warning',
  title: 'The bucket policy lets no other account in',
  why: 'The same data that ChannelMix reads and writes is open to whoever the bucket policy names. An entry for ChannelMix’s account itself is a second way in, which stays when the role is removed.',
  docs: s3Guide('example-bucket-policies.html'),
  messages: {
    other: {
      message: 'Account {account} may {actions} in bucket {bucket}: {place} names {names}.',
      fix: 'Take {names} out of {place}, unless that account is meant to have this access.',
    },
    channelmix: {
      message: 'ChannelMix’s account may {actions} in bucket {bucket} without the role: {place} names {names}.',
      fix: 'Take {names} out of {place}: the role is enough, and removing it must end the access.',
    },
    canonical: {
      message: 'The account with the canonical id {account} may {actions} in bucket {bucket}: {place} names it.',
      fix: 'Take it out of {place}, unless that account is meant to have this access; name it by its account id then.',
    },
  },
  *check(context) {
    const { documents } = context;
    for (const bucket of documents.buckets) {
      yield* blindTo(bucket.policy);
      if (bucket.policy.state !== 'read') continue;
      const entries = statementsOf(bucket.policy.value)
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((stated) =>
          principalsOf(stated.statement)
            .filter((one) => isOther(documents, bucket, one))
            .map(({ type, value }) => ({ stated, type, value, account: accountOf(value) ?? value })),
        );
      for (const [account, found] of groupBy(entries, (one) => one.account)) {
        const [first] = found;
        if (first === undefined) continue;
        const isChannelMix = account === CHANNELMIX_ACCOUNT_ID;
        yield {
          message: isChannelMix ? 'channelmix' : first.type === 'CanonicalUser' ? 'canonical' : 'other',
          data: {
            account,
            bucket: bucket.name,
            names: listed(found.map(({ value }) => value)),
            actions: listed(found.flatMap(({ stated }) => actionsOf(stated))),
            place: placeText(first.stated.ref),
          },
          about: context.arnOf(bucket),
          key: account,
          statement: first.stated.ref,
        };
      }
    }
  },
});

function isOther({ principal }: AuditDocuments, { owner, acl }: AuditBucket, { type, value }: NamedPrincipal): boolean {
  if (type === 'CanonicalUser') return acl.state !== 'read' || acl.value.owner !== value;
  const account = type === 'AWS' ? accountOf(value) : undefined;
  const isOwner = owner.state === 'read' && owner.value === account;
  return account !== undefined && account !== principal.account && !isOwner;
}
