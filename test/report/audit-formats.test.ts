import { describe, expect, it } from 'vitest';
import { AUDIT_FORMATS, auditReporters } from '../../src/report/audit-formats.ts';
import { AUDITS, about, bad, good, hostile, open } from './audit-reports.ts';

/** The same data, which nobody may change. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const DANGEROUS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

describe.each(AUDIT_FORMATS)('an audit as %s', (format) => {
  const write = auditReporters[format];

  it.each(Object.entries(AUDITS))(
    'is the same whenever it is written, changes nothing, and ends its last line: %s',
    (_name, report) => {
      const text = write(frozen(report), about);
      expect(write(structuredClone(report), { ...about })).toBe(text);
      expect(text).toMatch(/[^\n]\n$/);
    },
  );

  it('shows no character that changes a terminal or the order of text, and is whole Unicode', () => {
    const text = write(hostile, about);
    expect(text).not.toMatch(DANGEROUS);
    expect(Buffer.from(text).toString()).toBe(text);
  });

  it('tells a complete answer from one that is open', () => {
    expect(write({ ...open, findings: [] }, about)).not.toBe(
      write({ ...open, unjudged: [], complete: true, summary: { ...open.summary, open: 0 } }, about),
    );
  });
});

// The picture has the matrix alone.
it.each(AUDIT_FORMATS.filter((format) => format !== 'svg'))(
  'an audit as %s names each rule that found something, and whoever it is about',
  (format) => {
    const text = auditReporters[format](bad, about);
    for (const { ruleId, about: arn, accepted } of bad.findings) {
      // What is accepted is worth no annotation.
      if (format === 'github' && accepted !== undefined) continue;
      expect(text).toContain(ruleId);
      expect(text).toContain(arn);
    }
  },
);

describe('an audit as text', () => {
  it('answers in its first line', () => {
    const first = (report: typeof bad) => auditReporters.text(report, about).split('\n')[0];
    expect(first(good)).toBe('ChannelMix can do what it needs, and no more; no findings');
    expect(first(open)).toBe('Not known whether ChannelMix can do what it needs; no findings; incomplete');
    expect(first(bad)).toBe('ChannelMix cannot do all that it needs, and can do more; 14 findings; incomplete');
  });

  it('is 80 columns wide but for words that are longer', () => {
    const long = auditReporters
      .text(bad, about)
      .split('\n')
      .filter((line) => line.length > 80);
    expect(long.filter((line) => !/^ *(channelmix-s3 |KMS keys: |see: )/.test(line))).toEqual([]);
  });

  it('marks the same text as without colours', () => {
    const style = (_format: string, text: string) => `<<${text}>>`;
    const marked = auditReporters.text(bad, { ...about, style });
    expect(marked.replaceAll(/<<|>>/g, '')).toBe(auditReporters.text(bad, about));
  });
});

it('an audit as JSON is the report', () => {
  for (const report of [good, open, bad]) expect(JSON.parse(auditReporters.json(report, about))).toEqual(report);
});
