import { placeText } from '../../diagnose/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import type { AuditBucket, AuditDocuments } from '../../model/audit-documents.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { othersOf } from '../facts/others.ts';
import { actionsOf } from '../facts/statements.ts';
import { blindTo, listed } from '../facts/words.ts';

export const bucketPolicyOther = defineRule({
  id: 'bucket-policy-other',
  question: 'who-else',
  severity: 'warning',
  title: 'The bucket policy lets nobody else in',
  why: 'The same data that ChannelMix reads and writes is open to whoever the bucket policy names, or leaves of everybody by a condition on the account or organization. A service that is bound to no source (aws:SourceAccount, aws:SourceArn) comes for whoever asks it to. An entry for ChannelMix’s account itself is a second way in, which stays when the role is removed.',
  docs: s3Guide('example-bucket-policies.html'),
  messages: {
    account: {
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
    organization: {
      message: 'Every account of organization {account} may {actions} in bucket {bucket}: {place} lets all of it.',
      fix: 'Name the accounts or roles that are meant in {place} instead of the whole organization.',
    },
    distribution: {
      message: 'Whoever reaches the CloudFront distributions of {names} may {actions} in bucket {bucket}: {place}.',
      fix: 'Take it out of {place}, unless these distributions are meant to show the data; then let them come by origin access control, bound by AWS:SourceArn.',
    },
    service: {
      message:
        'A service may {actions} in bucket {bucket} for whoever asks it to: {place} names {names}, and no source that it is bound to.',
      fix: 'Add to {place} the condition StringEquals aws:SourceAccount with your account, or ArnLike aws:SourceArn with what the service acts for.',
    },
    federated: {
      message: 'Whoever signs in with {names} may {actions} in bucket {bucket}: {place}.',
      fix: 'Take {names} out of {place}, unless those who sign in there are meant to have this access.',
    },
  },
  *check(context) {
    const { documents } = context;
    for (const bucket of documents.buckets) {
      yield* blindTo(bucket.policy);
      if (bucket.policy.state !== 'read') continue;
      const others = othersOf(bucket.policy.value, ownAccounts(documents, bucket)).filter(
        ({ kind, id }) => kind !== 'canonical' || !isOwnerId(bucket, id),
      );
      for (const [id, found] of groupBy(others, (one) => one.id)) {
        const [first] = found;
        if (first === undefined) continue;
        yield {
          message: first.kind,
          data: {
            account: id,
            bucket: bucket.name,
            names: listed(found.map(({ name }) => name)),
            actions: listed(found.flatMap(({ stated }) => actionsOf(stated))),
            place: placeText(first.stated.ref),
          },
          about: context.arnOf(bucket),
          key: id,
          statement: first.stated.ref,
        };
      }
    }
  },
});

function ownAccounts({ principal }: AuditDocuments, { owner }: AuditBucket): ReadonlySet<string> {
  return new Set([principal.account, ...(owner.state === 'read' ? [owner.value] : [])]);
}

function isOwnerId({ acl }: AuditBucket, id: string): boolean {
  return acl.state === 'read' && acl.value.owner === id;
}
