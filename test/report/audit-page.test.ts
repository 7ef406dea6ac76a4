import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { auditReporters } from '../../src/report/audit-formats.ts';
import { AUDIT_HASHES, AUDIT_SCRIPT, AUDIT_STYLE } from '../../src/report/audit-html-style.ts';
import { MARK_WORDS, MATRIX_MARKS, marksOf, matrixPanels, resourceName } from '../../src/report/audit-matrix.ts';
import { AUDITS, about, bad, good, hostile, open } from './audit-reports.ts';
import { parseXml } from './parse-xml.ts';

const reports = Object.entries(AUDITS);
const hash = (code: string) => `sha256-${createHash('sha256').update(code).digest('base64')}`;

describe('the page of an audit', () => {
  it('lets nothing run or load but its own style and script, which are as hashed', () => {
    expect(AUDIT_HASHES).toEqual({ style: hash(AUDIT_STYLE), script: hash(AUDIT_SCRIPT) });
    const page = auditReporters.html(bad, about);
    expect(page).toContain(`<style>${AUDIT_STYLE}</style>`);
    expect(page).toContain(`<script>${AUDIT_SCRIPT}</script>`);
    expect(page).toContain(
      `default-src 'none'; style-src '${AUDIT_HASHES.style}'; script-src '${AUDIT_HASHES.script}'; base-uri 'none'`,
    );
  });

  it.each(reports)('has no element, attribute or address that came with the data: %s', (_name, report) => {
    const page = auditReporters.html(report, about);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(img|iframe|link|object|base|form)\b/i);
    expect(page).not.toMatch(/ (src|style|on\w+|action)="/i);
    const addresses = [...page.matchAll(/ href="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(addresses.filter((address) => !/^(#|https:\/\/docs\.aws\.amazon\.com\/)/.test(address))).toEqual([]);
  });

  it.each(reports)('closes what it opens, and has no id twice: %s', (_name, report) => {
    const page = auditReporters.html(report, about);
    for (const name of ['table', 'tbody', 'tr', 'td', 'details', 'ul', 'li', 'dl', 'dd', 'svg', 'g', 'main', 'div']) {
      const opened = page.match(new RegExp(`<${name}[ >]`, 'g'))?.length;
      expect(page.match(new RegExp(`</${name}>`, 'g'))?.length, name).toBe(opened);
    }
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['suggestion', 'class="answer"'],
    ['warning', 'class="answer bad"'],
  ] as const)('marks the answer by what is worst: a %s', (severity, mark) => {
    const found = bad.findings.slice(0, 1).map((finding) => ({ ...finding, severity }));
    expect(auditReporters.html({ ...good, findings: found }, about)).toContain(mark);
  });

  it('makes a link of pages only', () => {
    const [first] = bad.findings;
    if (first === undefined) throw new Error('it has findings');
    const page = auditReporters.html({ ...bad, findings: [{ ...first, docs: 'javascript:alert(1)' }] }, about);
    expect(page).not.toContain('href="javascript');
    expect(page).toContain('javascript:alert(1)');
  });

  it('says that it is not the whole answer where something is open, before any finding', () => {
    const page = auditReporters.html(bad, about);
    expect(page.indexOf('Not the whole answer')).toBeGreaterThan(0);
    expect(page.indexOf('What could not be judged')).toBeLessThan(page.indexOf('class="finding'));
    expect(auditReporters.html(good, about)).not.toContain('Not the whole answer');
    expect(auditReporters.html(open, about)).toContain('class="answer open"');
  });

  it('has every action of the matrix in its tables', () => {
    const page = auditReporters.html(bad, about);
    for (const { action } of bad.matrix) expect(page).toContain(action);
  });
});

describe('the matrix', () => {
  it('is a picture that is XML, shows nothing from elsewhere, and is named', () => {
    for (const [, report] of reports) {
      const elements = parseXml(auditReporters.svg(report, about));
      const names = new Set(elements.map(({ name }) => name));
      for (const bad of ['script', 'image', 'foreignObject', 'a']) expect(names).not.toContain(bad);
      const links = elements.flatMap(({ attributes }) => attributes.href ?? []);
      expect(links.filter((link) => !link.startsWith('#mark-'))).toEqual([]);
      expect(elements[0]?.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'matrix-title matrix-desc' });
    }
  });

  it('has a shape of its own for each mark', () => {
    const svg = auditReporters.svg(hostile, about);
    const shapes = MATRIX_MARKS.map((mark) => new RegExp(`<symbol id="mark-${mark}".*?</symbol>`).exec(svg)?.[0]);
    const drawn = shapes.map((shape) => shape?.replaceAll(/ (class|id)="[^"]*"/g, ''));
    expect(new Set(drawn).size).toBe(MATRIX_MARKS.length);
    for (const mark of MATRIX_MARKS) expect(svg).toContain(MARK_WORDS[mark]);
  });

  it('loses no cell: what has no row is refused on every resource', () => {
    const panels = matrixPanels(hostile.matrix, about.accessOf);
    const shown = panels.flatMap(({ groups }) => groups.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)));
    const there = new Set(shown);
    const folded = hostile.matrix.filter((cell) => !there.has(cell));
    expect(folded.length).toBeGreaterThan(0);
    expect(folded.filter((cell) => marksOf(cell)[0] !== 'refused')).toEqual([]);
    const names = new Set(panels.flatMap(({ groups }) => groups.flatMap((group) => group.folded)));
    expect(folded.filter(({ action }) => !names.has(action))).toEqual([]);
  });

  it('marks a cell by all that is said of its resources', () => {
    const of = (action: string) => bad.matrix.find((cell) => cell.action === action && !cell.resource.includes('::*'));
    const marks = (action: string) => {
      const cell = of(action);
      return cell === undefined ? [] : marksOf(cell);
    };
    expect(marks('s3:PutObject')).toEqual(['missing', 'excess']);
    expect(marks('s3:DeleteObject')).toEqual(['missing']);
    expect(marks('s3:GetObject')).toEqual(['needed']);
    expect(marks('s3:ListBucket')).toEqual(['conditional']);
    expect(marks('kms:Decrypt')).toEqual(['unknown']);
    expect(marks('s3:PutObjectAcl')).toEqual(['refused']);
    expect(marks('s3:ListBucketVersions')).toEqual(['tolerated']);
  });

  it('names a resource by what tells it from others', () => {
    expect(resourceName('arn:aws:s3:::acme/*')).toBe('acme/*');
    expect(resourceName('arn:aws-cn:s3:::*')).toBe('any');
    expect(resourceName('arn:aws:kms:*:*:key/*')).toBe('any');
    expect(resourceName(`arn:aws:s3:::${'a'.repeat(60)}`)).toHaveLength(26);
  });
});
