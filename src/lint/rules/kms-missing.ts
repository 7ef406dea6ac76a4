import { defineRule } from '../define-rule.ts';
import { statementActions } from '../facts/actions.ts';
import { KMS_NEEDED } from '../facts/channelmix.ts';
import { access } from '../facts/example-text.ts';
import { valueTexts } from '../facts/operators.ts';
import { s3Guide } from '../facts/pages.ts';
import type { RuleContext } from '../types.ts';

/** A condition that demands encryption with a KMS key. */
function demandsKms(context: RuleContext) {
  for (const { conditions } of context.statements) {
    for (const one of conditions) {
      const key = one.key.value.toLowerCase();
      if (key === 's3:x-amz-server-side-encryption-aws-kms-key-id') return one;
      if (key === 's3:x-amz-server-side-encryption' && valueTexts(one).some((text) => text.startsWith('aws:kms')))
        return one;
    }
  }
  return undefined;
}

export const kmsMissing = defineRule({
  id: 'kms-missing',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['identity'],
  docs: s3Guide('UsingKMSEncryption.html#require-sse-kms'),
  title: 'The key of an encrypted bucket can be used',
  why: 'In a bucket that is encrypted with a customer managed key, reading takes kms:Decrypt, writing kms:GenerateDataKey, and writing in parts (anything above some megabytes) both.',
  messages: {
    half: 'The key can be used only in part: {missing} is not allowed. Uploads in parts need kms:Decrypt and kms:GenerateDataKey.',
    none: 'This is about objects that are encrypted with a KMS key, and the policy allows no use of a key: it needs kms:Decrypt and kms:GenerateDataKey.',
  },
  *check(context) {
    if (context.source.hasUnknown) return;
    const allowing = context.statements.filter(({ effect }) => effect === 'Allow');
    const granted = new Map<string, (typeof allowing)[number]>();
    for (const statement of allowing) {
      if (granted.size === KMS_NEEDED.length) break;
      for (const { service, action } of statementActions(context, statement)) {
        if (service === 'kms' && KMS_NEEDED.includes(action) && !granted.has(action)) granted.set(action, statement);
      }
    }
    const missing = KMS_NEEDED.filter((action) => !granted.has(action));
    const [statement] = granted.values();
    if (missing.length === 1 && statement !== undefined) {
      yield { node: statement.node, message: 'half', data: { missing: missing.join(', ') } };
    }
    const demand = missing.length === KMS_NEEDED.length ? demandsKms(context) : undefined;
    if (demand !== undefined) yield { node: demand.member, message: 'none', severity: 'warning' };
  },
  examples: {
    bad: [
      {
        text: access(
          '{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
        ),
        kind: 'identity',
      },
    ],
    good: [
      {
        text: access(
          '{"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
        ),
        kind: 'identity',
      },
    ],
  },
});
