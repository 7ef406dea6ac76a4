import { describe, expect, it } from 'vitest';
import { readBaseline } from '../../src/audit/baseline.ts';
import { writeDocuments } from '../../src/audit/index.ts';
import { grantYaml } from '../../src/generate/grant-yaml.ts';
import { KitError } from '../../src/model/errors.ts';
import { auditOf, BUCKET, deployed, GRANT } from './documents.ts';

const REPORT = auditOf(deployed());
const JSON_REPORT = JSON.stringify(REPORT, null, 2);

function read(text: string) {
  return readBaseline({ path: 'old', text });
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof KitError && error.code === 'input') return `${error.message} | ${error.hint ?? ''}`;
    throw error;
  }
  return '';
}

/** The report with other members. */
const changed = (more: object) => JSON.stringify({ ...REPORT, ...more });

describe('a baseline', () => {
  it('may be a grant', () => {
    expect(read(`bucket: ${BUCKET}\ncreateBucket: true\n`)).toEqual({ kind: 'grant', path: 'old', grant: GRANT });
  });

  it('may be a grant written as JSON', () => {
    expect(read(`{"bucket": "${BUCKET}", "createBucket": true}`)).toEqual({ kind: 'grant', path: 'old', grant: GRANT });
    expect(read(`{"buckets": [{"name": "${BUCKET}", "create": true}]}`)).toMatchObject({ kind: 'grant', grant: GRANT });
  });

  it('may be the grant that init wrote', () => {
    expect(read(grantYaml(GRANT))).toEqual({ kind: 'grant', path: 'old', grant: GRANT });
  });

  it('may be the report of a former audit', () => {
    expect(read(JSON_REPORT)).toEqual({ kind: 'audit', path: 'old', report: JSON.parse(JSON_REPORT) });
    expect(read(`\uFEFF${JSON_REPORT}\n`)).toMatchObject({ kind: 'audit' });
  });

  it('may be its documents', () => {
    const documents = deployed();
    expect(read(writeDocuments(documents))).toEqual({ kind: 'documents', path: 'old', documents });
  });

  it.each<readonly [string, string, string]>([
    ['is empty', '', 'bucket: is missing'],
    ['is a report that is cut off', JSON_REPORT.slice(0, 5000), 'cut off'],
    ['is no JSON behind its brace', '{ "command": "audit", }', 'is not JSON'],
    ['is a report of verify', '{"schemaVersion":1,"command":"verify","ok":true}', 'old is the report of verify |'],
    ['is a report of another version', changed({ schemaVersion: 2 }), 'old has schemaVersion 2; this version reads 1'],
    ['has no version', changed({ schemaVersion: undefined }), 'has schemaVersion none'],
    ['has a date that is none', changed({ date: 'yesterday' }), 'date is not as audit writes it'],
    ['has no subject', changed({ subject: {} }), 'subject is not as audit writes it'],
    ['has findings of no rule', changed({ findings: [{ id: 'x' }] }), 'findings is not as audit writes it'],
    [
      'has a cell without parts',
      changed({ matrix: [{ action: 'a', kind: 'b', resource: 'c', decision: 'deny' }] }),
      'matrix is not',
    ],
    ['has open facts as words', changed({ unjudged: ['all'] }), 'unjudged is not as audit writes it'],
    ['is a list', '[{"command":"audit"}]', 'old is a list'],
    ['is an object of something else', '{"name":"package"}', 'is nothing that an audit can be compared with'],
    ['is a policy', '{"Version":"2012-10-17","Statement":[]}', 'is nothing that an audit can be compared with'],
    [
      'has documents of another version',
      writeDocuments(deployed()).replace('"schemaVersion": 1', '"schemaVersion": 7'),
      'schemaVersion 7',
    ],
    ['has an unknown key in a grant', 'bucket: a-bucket\nbuckett: b', 'old:2:10 buckett: is not a known key'],
  ])('is refused when it %s', (_, text, words) => expect(refusal(text)).toContain(words));

  it('is refused at every place where it may be cut off', () => {
    for (let at = 1; at < JSON_REPORT.length; at += Math.ceil(JSON_REPORT.length / 40)) {
      expect(refusal(JSON_REPORT.slice(0, at))).not.toBe('');
    }
  });
});
