import type { JsonNode } from '../../documents/json-node.ts';
import { findKey, type KeyType } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { readIpRange } from '../facts/ip.ts';
import { OPERATORS, type OperatorFamily } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';
import type { ConditionView } from '../types.ts';

const TEXTS: readonly OperatorFamily[] = ['String', 'Arn', 'Binary'];
/** The operators that can compare a key of each type. */
const FITTING: Readonly<Record<KeyType, readonly OperatorFamily[]>> = {
  String: ['String', 'Binary'],
  ArrayOfString: ['String', 'Binary'],
  ARN: TEXTS,
  ArrayOfARN: TEXTS,
  Bool: ['Bool', 'String'],
  Numeric: ['Numeric', 'String'],
  Date: ['Date', 'Numeric'],
  IPAddress: ['IpAddress'],
  Binary: ['Binary', 'String'],
};

function operatorFits(family: OperatorFamily, key: string, type: KeyType): boolean {
  if (family === 'Null' || FITTING[type].includes(family)) return true;
  // AWS's tables call some keys that hold an ARN a string; tags and encryption contexts hold anything.
  return family === 'Arn' && type.endsWith('String') && /arn|principal|policy|\*/i.test(key);
}

const BOOLEAN = /^(true|false)$/i;
const VALID: Readonly<Record<OperatorFamily, (text: string) => boolean>> = {
  String: () => true,
  Numeric: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()),
  Date: (text) =>
    /^-?\d+$/.test(text) ||
    (/^\d{4}(-\d\d(-\d\d(T\d\d(:?\d\d(:?\d\d([.,]\d+)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?)?)?$/i.test(text) &&
      !/^\d{4}-(?!0[1-9]|1[0-2])/.test(text)),
  Bool: (text) => BOOLEAN.test(text),
  Binary: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  IpAddress: (text) => readIpRange(text) !== undefined,
  Arn: (text) => text.split(':').length >= 6 || /^[*?]+$/.test(text) || text.includes('*'),
  Null: (text) => BOOLEAN.test(text),
};

function invalidValues(one: ConditionView, family: OperatorFamily): readonly JsonNode[] {
  return one.values.filter((node) => {
    if (node.type === 'string' && (node.opaque === true || node.value.includes('${'))) return false;
    const text = node.type === 'string' || node.type === 'number' || node.type === 'boolean' ? String(node.value) : '';
    return !VALID[family](text);
  });
}

const EXPECTED: Readonly<Record<OperatorFamily, string>> = {
  String: 'a text',
  Numeric: 'a number',
  Date: 'a date of ISO 8601, such as 2026-01-31T00:00:00Z',
  Bool: 'true or false',
  Binary: 'base64',
  IpAddress: 'an IP address or range, such as 203.0.113.0/24',
  Arn: 'an ARN',
  Null: 'true or false',
};

export const typeMismatch = defineRule({
  id: 'type-mismatch',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-data-type-mismatch'),
  title: 'Operator, key and value are of one type',
  why: 'An operator compares values of its type. A range of addresses compared as text, or a number compared with a word, never matches, whatever was meant.',
  messages: {
    operator: '{key} is of type {type}, which {operator} does not compare.',
    value: '{operator} needs {expected}, not {value}.',
  },
  *check({ statements }) {
    for (const { conditions } of statements) {
      for (const one of conditions) {
        const family = OPERATORS.get(one.base);
        if (family === undefined) continue;
        const facts = findKey(one.key.value);
        const operator = one.operator.value;
        if (facts !== undefined && !operatorFits(family, facts.key, facts.type)) {
          const data = { key: one.key.value, type: facts.type, operator };
          yield { node: one.member, message: 'operator', data, severity: 'warning' };
          continue;
        }
        for (const node of invalidValues(one, family)) {
          const value = node.type === 'string' ? JSON.stringify(node.value.slice(0, 60)) : 'this';
          yield { node, message: 'value', data: { operator, expected: EXPECTED[family], value } };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"StringEquals": {"aws:SourceIp": "203.0.113.0/24"}}') },
      { text: condition('{"IpAddress": {"aws:SourceIp": "203.0.113"}}') },
      { text: condition('{"Bool": {"aws:SecureTransport": "yes"}}') },
      { text: condition('{"NumericLessThan": {"s3:signatureAge": "ten"}}') },
    ],
    good: [
      { text: condition('{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}') },
      { text: condition('{"Bool": {"aws:SecureTransport": true}}') },
    ],
  },
});
