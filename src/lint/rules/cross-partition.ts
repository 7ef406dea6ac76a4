import { isWild } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { channelMixIn } from '../facts/channelmix.ts';
import { access, allow, limitedTrust } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { arnParts } from '../facts/resources.ts';

export const crossPartition = defineRule({
  id: 'cross-partition',
  severity: 'error',
  audience: 'channelmix',
  docs: userGuide('reference-arns.html'),
  title: 'Role and bucket are in ChannelMix’s partition',
  why: 'ChannelMix’s account is in the partition aws. A role in China (aws-cn), GovCloud (aws-us-gov) or the European Sovereign Cloud (aws-eusc) cannot be assumed from there: from those only the way by access key works.',
  messages: {
    trust:
      'ChannelMix is in the partition aws: {principal} does not exist, and a role of another partition cannot be assumed from there. Use the way by access key.',
    mixed: 'The policy names resources of two partitions, {partition} and {first}: those of one are never reached.',
    key: 'The resources are in {partition}: ChannelMix reaches them by access key only, not by assuming a role.',
  },
  *check({ kind, statements }) {
    if (kind === 'trust') {
      for (const entry of statements.flatMap(({ principals }) => principals.flatMap(({ entries }) => entries))) {
        const { value } = entry.value;
        if (channelMixIn(entry) === undefined || !value.startsWith('arn:') || value.startsWith('arn:aws:')) continue;
        yield { node: entry.value, message: 'trust', data: { principal: value } };
      }
      return;
    }
    let first: string | undefined;
    let told = false;
    for (const node of statements.flatMap(({ resources }) => resources.flatMap(({ values }) => values))) {
      const [arn, partition = ''] = arnParts(node.value);
      if (arn !== 'arn' || !/^aws[a-z-]*$/.test(partition) || isWild(partition)) continue;
      if (first !== undefined && first !== partition) yield { node, message: 'mixed', data: { partition, first } };
      first ??= partition;
      if (partition === 'aws' || told || kind !== 'identity' || first !== partition) continue;
      told = true;
      yield { node, message: 'key', data: { partition }, severity: 'warning' };
    }
  },
  examples: {
    bad: [
      {
        text: allow(
          '"Principal": {"AWS": "arn:aws-cn:iam::031871504755:root"}, "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws-cn:iam::031871504755:role/*"}}',
        ),
        kind: 'trust',
      },
      { text: access().replace('arn:aws:s3:::acme-reports/*', 'arn:aws-cn:s3:::acme-reports/*'), kind: 'identity' },
      { text: access().replaceAll('arn:aws:', 'arn:aws-us-gov:'), kind: 'identity' },
    ],
    good: [
      { text: limitedTrust(), kind: 'trust' },
      { text: access(), kind: 'identity' },
    ],
  },
});
