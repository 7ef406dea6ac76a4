import { s3Guide } from '../../lint/facts/pages.ts';
import { shellWord } from '../../model/shell.ts';
import { defineRule } from '../define-rule.ts';
import { expectedBuckets } from '../facts/needs.ts';
import { blindTo } from '../facts/words.ts';

export const requesterPays = defineRule({
  id: 'requester-pays',
  question: 'blocks',
  severity: 'error',
  title: 'A bucket of another account is not Requester Pays',
  why: 'S3 refuses requests from other accounts to such a bucket unless they say that they pay (x-amz-request-payer), which ChannelMix does not say. Requests from the bucket’s own account are paid by it as always.',
  docs: s3Guide('RequesterPaysBuckets.html'),
  messages: {
    refused: {
      message:
        'Bucket {bucket} is Requester Pays and belongs to another account than {name}: ChannelMix’s requests are refused.',
      fix: 'Turn Requester Pays off (aws s3api put-bucket-request-payment --bucket {bucket} --request-payment-configuration Payer=BucketOwner), or give a role of the bucket’s own account.',
    },
  },
  *check(context) {
    const { account, name } = context.documents.principal;
    for (const bucket of expectedBuckets(context)) {
      const { owner, requestPayer } = bucket;
      if (owner.state === 'read' && owner.value === account) continue;
      yield* blindTo(requestPayer, owner);
      if (owner.state !== 'read' || requestPayer.state !== 'read' || requestPayer.value !== 'Requester') continue;
      yield {
        message: 'refused',
        data: { bucket: shellWord(bucket.name), name },
        about: context.arnOf(bucket),
        key: 'payer',
      };
    }
  },
});
