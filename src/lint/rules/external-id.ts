import { defineRule } from '../define-rule.ts';
import { concernsChannelMix, isAssumeRole, isOnlyChannelMix, trustStatements } from '../facts/channelmix.ts';
import { limitedTrust, trust } from '../facts/example-text.ts';
import { isNegated, needsKey, valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import { removeCondition } from '../facts/remove-condition.ts';

export const externalId = defineRule({
  id: 'external-id',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: userGuide('id_roles_common-scenarios_third-party.html'),
  title: 'The trust policy demands no external ID',
  why: 'ChannelMix sends no external ID when it assumes a role: a trust policy that demands one always refuses it. Without one, give the role a name that cannot be guessed, and limit the principals by aws:PrincipalArn (see confused-deputy).',
  messages: {
    demanded: 'ChannelMix sends no external ID, so this condition always refuses it: remove sts:ExternalId.',
    denied:
      'ChannelMix sends no external ID, so this statement always denies it: remove sts:ExternalId, or except account 031871504755.',
  },
  *check(context) {
    for (const statement of trustStatements(context)) {
      for (const one of statement.conditions) {
        if (one.key.value.toLowerCase() !== 'sts:externalid' || !needsKey(one)) continue;
        const hit = { node: one.member, message: 'demanded' as const };
        if (!isOnlyChannelMix(statement)) yield hit;
        else {
          yield {
            ...hit,
            fix: {
              explanation: 'The condition on sts:ExternalId is removed: ChannelMix sends none.',
              meant: 'that ChannelMix assumes the role without an external ID, which is the only way it can',
              edits: removeCondition(statement, one),
            },
          };
        }
      }
    }
    for (const statement of context.statements) {
      if (statement.effect !== 'Deny' || !concernsChannelMix(statement) || !isAssumeRole(context, statement)) continue;
      for (const one of statement.conditions) {
        if (one.key.value.toLowerCase() !== 'sts:externalid') continue;
        const bites = one.base === 'Null' ? valueTexts(one).includes('true') : isNegated(one) || one.ifExists;
        if (bites) yield { node: one.member, message: 'denied' };
      }
    }
  },
  examples: {
    bad: [
      {
        text: trust('"Condition": {"StringEquals": {"sts:ExternalId": "4711"}}'),
        fixed: trust(),
        kind: 'trust',
      },
    ],
    good: [{ text: limitedTrust(), kind: 'trust' }],
  },
});
