import { defineRule } from '../define-rule.ts';
import {
  concernsChannelMix,
  holdsWithoutMfa,
  isAboutMfa,
  isOnlyChannelMix,
  trustStatements,
} from '../facts/channelmix.ts';
import { access, limitedTrust } from '../facts/example-text.ts';
import { hasUnknownValue } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import { removeCondition } from '../facts/remove-condition.ts';

export const mfa = defineRule({
  id: 'mfa',
  severity: 'error',
  audience: 'channelmix',
  docs: userGuide('id_credentials_mfa_configure-api-require.html'),
  title: 'Nothing demands MFA',
  why: 'ChannelMix is a program: nobody is there to type the code of an MFA device. A policy that demands MFA, for assuming the role or for what it does then, always refuses it.',
  messages: {
    demanded: 'ChannelMix has no MFA, so this condition always refuses it: remove {key}.',
    denied: 'ChannelMix has no MFA, so this statement always denies it: remove {key}, or except the role.',
  },
  *check(context) {
    const { kind, statements } = context;
    const allows = kind === 'trust' ? trustStatements(context) : statements.filter(({ effect }) => effect === 'Allow');
    for (const statement of allows) {
      for (const one of statement.conditions) {
        if (!isAboutMfa(one) || hasUnknownValue(one) || holdsWithoutMfa(one)) continue;
        const hit = { node: one.member, message: 'demanded' as const, data: { key: one.key.value } };
        if (kind !== 'trust' || !isOnlyChannelMix(statement)) yield hit;
        else {
          yield {
            ...hit,
            fix: {
              explanation: `The condition on ${one.key.value} is removed: ChannelMix has no MFA.`,
              meant: 'that ChannelMix assumes the role without MFA, which is the only way it can',
              edits: removeCondition(statement, one),
            },
          };
        }
      }
    }
    for (const statement of statements) {
      if (statement.effect !== 'Deny' || (kind !== 'identity' && !concernsChannelMix(statement))) continue;
      for (const one of statement.conditions) {
        if (isAboutMfa(one) && holdsWithoutMfa(one))
          yield { node: one.member, message: 'denied', data: { key: one.key.value } };
      }
    }
  },
  examples: {
    bad: [
      {
        text: limitedTrust('"Bool": {"aws:MultiFactorAuthPresent": "true"}'),
        fixed: limitedTrust(),
        kind: 'trust',
      },
      {
        text: access(
          '{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}',
        ),
        kind: 'identity',
      },
    ],
    good: [
      { text: limitedTrust(), kind: 'trust' },
      { text: access(), kind: 'identity' },
    ],
  },
});
