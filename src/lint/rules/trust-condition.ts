import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { defineRule } from '../define-rule.ts';
import { isAboutMfa, trustStatements } from '../facts/channelmix.ts';
import { limitedTrust, trust } from '../facts/example-text.ts';
import { hasUnknownValue, isNegated, needsKey, valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import type { ConditionView } from '../types.ts';

type Verdict = 'meets' | 'cannot' | 'unsure';

/** Keys that other rules are about. */
const ELSEWHERE = new Set([
  'sts:externalid',
  'sts:durationseconds',
  'aws:currenttime',
  'aws:epochtime',
  'aws:tokenissuetime',
]);
/** Keys that a request of ChannelMix has, with values that only ChannelMix knows. */
const UNKNOWN = new Set([
  'aws:sourceip',
  'aws:requestedregion',
  'sts:rolesessionname',
  'aws:userid',
  'aws:principaltype',
  'aws:useragent',
]);

function namesChannelMix(one: ConditionView): boolean {
  return valueTexts(one).some((text) => {
    const account = text.includes(':') ? text.split(':')[4] : text;
    return account === CHANNELMIX_ACCOUNT_ID || account === '*' || text === '*';
  });
}

/** Whether ChannelMix's call of sts:AssumeRole meets a condition: it comes from its own account and sends nothing that is optional. */
function verdict(one: ConditionView): Verdict {
  const key = one.key.value.toLowerCase();
  const values = valueTexts(one).map((text) => text.toLowerCase());
  if (hasUnknownValue(one)) return 'meets';
  if (ELSEWHERE.has(key) || isAboutMfa(one)) return 'meets';
  if (key === 'aws:principalarn' || key === 'aws:principalaccount') {
    if (one.base === 'Null') return values.includes('false') ? 'meets' : 'cannot';
    return namesChannelMix(one) !== isNegated(one) ? 'meets' : isNegated(one) ? 'unsure' : 'cannot';
  }
  if (key === 'aws:securetransport') return values.includes('true') || one.base === 'Null' ? 'meets' : 'cannot';
  if (key === 'aws:principalisawsservice' || key === 'aws:viaawsservice')
    return values.includes('false') ? 'meets' : 'cannot';
  if (UNKNOWN.has(key)) return isNegated(one) || one.base === 'Null' ? 'meets' : 'unsure';
  // Whatever else there is, ChannelMix's request does not have it: organization, tags, VPC, source of a service.
  if (key === 'aws:principalorgid' || key === 'aws:principalorgpaths') return isNegated(one) ? 'meets' : 'cannot';
  return needsKey(one) ? 'cannot' : 'meets';
}

export const trustCondition = defineRule({
  id: 'trust-condition',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: userGuide('reference_policies_condition-keys.html'),
  title: 'ChannelMix can meet the conditions of the trust',
  why: 'ChannelMix calls sts:AssumeRole from its own account and organization over the internet, with no tags, no source identity and no external ID. A condition on anything else always refuses it.',
  messages: {
    cannot: 'ChannelMix cannot meet this condition on {key}: its call does not have the value. Remove it.',
    unsure:
      'Whether ChannelMix meets this condition on {key} is for ChannelMix to say: its values may change without notice.',
  },
  *check(context) {
    for (const statement of trustStatements(context)) {
      for (const one of statement.conditions) {
        const result = verdict(one);
        if (result === 'cannot') yield { node: one.member, message: 'cannot', data: { key: one.key.value } };
        if (result === 'unsure')
          yield { node: one.member, message: 'unsure', data: { key: one.key.value }, severity: 'warning' };
      }
    }
  },
  examples: {
    bad: [
      { text: limitedTrust('"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}'), kind: 'trust' },
      { text: limitedTrust('"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f6a7b8"}'), kind: 'trust' },
      {
        text: trust('"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}}'),
        kind: 'trust',
      },
      { text: limitedTrust('"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}'), kind: 'trust' },
    ],
    good: [
      { text: limitedTrust(), kind: 'trust' },
      { text: limitedTrust('"Bool": {"aws:SecureTransport": "true"}'), kind: 'trust' },
    ],
  },
});
