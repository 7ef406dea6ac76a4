import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { suggest } from '../../model/suggest.ts';
import { defineRule } from '../define-rule.ts';
import { channelMixIn, isAssumeRole } from '../facts/channelmix.ts';
import { allow, limitedTrust } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { hasPlaceholder } from '../facts/placeholders.ts';
import type { Hit, PrincipalEntry, RuleContext } from '../types.ts';

type Message = 'wrong' | 'typo' | 'none' | 'part' | 'other';

function accountOf(value: string): string | undefined {
  return /^\d+$/.test(value) ? value : /^arn:[a-z-]+:(?:iam|sts)::(\d+):/.exec(value)?.[1];
}

/** A digit or two off, or without the leading zero that a spreadsheet took away. */
function isTypo(account: string): boolean {
  if (account.replace(/^0+/, '') === CHANNELMIX_ACCOUNT_ID.replace(/^0+/, '')) return true;
  const digits = [...CHANNELMIX_ACCOUNT_ID].filter((digit, index) => account[index] !== digit).length;
  return account.length === 12
    ? digits <= 2
    : suggest(account, [CHANNELMIX_ACCOUNT_ID]) !== undefined && account.length > 9;
}

function wrong({ value: node }: PrincipalEntry): Hit<Message> {
  const account = accountOf(node.value) ?? node.value;
  const hit = { node, message: 'wrong' as const, data: { account } };
  if (!isTypo(account)) return hit;
  const value = `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root`;
  return {
    ...hit,
    message: 'typo',
    fix: {
      explanation: `${node.value} becomes ${value}: ChannelMix is account ${CHANNELMIX_ACCOUNT_ID}.`,
      meant: `that ChannelMix, account ${CHANNELMIX_ACCOUNT_ID}, assumes the role`,
      edits: [{ op: 'replace', node, value }],
    },
  };
}

/** Entries of the statements that let somebody assume the role by sts:AssumeRole. */
function trusted(context: RuleContext): readonly PrincipalEntry[] {
  return context.statements
    .filter((statement) => statement.effect === 'Allow' && isAssumeRole(context, statement))
    .flatMap(({ principals }) => principals.flatMap(({ negated, entries }) => (negated ? [] : entries)));
}

export const wrongAccount = defineRule({
  id: 'wrong-account',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: userGuide('id_roles_create_for-user.html'),
  title: 'The role trusts ChannelMix’s account',
  why: 'ChannelMix calls sts:AssumeRole from its AWS account 031871504755, and from no other. A role that trusts another account cannot be assumed by ChannelMix, and may be by somebody else.',
  messages: {
    wrong: 'The role trusts account {account}; ChannelMix is account 031871504755.',
    typo: 'The role trusts {account}, which is nearly, but not, ChannelMix’s account 031871504755.',
    none: 'No statement lets ChannelMix, account 031871504755, assume the role.',
    part: 'Only {principal} may assume the role: ChannelMix does not say by which role or user it comes, so trust its account.',
    other: 'The role lets in account {account}, too: ChannelMix does not need it.',
  },
  *check(context) {
    const entries = trusted(context);
    if (
      context.source.hasUnknown ||
      context.statements.some(({ principals }) => principals.some(({ negated }) => negated))
    )
      return;
    const aws = entries.filter(({ type, value }) => type === 'AWS' || value.value === '*');
    if (aws.some(({ value }) => hasPlaceholder(value.value) || value.value.includes('${'))) return;
    const account = aws.some((entry) => entry.value.value === '*' || channelMixIn(entry) === 'account');
    const part = aws.filter((entry) => channelMixIn(entry) === 'part');
    const others = aws.filter((entry) => entry.value.value !== '*' && channelMixIn(entry) === undefined);
    if (account || part.length > 0) {
      if (!account) {
        for (const { value } of part) {
          yield { node: value, message: 'part', data: { principal: value.value }, severity: 'warning' };
        }
      }
      for (const { value } of others) {
        const other = accountOf(value.value);
        if (other !== undefined)
          yield { node: value, message: 'other', data: { account: other }, severity: 'suggestion' };
      }
      return;
    }
    if (aws.length > 0) {
      for (const entry of aws) if (accountOf(entry.value.value) !== undefined) yield wrong(entry);
      return;
    }
    if (context.statements.length > 0 && context.statements.every(({ principals }) => principals.length > 0)) {
      yield { node: context.document, message: 'none' };
    }
  },
  examples: {
    bad: [
      {
        text: allow('"Principal": {"AWS": "arn:aws:iam::031871504775:root"}, "Action": "sts:AssumeRole"'),
        fixed: allow('"Principal": {"AWS": "arn:aws:iam::031871504755:root"}, "Action": "sts:AssumeRole"'),
        kind: 'trust',
      },
      {
        text: allow('"Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"'),
        kind: 'trust',
      },
      { text: allow('"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"'), kind: 'trust' },
    ],
    good: [{ text: limitedTrust(), kind: 'trust' }],
  },
});
