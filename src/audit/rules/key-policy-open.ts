import { parseArn } from '../../model/arn.ts';
import { defineRule } from '../define-rule.ts';
import { letsStrangerDo, openStatements, rcpsOf } from '../facts/strangers.ts';
import { blindTo, listed } from '../facts/words.ts';

/** What reads or writes the data, passes it on to another key, or takes the key away. */
const ACTIONS = [
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:GenerateDataKey',
  'kms:CreateGrant',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:ReEncryptTo',
  'kms:Encrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
];

export const keyPolicyOpen = defineRule({
  id: 'key-policy-open',
  question: 'hygiene',
  severity: 'security',
  title: 'The policy of the KMS key lets no stranger use it',
  why: 'A statement for the principal "*" in a key policy is for everybody with an AWS account, unless a condition says which account (kms:CallerAccount, aws:PrincipalOrgID). A condition on kms:ViaService, on the encryption context or on tags of the caller does not: everybody can come that way. Whether a stranger is let in is decided as KMS would decide it.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  messages: {
    open: {
      message: 'The policy of key {key} lets users of any AWS account do {actions}.',
      fix: 'Name the accounts or roles that use the key instead of "*", or add the condition StringEquals kms:CallerAccount with your account.',
    },
  },
  *check({ documents }) {
    for (const key of documents.keys) {
      yield* blindTo(key.policy);
      if (key.policy.state !== 'read') continue;
      const policy = key.policy.value;
      const { partition = 'aws' } = parseArn(key.arn) ?? {};
      const asked = { resource: key.arn, kind: 'key', partition, ...rcpsOf(documents) } as const;
      const open = openStatements(policy);
      const allowed = ACTIONS.filter((action) =>
        open.some((stated) => letsStrangerDo('signed-in', { ...asked, action }, policy, stated)),
      );
      if (allowed.length === 0) continue;
      yield { message: 'open', about: key.arn, key: 'open', data: { key: key.arn, actions: listed(allowed) } };
    }
  },
});
