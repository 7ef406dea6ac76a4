import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { expectedBuckets } from '../facts/needs.ts';
import { blindTo } from '../facts/words.ts';

export const objectLock = defineRule({
  id: 'object-lock',
  question: 'blocks',
  severity: 'suggestion',
  title: 'The bucket is not locked against what ChannelMix does',
  why: 'Where every object is retained by default, deleting and overwriting leave the old version in place until its time is over, and S3 refuses uploads without a checksum. That may be meant; whoever counts on files being gone is wrong then.',
  docs: s3Guide('object-lock-overview.html'),
  messages: {
    retained: {
      message:
        'Bucket {bucket} retains every object {period} ({mode}): what ChannelMix deletes or overwrites stays as an old version until then.',
      fix: 'If files of ChannelMix need not be retained, give them a bucket without a default retention; it can be taken off this one, for new objects: aws s3api put-object-lock-configuration.',
    },
  },
  *check(context) {
    for (const bucket of expectedBuckets(context)) {
      const { objectLock: lock, name } = bucket;
      yield* blindTo(lock);
      if (lock.state !== 'read' || lock.value.mode === undefined) continue;
      const { mode, days, years } = lock.value;
      const period = years === undefined ? `for ${days ?? 0} days` : `for ${years} years`;
      yield { message: 'retained', data: { bucket: name, period, mode }, about: context.arnOf(bucket), key: 'lock' };
    }
  },
});
