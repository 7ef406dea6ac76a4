import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { audit, expectationOf, readSource } from '../../src/audit/index.ts';
import type { AuditReport } from '../../src/model/audit.ts';
import type { ScenarioWorld } from '../../src/sandbox/scenarios/types.ts';
import { CORPUS } from '../audit/corpus/index.ts';
import { ROLE_ARN, roleWith } from '../audit/corpus/parts.ts';
import { authorizationDetails } from './authorization-details.ts';
import { findPython, prepareEnvironment, SCRIPTS } from './environment.ts';
import { judges } from './peers.ts';

/** What another tool reports of an account, and what of ours reports the same, or why it is not reported. */
interface Row {
  readonly tool: 'Cloudsplaining' | 'Parliament';
  readonly id: string;
  /** Which of its reports are meant: a pattern of account, item or detail; every one when left out. */
  readonly detail?: string;
  /** Rules of ours, one of which must be found of the same role or user. */
  readonly ours?: readonly string[];
  readonly why: string;
  /** AWS's page that says we are right, where we do not report it. */
  readonly page?: string;
}

interface Account {
  readonly name: string;
  readonly world: ScenarioWorld;
  readonly principal: string;
  readonly meant: (typeof CORPUS)[number]['audit'];
}

interface Report {
  readonly tool: Row['tool'];
  readonly account: string;
  readonly id: string;
  readonly detail: string;
}

/** What Cloudsplaining says of an account, by category. */
interface Judged {
  readonly name: string;
  readonly found: Readonly<Record<string, readonly string[]>>;
}

const ROWS: readonly Row[] = JSON.parse(readFileSync(new URL('audit-judges.json', import.meta.url), 'utf8'));
const prepared = judges();
const NOW = '2026-11-25T00:00:00.000Z';

/** Accounts that nobody else's policies bind: both tools look at the policies of roles and users alone. */
const accounts: readonly Account[] = CORPUS.filter(({ audit: { told } }) => told === undefined).map(
  ({ name, world, audit: meant }) => ({ name, world, meant, principal: meant.roleArn ?? meant.user ?? '' }),
);

function reportOf({ name, world, principal, meant }: Account): AuditReport {
  const { buckets = [], access = 'minimal' } = meant;
  const file = { path: `${name}.json`, text: JSON.stringify(authorizationDetails(world, true)) };
  const { documents } = readSource([file], { principal, buckets: buckets.map((bucket) => bucket.name) });
  const expected = expectationOf(
    documents,
    access,
    buckets.map((bucket) => ({ prefixes: [], ...bucket })),
  );
  return audit({ documents, expected, now: NOW });
}

function ask<T>(
  executable: string,
  [script = '', ...flags]: readonly string[],
  lines: readonly unknown[],
): readonly T[] {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const answer = spawnSync(executable, [join(SCRIPTS, script), ...flags], {
    input,
    encoding: 'utf8',
    maxBuffer: 268_435_456,
  });
  expect(answer.status, answer.stderr).toBe(0);
  return answer.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** A role that may do these on everything. */
function roleThatMay(actions: readonly string[]): Account {
  const role = roleWith({ Effect: 'Allow', Action: actions, Resource: '*' });
  return { name: actions.join('+'), world: { roles: [role] }, principal: ROLE_ARN, meant: {} };
}

describe.skipIf(prepared === null)('the audit, Cloudsplaining and Parliament', () => {
  const ours = new Map<string, ReadonlySet<string>>();
  const reports: Report[] = [];
  let methods: Readonly<Record<string, readonly string[]>> = {};
  let singles: readonly string[] = [];

  beforeAll(async () => {
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    const note = (line: string) => console.log(`peers: ${line}`);
    const [checkov, lint] = [
      await prepareEnvironment('checkov', python, note),
      await prepareEnvironment('lint', python, note),
    ];
    for (const account of accounts) {
      ours.set(account.name, new Set(reportOf(account).findings.map(({ ruleId }) => ruleId)));
    }
    const details = accounts.map(({ name, world }) => ({ name, details: authorizationDetails(world, false) }));
    const [first, ...found] = ask<Judged & { readonly methods?: typeof methods }>(
      checkov,
      ['audit_cloudsplaining.py'],
      details,
    );
    methods = first?.methods ?? {};
    const single = ask<Judged>(checkov, ['audit_actions.py'], []);
    singles = single.map(({ name }) => name);
    for (const name of singles) {
      const account = roleThatMay([name.replace('only ', '')]);
      ours.set(name, new Set(reportOf(account).findings.map(({ ruleId }) => ruleId)));
    }
    for (const { name, found: categories } of [...found, ...single]) {
      for (const [id, items] of Object.entries(categories)) {
        for (const item of items)
          reports.push({ tool: 'Cloudsplaining', account: name, id, detail: `${name} ${item}` });
      }
    }
    const policies = accounts.flatMap((account) =>
      documentsOf(account).map((document) => ({ name: account.name, text: JSON.stringify(document) })),
    );
    for (const { name, found: all } of ask<{
      readonly name: string;
      readonly found: readonly { readonly id: string; readonly detail: string }[];
    }>(lint, ['lint_parliament.py', '--community'], policies)) {
      for (const { id, detail } of all)
        reports.push({ tool: 'Parliament', account: name, id, detail: `${name} ${detail}` });
    }
  }, 300_000);

  test('agree: what the others report we report, or the table says why not', () => {
    // Given alone, no other finding hides that an action is missed.
    expect(singles.length).toBeGreaterThan(450);
    const unlisted = new Set<string>();
    const met = new Map<Row, number>();
    for (const { tool, account, id, detail } of reports) {
      const rules = ours.get(account) ?? new Set();
      const row = ROWS.find(
        (one) =>
          one.tool === tool &&
          one.id === id &&
          (one.detail === undefined || new RegExp(one.detail).test(detail)) &&
          (one.ours === undefined || one.ours.some((rule) => rules.has(rule))),
      );
      if (row === undefined)
        unlisted.add(`${tool} ${id}: ${detail.slice(0, 200)} (ours: ${[...rules].sort().join(', ')})`);
      else met.set(row, (met.get(row) ?? 0) + 1);
    }
    console.log(
      `peers: ${ROWS.map((row) => `${row.tool} ${row.id} ${row.detail ?? ''} ${met.get(row) ?? 0}`).join('\n')}`,
    );
    const few = [...new Map([...unlisted].map((one) => [one.replace(/^(\S+ \S+ \S+).*/, '$1'), one])).values()];
    expect(few.slice(0, 120)).toEqual([]);
    expect(ROWS.filter((row) => !met.has(row))).toEqual([]);
  });

  test('name every way to more permissions that Cloudsplaining knows', () => {
    expect(Object.keys(methods).length).toBeGreaterThan(15);
    const missed = Object.entries(methods).filter(([, actions]) => {
      const rules = reportOf(roleThatMay(actions)).findings.map(({ ruleId }) => ruleId);
      return !rules.includes('escalation-path');
    });
    expect(missed).toEqual([]);
  });

  test('have every row of the table in docs/audit-peers.md', () => {
    const page = readFileSync(new URL('../../docs/audit-peers.md', import.meta.url), 'utf8');
    for (const row of ROWS) expect.soft(page.includes(tableRow(row)), tableRow(row)).toBe(true);
    for (const { ours: rules, page: link } of ROWS) expect.soft(rules !== undefined || link !== undefined).toBe(true);
  });
});

/** The policies of the audited role or user; the boundary gives nothing. */
function documentsOf({ world, principal }: Account): readonly unknown[] {
  const { roles = [], users = [], policies = [] } = world;
  const name = principal.slice(principal.lastIndexOf('/') + 1);
  const own = [...roles, ...users].filter((one) => one.name === name && one.account === undefined);
  return [
    ...own.flatMap(({ inline = {} }) => Object.values(inline)),
    ...policies
      .filter((policy) =>
        own.some(({ attached = [] }) => attached.some((arn) => arn.endsWith(`:policy/${policy.name}`))),
      )
      .map(({ document }) => document),
  ];
}

function tableRow({ tool, id, detail, ours, why, page }: Row): string {
  const which = detail === undefined ? '' : `\`${detail.replaceAll('|', '\\|')}\``;
  const rules = ours === undefined ? 'not reported' : ours.map((rule) => `\`${rule}\``).join(', ');
  return `| ${tool} | ${id} | ${which} | ${rules} | ${why}${page === undefined ? '' : ` ${page}`} |`;
}
