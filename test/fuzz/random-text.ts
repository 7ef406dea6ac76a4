// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of policies
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { MAX_BYTES, MAX_YAML } from '../../src/documents/limits.ts';

const article = readFileSync(new URL('../fixtures/help-article-policy.txt', import.meta.url), 'utf8');

/** Pieces of everything that the readers know, put together at random. */
const PIECES = [
  ...'{}[]:,"\'\\\n#<>$*?-&!|%/',
  ...['\uFEFF', '\u201C', '\u201D', '\u00A0', '\uD800', '\u202E', '\0', '\r\n', '\t', '```', '```json\n', '```yaml\n'],
  ...['//', '/*', '*/', '${', '$${', '%{', '<<EOF\n', 'EOF\n', 'jsonencode(', '- ', '? ', '---\n', '> '],
  ...['"Version"', '"2012-10-17"', '"Statement"', '"Effect"', '"Allow"', '"Action"', '"Resource"', '"Principal"'],
  ...['"Condition"', '"StringLike"', '"s3:prefix"', '"s3:GetObject:"', '"s3:*"', '"arn:aws:s3:::b/*"', '"AWS"'],
  ...['"NotAction"', '"sts:AssumeRole"', '"031871504755"', '"Sid"', '"__proto__"', '"constructor"', '"\\u0000"'],
  ...[
    'Statement:\n',
    'Effect: Allow\n',
    'Version = "x"\n',
    '!Ref x',
    '{"Ref":"x"}',
    '&a ',
    '*a ',
    '<<: ',
    '1e999',
    'null',
  ],
];
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const mutated = fc
  .tuple(fc.nat(article.length), fc.nat(12), fc.constantFrom(...PIECES))
  .map(([at, length, piece]) => article.slice(0, at) + piece + article.slice(at + length));
const leaf = fc.oneof(
  fc.constantFrom('*', 's3:Get*', 'arn:aws:s3:::b', '${aws:username}', '', 'Allow', '2012-10-17'),
  fc.string(),
  fc.integer(),
  fc.constant(null),
  fc.boolean(),
);
const names = [
  'Version',
  'Statement',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'Principal',
  'Condition',
  'Sid',
  'AWS',
  'Bool',
  '__proto__',
];
const { value: shaped } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc
    .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 5 })
    .map((entries) => ({ pieces: entries })),
}));

/** JSON of what `shaped` makes; written by hand since names may stand twice. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { pieces } = value as { readonly pieces: readonly (readonly [string, unknown])[] };
  return `{${pieces.map(([name, inner]) => `${JSON.stringify(name)}:${write(inner)}`).join(',')}}`;
}

/** Texts of every kind: soup of pieces, a real policy with a slip, JSON of the right names in the wrong places, bytes. */
export const texts = fc.oneof(
  soup,
  mutated,
  shaped.map(write),
  shaped.map((value) => `{"Statement":${write(value)}}`),
  fc.string({ unit: 'binary' }),
);
/** Names of files that make a reader take the text for something. */
export const paths = fc.constantFrom('a.json', 'a.yaml', 'a.tf', 'a.md', '-');

/** JSON of the right names in the wrong places, for readers of JSON alone. */
export const shapedJson = shaped.map(write);

/** Heads after which a reader takes what follows for its own. */
const HEADS = [
  '',
  '{"Statement": [',
  '{"Version": "2012-10-17", "Statement": [{"Action": "',
  'Statement:\n',
  'Subject: x\n',
  'p = jsonencode({',
];

/** The recipe of a text at the limit of its length: a head, and one to three pieces again and again, which makes a reader look far ahead. */
export const recipes = fc.tuple(
  paths,
  fc.constantFrom(...HEADS),
  fc.array(fc.constantFrom(...PIECES, 'a', ' ', '1', '='), { minLength: 1, maxLength: 3 }),
);

/** The text of a recipe. */
export function longText(path: string, head: string, pieces: readonly string[]): string {
  const piece = pieces.join('');
  if (path === 'a.yaml') return head + piece.repeat(Math.floor((MAX_YAML - head.length) / piece.length));
  return head + piece.repeat(Math.floor((MAX_BYTES - 1 - head.length) / Buffer.byteLength(piece)));
}
