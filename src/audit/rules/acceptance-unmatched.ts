import { suggest } from '../../model/suggest.ts';
import { acceptedText, isFor } from '../acceptance.ts';
import { defineRule } from '../define-rule.ts';

export const acceptanceUnmatched = defineRule({
  id: 'acceptance-unmatched',
  question: 'documents',
  severity: 'suggestion',
  title: 'What is accepted is there',
  why: 'An acceptance that fits no finding is either done with, and would hide the finding when it comes back, or it has a slip of the pen and accepts nothing. Entries about roles, users, buckets and keys of other audits are left alone: one file may be for many accounts.',
  docs: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_continuous_reduction.html',
  messages: {
    unmatched: {
      message: 'The acceptance of {what} fits no finding of this audit (accepted by {owner}).',
      fix: 'Take it out of the file, unless what it is about could not be read this time or is in another account: then add "about".',
    },
    unknown: {
      message: 'The acceptance of {what} names no rule that there is.{near}',
      fix: 'Write the id of the rule as reports and docs/audit-rules show it.',
    },
  },
  last: true,
  *check({ documents, accepted, soFar, arnOf }) {
    const { findings, rules } = soFar();
    const { principal, buckets, keys } = documents;
    const own = new Set([principal.arn, ...buckets.map(arnOf), ...keys.map(({ arn }) => arn)]);
    for (const acceptance of accepted) {
      const { ruleId, about, owner, place } = acceptance;
      if (about !== undefined && !own.has(about)) continue;
      if (findings.some((finding) => isFor(acceptance, finding))) continue;
      const what = acceptedText(acceptance);
      const isUnknown = ruleId !== undefined && !rules.includes(ruleId);
      const near = isUnknown ? suggest(ruleId, rules) : undefined;
      yield {
        message: isUnknown ? 'unknown' : 'unmatched',
        about: principal.arn,
        key: what,
        data: { what, owner, near: near === undefined ? '' : ` Did you mean "${near}"?` },
        ...(place === undefined ? {} : { place }),
      };
    }
  },
});
