import { s3Guide } from '../../lint/facts/pages.ts';
import type { PublicAccessBlock } from '../../model/access-documents.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

const SWITCHES: Readonly<Record<keyof PublicAccessBlock, string>> = {
  blockPublicAcls: 'BlockPublicAcls',
  ignorePublicAcls: 'IgnorePublicAcls',
  blockPublicPolicy: 'BlockPublicPolicy',
  restrictPublicBuckets: 'RestrictPublicBuckets',
};

export const bucketPublicNotBlocked = defineRule({
  id: 'bucket-public-not-blocked',
  question: 'hygiene',
  severity: 'warning',
  title: 'The bucket cannot be made public',
  why: 'Block Public Access refuses the policies and access control lists that open a bucket to everybody, whoever writes them. A switch counts if it is on for the bucket or for its account. ChannelMix needs nothing public.',
  docs: s3Guide('access-control-block-public-access.html'),
  controls: [...cis('2.1.4', '2.1.4'), hub('S3.1'), hub('S3.8')],
  messages: {
    off: {
      message: 'Of Block Public Access, {switches} are off for bucket {bucket} and not on for its account.',
      fix: 'aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { publicAccessBlock: own, accountPublicAccessBlock: account, name } = bucket;
      const isOn = (key: keyof PublicAccessBlock) =>
        [own, account].some((piece) => piece.state === 'read' && piece.value[key]);
      const off = (Object.keys(SWITCHES) as (keyof PublicAccessBlock)[]).filter((key) => !isOn(key));
      if (off.length === 0) continue;
      // What could not be read may have them on.
      const blind = [...blindTo(own), ...blindTo(account)];
      yield* blind;
      if (blind.length > 0) continue;
      const switches = off.map((key) => SWITCHES[key]).join(', ');
      yield { message: 'off', about: arnOf(bucket), key: 'block', data: { bucket: name, switches } };
    }
  },
});
