import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { formerSubject, isSameSubject } from '../facts/former.ts';

export const baselineOther = defineRule({
  id: 'baseline-other',
  question: 'drift',
  severity: 'warning',
  title: 'The baseline is about the same role or user',
  why: 'What is compared with the state of somebody else says nothing. No other rule about drift judges then.',
  docs: userGuide('reference_identifiers.html'),
  messages: {
    other: {
      message:
        'The baseline {path} is about {kind} {name}{account}; this audit is about {ownKind} {own}: nothing was compared.',
      fix: 'Name the baseline of {own}, or audit {name}.',
    },
  },
  *check({ baseline, documents }) {
    if (baseline === undefined || isSameSubject(baseline, documents)) return;
    const { kind, name, account } = formerSubject(baseline, documents);
    const { principal } = documents;
    yield {
      message: 'other',
      about: principal.arn,
      key: 'other',
      data: {
        path: baseline.path,
        kind,
        name,
        account: account === '' ? '' : ` of account ${account}`,
        ownKind: principal.kind,
        own: principal.name,
      },
    };
  },
});
