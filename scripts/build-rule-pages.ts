/** Writes docs/rules/: one page a lint rule, from the rule itself. Run by `npm run build:rule-pages`; a test fails when a page is stale. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lintText } from '../src/lint/lint.ts';
import { rules } from '../src/lint/rules/index.ts';
import type { Example, LintRule } from '../src/lint/types.ts';

const target = new URL('../docs/rules/', import.meta.url);

/** The name that makes lint read the text as what it is. */
export function pathOf(text: string): string {
  if (/^[\uFEFF{]/.test(text)) return 'example.json';
  return text.startsWith('Version:') ? 'example.yaml' : 'example.md';
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text.trimEnd();
  }
}

/** A long example is cut: a page is for reading. */
function block(text: string): string {
  const lines = pretty(text).split('\n');
  const shown = lines.length > 60 ? [...lines.slice(0, 12), '…'] : lines;
  return `\`\`\`json\n${shown.map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line)).join('\n')}\n\`\`\``;
}

function about({ kind, options }: Example): string {
  const flags = [
    ...(kind === undefined ? [] : [`--kind ${kind}`]),
    ...(options?.access === undefined ? [] : [`--access ${options.access}`]),
    ...(options?.buckets ?? []).map((bucket) => `--bucket ${bucket}`),
  ];
  const parts = [
    ...(flags.length === 0 ? [] : [`with \`${flags.join(' ')}\``]),
    ...(options?.now === undefined ? [] : [`at ${new Date(options.now).toISOString()}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function badExample(rule: LintRule, example: Example): string {
  const found = lintText(example.text, {
    path: pathOf(example.text),
    audience: rule.audience,
    ...(example.kind === undefined ? {} : { kind: example.kind }),
    ...example.options,
  });
  const lines = [...new Set(found.map(({ severity, message }) => `- ${severity}: ${message}`))];
  const explained = [...new Set(found.flatMap(({ fix }) => (fix === undefined ? [] : [`- ${fix.explanation}`])))];
  const fixed =
    example.fixed === undefined ? [] : ['`lint --fix` makes of it:', block(example.fixed), explained.join('\n')];
  return [`Bad${about(example)}:`, block(example.text), lines.join('\n'), ...fixed].join('\n\n');
}

function page(rule: LintRule): string {
  const audience = rule.audience === 'any' ? 'every policy' : 'policies that let ChannelMix in (not with `--for any`)';
  const kinds = rule.kinds === undefined ? 'identity, trust and bucket' : rule.kinds.join(' and ');
  return [
    `# ${rule.title}`,
    `Rule \`${rule.id}\` · ${rule.severity} · for ${audience} · documents: ${kinds}`,
    rule.why,
    `See [${rule.docs}](${rule.docs}).`,
    ...rule.examples.bad.map((example) => badExample(rule, example)),
    ...rule.examples.good.map((example) => `Good${about(example)}:\n\n${block(example.text)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function overview(): string {
  const rows = rules.map(({ id, severity, audience, title }) => {
    const who = audience === 'any' ? 'every policy' : 'ChannelMix';
    return `| [${id}](${id}.md) | ${severity} | ${who} | ${title} |`;
  });
  return [
    '# Lint rules',
    'Severities: `error` (AWS refuses it, or it cannot do what it says), `security` (it allows more than is safe; counts as error for `--fail-on`), `warning`, `suggestion`. `--for any` leaves out the rules about ChannelMix.',
    ['| rule | severity | about | what holds |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** File name -> text of every page. */
export function rulePages(): ReadonlyMap<string, string> {
  return new Map([['README.md', overview()], ...rules.map((rule) => [`${rule.id}.md`, page(rule)] as const)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = rulePages();
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) if (!pages.has(name)) rmSync(new URL(name, target));
  for (const [name, text] of pages) writeFileSync(new URL(name, target), text);
}
