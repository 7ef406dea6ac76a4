import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { partitionOf } from '../expectation.ts';

export const wrongPartition = defineRule({
  id: 'wrong-partition',
  question: 'needs',
  severity: 'error',
  title: 'The role is in ChannelMix’s partition',
  why: 'ChannelMix’s account is in the partition aws. Nobody there can assume a role of China (aws-cn), GovCloud (aws-us-gov) or the European Sovereign Cloud (aws-eusc): those are separate, down to the accounts.',
  docs: userGuide('reference-arns.html'),
  messages: {
    role: {
      message: 'Role {name} is in the partition {partition}: ChannelMix, which is in aws, cannot assume it.',
      fix: 'Take the way by access key: channelmix-s3 generate --auth key --partition {partition}.',
    },
  },
  *check({ documents }) {
    const { kind, arn, name } = documents.principal;
    const partition = partitionOf(documents);
    if (kind === 'role' && partition !== 'aws') {
      yield { message: 'role', data: { name, partition }, about: arn, key: 'partition' };
    }
  },
});
