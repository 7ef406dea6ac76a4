import { isSecretShaped } from '../documents/connection-labels.ts';
import { parseArn, parseRoleArn } from '../model/arn.ts';
import type { ConnectionField } from '../model/connection.ts';
import type { ConnectionRuleId } from './connection-rules.ts';

/** A mistake in the way a value is written, which can be mended without knowing more. */
interface Repair {
  readonly id: ConnectionRuleId;
  /** The value without the mistake; the same value where it does not have it. */
  readonly mend: (value: string) => string;
}

/** Zero-width, bidirectional and control characters; spaces of every kind are not among them. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

/** The code points of a value that cannot be seen: `U+200B`. */
export function invisibleCodes(value: string): string {
  const codes = (value.match(INVISIBLE) ?? []).map(
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return [...new Set(codes)].slice(0, 5).join(', ');
}

/** What surrounds values in mails, exports and programs. */
const AROUND = String.raw`["'\u0060\u00B4\u2018-\u201F\u00AB\u00BB\u2039\u203A<>()[\]{}]`;
const OPENING = new RegExp(`^${AROUND}+\\s*`);
const CLOSING = new RegExp(`\\s*${AROUND}+$`);

/** Of any field, in the order in which they are tried, again and again until none does anything. */
const REPAIRS: readonly Repair[] = [
  { id: 'invisible-characters', mend: (value) => value.replaceAll(INVISIBLE, '') },
  { id: 'spaces', mend: (value) => value.trim() },
  { id: 'quotes', mend: (value) => value.replace(OPENING, '').replace(CLOSING, '') },
  { id: 'punctuation', mend: (value) => (value.length > 1 ? value.replace(/[.,;:!?…]+$/, '') : value) },
];

/** Of values that have no space in them, where they can be told from words. */
const INNER_SPACES: Repair = {
  id: 'spaces',
  mend: (value) => (/^(arn:|s3:|A[KS]IA|[\d\s]+$)/i.test(value) ? value.replaceAll(/\s+/g, '') : value),
};

const ROLE_REPAIRS: readonly Repair[] = [
  INNER_SPACES,
  {
    id: 'role-arn-incomplete',
    mend: (value) => {
      const parts = /^(?:arn)?:?(?:aws)?:?(?:iam)?:{0,2}(\d{12}):?role[/:](?=.)(.+)$/i.exec(value);
      return parts === null || isWhole(value) ? value : `arn:aws:iam::${parts[1]}:role/${parts[2]}`;
    },
  },
  {
    id: 'role-arn-case',
    mend: (value) =>
      value.replace(/^arn:aws[\w-]*:(?:iam|sts):[^:]*:[^:]*:(?:assumed-)?[a-z-]+(?=\/)/i, (head) => head.toLowerCase()),
  },
  {
    id: 'role-arn-with-region',
    mend: (value) => {
      const arn = parseArn(value);
      if (arn?.service !== 'iam' || arn.region === '' || !arn.resource.startsWith('role/')) return value;
      return `arn:${arn.partition}:iam::${arn.account}:${arn.resource}`;
    },
  },
  {
    id: 'role-arn-account-format',
    mend: (value) => value.replace(/^(arn:aws[\w-]*:iam::)(\d{4})[-.](\d{4})[-.](\d{4})(?=:)/, '$1$2$3$4'),
  },
  { id: 'punctuation', mend: (value) => (value.startsWith('arn:') ? value.replace(/(?<=:role\/.+)\/+$/, '') : value) },
];

/** Six parts, whatever stands in them, with the role behind a slash. */
function isWhole(value: string): boolean {
  return parseRoleArn(value.toLowerCase()) !== undefined || parseArn(value.toLowerCase())?.service === 'sts';
}

/** What else is tried for a field. */
const FIELD_REPAIRS: Readonly<Record<ConnectionField, readonly Repair[]>> = {
  roleArn: ROLE_REPAIRS,
  accessKeyId: [
    INNER_SPACES,
    { id: 'key-id-case', mend: (value) => (/^akia[a-z0-9]{16}$/i.test(value) ? value.toUpperCase() : value) },
  ],
  secretAccessKey: [
    {
      id: 'spaces',
      mend: (value) => (isSecretShaped(value.replaceAll(/\s+/g, '')) ? value.replaceAll(/\s+/g, '') : value),
    },
  ],
  sessionToken: [],
  accountId: [],
  bucket: [INNER_SPACES],
};

/** A value without the mistakes in how it is written, and which they were, each once. */
export function repair(
  field: ConnectionField,
  typed: string,
): { readonly value: string; readonly ids: readonly ConnectionRuleId[] } {
  const ids = new Set<ConnectionRuleId>();
  let value = typed;
  let before: string;
  do {
    before = value;
    for (const { id, mend } of [...REPAIRS, ...FIELD_REPAIRS[field]]) {
      const mended = mend(value);
      if (mended === value) continue;
      ids.add(id);
      value = mended;
    }
  } while (value !== before);
  return { value, ids: [...ids] };
}
