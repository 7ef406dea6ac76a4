import { s3Guide } from '../../lint/facts/pages.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { needsOf } from '../facts/needs.ts';
import { listed } from '../facts/words.ts';

export const publicPolicyCutOff = defineRule({
  id: 'public-policy-cut-off',
  question: 'blocks',
  severity: 'error',
  title: 'The policy that lets another account in is not public',
  why: 'RestrictPublicBuckets lets nobody but AWS services and the bucket’s own account into a bucket whose policy is public, also those whom the policy names beside everybody.',
  docs: s3Guide('access-control-block-public-access.html'),
  messages: {
    cutOff: {
      message:
        'The policy of bucket {bucket} is public, so RestrictPublicBuckets refuses {actions} to {name}, which belongs to another account.',
      fix: 'Take the statement for everybody ("*") out of the bucket policy, and let it name {arn}. Leave Block Public Access on.',
    },
  },
  *check(context) {
    const { name, arn } = context.documents.principal;
    const cut = needsOf(context).filter(
      ({ verdict }) => verdict.result === 'deny' && verdict.layer === 'public-access-block',
    );
    for (const [bucket, needs] of groupBy(cut, (need) => need.bucket.name)) {
      const data = { bucket, name, arn, actions: listed(needs.map(({ action }) => action)) };
      yield { message: 'cutOff', data, about: context.arnOf({ name: bucket }), key: 'public' };
    }
  },
});
