import { suggest } from '../../model/suggest.ts';
import { findKey, KEY_NAMES, SERVICES } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const unknownConditionKey = defineRule({
  id: 'unknown-condition-key',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-invalid-global-condition-key'),
  title: 'Every condition key exists',
  why: 'No request has a key that does not exist: with most operators the statement then never applies, with negated ones always.',
  messages: {
    unknown: 'There is no condition key {key}.',
    meant: 'There is no condition key {key}: did you mean {meant}?',
  },
  *check({ statements }) {
    for (const { conditions } of statements) {
      for (const { key, member } of conditions) {
        const colon = key.value.indexOf(':');
        const prefix = key.value.slice(0, colon).toLowerCase();
        if (colon < 0 || (prefix !== 'aws' && !SERVICES.has(prefix)) || findKey(key.value) !== undefined) continue;
        const meant = suggest(key.value, KEY_NAMES);
        yield meant === undefined
          ? { node: member, span: key, message: 'unknown', data: { key: key.value } }
          : { node: member, span: key, message: 'meant', data: { key: key.value, meant } };
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"StringEquals": {"s3:acl-of-object": "private"}}') },
      { text: condition('{"Bool": {"aws:SecureTransports": "true"}}') },
    ],
    good: [
      { text: condition('{"Bool": {"aws:securetransport": "true"}}') },
      { text: condition('{"StringEquals": {"aws:PrincipalTag/team": "reports"}}') },
    ],
  },
});
