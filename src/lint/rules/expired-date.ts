import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';

/** Milliseconds since 1970 of an ISO date or of seconds since then; NaN when it is neither. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text);
}

export const expiredDate = defineRule({
  id: 'expired-date',
  severity: 'warning',
  audience: 'any',
  docs: userGuide('reference_policies_elements_condition_operators.html#Conditions_Date'),
  title: 'The time of a statement has not passed',
  why: 'A statement that allows until a date in the past allows nothing any more: access that was lent for a time has to be renewed or removed.',
  messages: { past: 'This ended on {date}: the statement allows nothing any more.' },
  *check({ statements, options }) {
    const now = Number(options.now);
    for (const { effect, conditions } of statements) {
      if (effect !== 'Allow') continue;
      for (const one of conditions) {
        const key = one.key.value.toLowerCase();
        if (key !== 'aws:currenttime' && key !== 'aws:epochtime') continue;
        if (!/^(Date|Numeric)(LessThan|LessThanEquals|Equals)$/.test(one.base)) continue;
        const times = valueTexts(one).map(timeOf);
        const latest = Math.max(...times);
        if (times.length === 0 || !(latest < now)) continue;
        yield { node: one.member, message: 'past', data: { date: new Date(latest).toISOString().slice(0, 10) } };
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"DateLessThan": {"aws:CurrentTime": "2024-06-30T23:59:59Z"}}') },
      {
        text: condition('{"DateLessThan": {"aws:CurrentTime": "2031-03-01T00:00:00Z"}}'),
        options: { now: new Date('2031-03-01T00:00:01Z') },
      },
      {
        text: condition('{"NumericLessThan": {"aws:EpochTime": "1930003200"}}'),
        options: { now: 1_930_003_200_001 },
      },
    ],
    good: [
      { text: condition('{"DateLessThan": {"aws:CurrentTime": "2099-06-30T23:59:59Z"}}') },
      {
        text: condition('{"DateLessThan": {"aws:CurrentTime": "2031-03-01T00:00:00Z"}}'),
        options: { now: new Date('2031-03-01T00:00:00Z') },
      },
    ],
  },
});
