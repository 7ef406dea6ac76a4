import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DocumentKind } from '../../src/documents/policy-source.ts';
import { lintText } from '../../src/lint/lint.ts';
import type { Finding } from '../../src/model/finding.ts';
import { findPython, prepareEnvironment, SCRIPTS } from './environment.ts';
import { judges } from './peers.ts';

interface Policy {
  readonly name: string;
  readonly kind: DocumentKind;
  readonly text: string;
}

interface Found {
  readonly id: string;
  readonly detail: string;
  /** From 0; null for what is about the whole document. */
  readonly statement: number | null;
}

/** What another linter reports, and what of ours reports the same, or why it is not reported. */
interface Row {
  readonly tool: string;
  readonly id: string;
  /** Which of its reports are meant: a pattern of the detail; every one when left out. */
  readonly detail?: string;
  /** Rules of ours, one of which must then be found in the same statement; in the same policy where the other linter names none. */
  readonly ours?: readonly string[];
  /** It explains reports about the AWS managed policies only, or about trust policies only. */
  readonly corpus?: 'managed' | 'trust';
  readonly why: string;
  /** AWS's page that says we are right, where we do not report it. */
  readonly page?: string;
}

const ROWS: readonly Row[] = JSON.parse(readFileSync(new URL('lint-differences.json', import.meta.url), 'utf8'));
const BROKEN: readonly Policy[] = JSON.parse(readFileSync(new URL('lint-broken.json', import.meta.url), 'utf8'));
/** What our facts are about. parliament's reports about actions of other services are not compared. */
const OUR_SERVICES = /\b(?:s3|sts|kms):|uploadpart|[a-z]:' is not one of/;
const ABOUT_ACTIONS: readonly string[] = [
  'RESOURCE_STAR',
  'UNKNOWN_ACTION',
  'UNKNOWN_PREFIX',
  'UNKNOWN_CONDITION_FOR_ACTION',
  'RESOURCE_MISMATCH',
  'I3510',
  'W3037',
];

const prepared = judges();
const MINUTES = 60_000;

describe.skipIf(prepared === null)('the linter and others', () => {
  let managed: readonly Policy[] = [];
  const found = new Map<string, readonly Found[]>();
  const ours = new Map<string, readonly Finding[]>();

  beforeAll(async () => {
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    const executable = await prepareEnvironment('lint', python, (line) => console.log(`peers: ${line}`));
    managed = lines<{ readonly name: string; readonly document: unknown }>(ask(executable, 'lint_corpus.py', '')).map(
      ({ name, document }) => ({ name, kind: 'identity', text: JSON.stringify(document) }),
    );
    const policies = [...managed, ...BROKEN];
    const input = policies.map((policy) => JSON.stringify(policy)).join('\n');
    for (const [tool, script] of [
      ['parliament', 'lint_parliament.py'],
      ['cfn-lint', 'lint_cfn.py'],
    ] as const) {
      const answers = lines<{ readonly name: string; readonly found: readonly Found[] }>(
        ask(executable, script, input),
      );
      for (const { name, found: reports } of answers) found.set(`${tool} ${name}`, reports);
    }
    for (const { name, kind, text } of policies)
      ours.set(name, lintText(text, { path: `${name}.json`, kind, audience: 'any' }));
  }, 5 * MINUTES);

  test('report no error on the AWS managed policies', () => {
    expect(managed.length).toBeGreaterThan(1_500);
    const errors = managed.flatMap(({ name }) =>
      (ours.get(name) ?? [])
        .filter(({ severity }) => severity === 'error' || severity === 'security')
        .map(({ ruleId, message }) => `${name} ${ruleId}: ${message}`),
    );
    expect(errors).toEqual([]);
  });

  test('agree: what the others report we report, or the table says why not', () => {
    const unlisted: string[] = [];
    const met = new Map<Row, number>();
    const isManaged = new Set(managed.map(({ name }) => name));
    const isTrust = new Set(BROKEN.filter(({ kind }) => kind === 'trust').map(({ name }) => name));
    const corpusOf = (name: string): Row['corpus'] =>
      isManaged.has(name) ? 'managed' : isTrust.has(name) ? 'trust' : undefined;
    for (const [place, reports] of found) {
      const [tool = '', ...rest] = place.split(' ');
      const name = rest.join(' ');
      for (const { id, detail, statement } of reports) {
        const rules = rulesAt(ours.get(name) ?? [], statement);
        if (ABOUT_ACTIONS.includes(id) && !OUR_SERVICES.test(detail)) continue;
        const row = ROWS.find(
          (one) =>
            one.tool === tool &&
            one.id === id &&
            (one.corpus === undefined || corpusOf(name) === one.corpus) &&
            (one.detail === undefined || new RegExp(one.detail).test(detail)) &&
            (one.ours === undefined || one.ours.some((rule) => rules.has(rule))),
        );
        if (row === undefined)
          unlisted.push(`${tool} ${name} ${statement ?? '-'} ${id}: ${detail} (ours: ${[...rules].join(', ')})`);
        else met.set(row, (met.get(row) ?? 0) + 1);
      }
    }
    console.log(
      `peers: ${ROWS.map((row) => `${row.tool} ${row.id} ${row.detail ?? ''} ${met.get(row) ?? 0}`).join('\n')}`,
    );
    expect(unlisted).toEqual([]);
    expect(ROWS.filter((row) => !met.has(row))).toEqual([]);
  });

  test('find something in every broken policy, and so do we', () => {
    for (const { name } of BROKEN) {
      const others = [...(found.get(`parliament ${name}`) ?? []), ...(found.get(`cfn-lint ${name}`) ?? [])];
      expect.soft(others.length, name).toBeGreaterThan(0);
      expect.soft(ours.get(name)?.length, name).toBeGreaterThan(0);
    }
  });

  test('have every row of the table in docs/lint-peers.md', () => {
    const page = readFileSync(new URL('../../docs/lint-peers.md', import.meta.url), 'utf8');
    for (const row of ROWS) expect.soft(page.includes(tableRow(row)), tableRow(row)).toBe(true);
  });

  test('have a page of AWS for everything that we do not report', () => {
    for (const row of ROWS) {
      if (row.ours === undefined) expect.soft(row.page, row.why).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });
});

/** The rules that we found broken in a statement; in the whole document where no statement is named. */
function rulesAt(findings: readonly Finding[], statement: number | null): ReadonlySet<string> {
  const there = findings.filter(({ pointer }) => statement === null || statementOf(pointer) === statement);
  return new Set(there.map(({ ruleId }) => ruleId));
}

/** `/Statement/2/Action` is in 2; the only statement, which need not stand in a list, is 0. */
function statementOf(pointer: string): number | undefined {
  const [, element, index] = pointer.split('/');
  if (element !== 'Statement') return undefined;
  return index !== undefined && /^\d+$/.test(index) ? Number(index) : 0;
}

function tableRow({ tool, id, detail = '', ours: rules, corpus, why, page }: Row): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const about =
    `${detail === '' ? '' : `\`${cell(detail)}\``}${corpus === undefined ? '' : ` (${corpus} policies)`}`.trim();
  return `| ${tool} | ${id} | ${about} | ${rules?.map((rule) => `\`${rule}\``).join(', ') ?? 'not reported'} | ${cell(why)}${page === undefined ? '' : ` ${page}`} |`;
}

function ask(python: string, script: string, input: string): string {
  const done = spawnSync(python, ['-W', 'ignore', join(SCRIPTS, script)], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 4 * MINUTES,
  });
  if (done.status !== 0) throw new Error(`${script} ended with ${done.status}:\n${done.stderr.slice(-3000)}`);
  return done.stdout;
}

function lines<T>(text: string): readonly T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
