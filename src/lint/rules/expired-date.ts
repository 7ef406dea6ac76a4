import { CATALOGUE_VERSION } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';

/** Lint has no clock: what lies before the day of its own data is surely past. */
const SURELY_PAST = Date.parse(CATALOGUE_VERSION.date);

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
  *check({ statements }) {
    for (const { effect, conditions } of statements) {
      if (effect !== 'Allow') continue;
      for (const one of conditions) {
        const key = one.key.value.toLowerCase();
        if (key !== 'aws:currenttime' && key !== 'aws:epochtime') continue;
        if (!/^(Date|Numeric)(LessThan|LessThanEquals|Equals)$/.test(one.base)) continue;
        const times = valueTexts(one).map(timeOf);
        const latest = Math.max(...times);
        if (times.length === 0 || !(latest < SURELY_PAST)) continue;
        yield { node: one.member, message: 'past', data: { date: new Date(latest).toISOString().slice(0, 10) } };
      }
    }
  },
  examples: {
    bad: [{ text: condition('{"DateLessThan": {"aws:CurrentTime": "2024-06-30T23:59:59Z"}}') }],
    good: [{ text: condition('{"DateLessThan": {"aws:CurrentTime": "2099-06-30T23:59:59Z"}}') }],
  },
});
