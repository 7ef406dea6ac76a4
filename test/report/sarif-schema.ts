import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';

/** The characters of RFC 3986, percent signs only before two hex digits. */
const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})*$/;

/** OASIS's schema of SARIF 2.1.0, as Microsoft ships it. Of draft 4 it has nothing that later drafts read otherwise but the name of its id. */
const { $schema: _, id: $id, ...keywords } = schema;
const validate = new Ajv({
  allErrors: true,
  strict: false,
  // One of its patterns (of a language's name) is no pattern of Unicode.
  unicodeRegExp: false,
  formats: {
    uri: (text) => URI_REFERENCE.test(text) && /^[A-Za-z][\w+.-]*:/.test(text),
    'uri-reference': (text) => URI_REFERENCE.test(text) && !/^[^/?#]*:/.test(text.replace(/^[A-Za-z][\w+.-]*:/, '')),
    'date-time': (text) => !Number.isNaN(Date.parse(text)),
  },
}).compile({ $id, ...keywords });

/** What the schema says against a log; empty: it is valid. */
export function errorsOf(log: unknown): unknown {
  return validate(log) ? [] : validate.errors;
}
