import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, expectationOf, readBaseline, readSource } from '../../src/audit/index.ts';
import type { AuditReport } from '../../src/model/audit.ts';
import { type EngineStack, findPulumi, openStack } from './project.ts';

const NOW = '2026-11-25T00:00:00.000Z';
const BUCKET = { name: 'new-bucket', prefixes: [] };

let stack: EngineStack;

/** What an audit of a file that Pulumi wrote comes to. */
function auditOf(path: string, baseline?: string): AuditReport {
  const { documents } = readSource([{ path, text: readFileSync(path, 'utf8') }], { buckets: [BUCKET.name] });
  const former = baseline === undefined ? undefined : { path: baseline, text: readFileSync(baseline, 'utf8') };
  return audit({
    documents,
    expected: expectationOf(documents, 'minimal', [BUCKET]),
    now: NOW,
    ...(former === undefined ? {} : { baseline: readBaseline(former) }),
  });
}

describe.skipIf(findPulumi() === undefined)('an audit of what the Pulumi engine wrote', () => {
  beforeAll(async () => {
    stack = await openStack();
  });
  afterAll(() => stack.close());

  it.each(['role', 'key'] as const)('finds nothing in its preview and its state, by %s', async (auth) => {
    stack.configure({ auth, bucket: BUCKET.name, createBucket: true, protectBucket: false });
    const [preview, state] = [stack.scratch('preview.json'), stack.scratch('state.json')];
    const path = dirname(findPulumi() ?? '');
    const told = await stack.sh(`pulumi preview --json > '${preview}'`, { path });
    expect(told.code, told.output).toBe(0);
    const planned = auditOf(preview);
    expect(planned.subject).toMatchObject({ kind: auth === 'role' ? 'role' : 'user', name: 'channelmix_s3_access' });
    expect(worthTelling(planned)).toEqual([]);

    expect(await stack.pulumi('up', '--yes', '--skip-preview')).toMatchObject({ code: 0 });
    expect(await stack.pulumi('stack', 'export', '--file', state)).toMatchObject({ code: 0 });
    const deployed = auditOf(state, state);
    expect(deployed.subject.account).toMatch(/^\d{12}$/);
    expect(worthTelling(deployed)).toEqual([]);
    expect(deployed.findings.filter(({ question }) => question === 'drift')).toEqual([]);
    expect(await stack.pulumi('destroy', '--yes', '--skip-preview')).toMatchObject({ code: 0 });
  });
});

/** All but what could be better. */
function worthTelling({ findings }: AuditReport): readonly string[] {
  return findings
    .filter(({ severity }) => severity !== 'suggestion')
    .map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);
}
