import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTypedFields } from '../../src/documents/read-connection.ts';
import { checkConnection } from '../../src/generate/connection-check.ts';
import { CONNECTION_RULES } from '../../src/generate/connection-rules.ts';
import type { ConnectionField } from '../../src/model/connection.ts';
import { renderConnectionCheck } from '../../src/report/connection-check.ts';
import { CASES, KEY_ID, ROLE, SECRET } from './connection-cases.ts';

function check(text: string) {
  return checkConnection(readTypedFields(text, 'stdin'));
}

describe('connection check finds in', () => {
  it.each(CASES.map((one) => [JSON.stringify(one.text).slice(0, 90), one] as const))('%s', (_name, one) => {
    const { findings, form, ok } = check(one.text);
    expect(findings.map(({ id }) => id)).toEqual(one.ids);
    expect(ok).toBe(one.ids.length === 0);
    // Every message has all that it needs.
    for (const { message } of findings) expect(message).not.toMatch(/\{\w+\}/);
    for (const [field, corrected] of Object.entries(one.corrected ?? {})) {
      expect(findings.find((finding) => finding.field === field)?.corrected).toBe(corrected);
    }
    if (one.roleArn !== undefined) expect(form?.['Role ARN']).toBe(one.roleArn);
  });

  it('at least 60 inputs, and every mistake that it knows', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    // Only flags can be on a command line.
    const found = new Set(['secret-in-arguments', ...CASES.flatMap(({ ids }) => ids)]);
    expect(Object.keys(CONNECTION_RULES).filter((id) => !found.has(id))).toEqual([]);
  });

  it('what its page lists', () => {
    const page = readFileSync(new URL('../../docs/connection.md', import.meta.url), 'utf8');
    expect(Object.keys(CONNECTION_RULES).filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  });

  it('a secret on the command line, whatever it was given for', () => {
    const report = checkConnection([{ field: 'accessKeyId', value: SECRET }], ['accessKeyId']);
    expect(report.findings.map(({ id }) => id)).toContain('secret-in-arguments');
    expect(JSON.stringify(report)).not.toContain(SECRET.slice(0, 8));
  });
});

describe('what connection check corrects', () => {
  it('is right: the form that it proposes has no mistake', () => {
    for (const { text } of CASES) {
      const { form } = check(text);
      if (form === undefined) continue;
      const again = check(
        Object.entries(form)
          .map(([label, value]) => `${label}: ${value}`)
          .join('\n'),
      );
      expect(again.findings, text).toEqual([]);
    }
  });
});

describe('a secret', () => {
  const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+'];
  const secrets = fc
    .array(fc.constantFrom(...characters), { minLength: 36, maxLength: 36 })
    .map((word) => `Aa0${word.join('')}b`);
  const fields: readonly ConnectionField[] = [
    'accessKeyId',
    'secretAccessKey',
    'roleArn',
    'accountId',
    'bucket',
    'sessionToken',
  ];
  const around = fc.constantFrom(
    ...[
      '{}',
      '"{}"',
      ' {} ',
      '{}.',
      's3://{}',
      'b/{}',
      'arn:aws:iam::111122223333:role/{}',
      'arn:aws:sts::111122223333:assumed-role/{}/s',
    ],
    ...[
      'arn:aws:{}:::x',
      'https://{}.s3.amazonaws.com/',
      `${ROLE} {}`,
      `${KEY_ID} {}`,
      'arn:aws:iam::111122223333:{}/x',
      'role/{}',
      '\u200b{}',
    ],
  );

  it('is never in the report, in whatever field and with whatever around it', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...fields), around, (secret, field, frame) => {
        const report = checkConnection([
          { field, value: frame.replace('{}', () => secret) },
          ...(field === 'roleArn' ? [] : [{ field: 'roleArn' as const, value: ROLE }]),
        ]);
        expect(JSON.stringify(report) + renderConnectionCheck(report)).not.toContain(secret);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that lost characters on the way is never in the report', () => {
    fc.assert(
      fc.property(secrets, fc.integer({ min: 10, max: 39 }), (secret, length) => {
        const half = secret.slice(0, length);
        const report = checkConnection([
          { field: 'accessKeyId', value: KEY_ID },
          { field: 'secretAccessKey', value: half },
        ]);
        expect(JSON.stringify(report)).not.toContain(half);
      }),
    );
  });
});
