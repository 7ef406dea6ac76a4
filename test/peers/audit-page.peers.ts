import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditReporters } from '../../src/report/audit-formats.ts';
import { AUDITS, about } from '../report/audit-reports.ts';

/** Debian's, or another one that is named. Playwright's own download is not needed. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const there = existsSync(CHROMIUM);
if (!there) console.log(`the page of an audit: skipped, there is no ${CHROMIUM}; name a Chromium in CHROMIUM`);

const names = Object.keys(AUDITS) as readonly (keyof typeof AUDITS)[];
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  narrow: { colorScheme: 'light', viewport: { width: 320, height: 640 } },
};

describe.skipIf(!there)('the page of an audit, in Chromium', () => {
  let browser: Browser;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'channelmix-page-'));
    for (const name of names) await writeFile(join(folder, `${name}.html`), auditReporters.html(AUDITS[name], about));
    // Without a user namespace, as in containers, Chromium's sandbox cannot start; it shows nothing but our own files.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report's page; gives it with all that it asked for and all that the browser said. */
  async function show(name: string, options: BrowserContextOptions) {
    const page = await browser.newPage(options);
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('dialog', (dialog) => {
      said.push(dialog.message());
      return dialog.dismiss();
    });
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(url);
    return { page, said, others: asked.filter((address) => address !== url) };
  }

  test.for(names)('%s: asks nobody for anything, and breaks none of its own rules', async (name) => {
    const { page, said, others } = await show(name, looks.light ?? {});
    expect([others, said]).toEqual([[], []]);
    // What is written into it does not run.
    expect(await page.evaluate(() => document.scripts.length)).toBe(1);
    expect(await page.evaluate(() => document.querySelectorAll('img, iframe, object, link').length)).toBe(0);
    await page.close();
  });

  // The hostile one is big, and has no other colours than the bad one.
  const cases = names.flatMap((name) =>
    Object.keys(looks).flatMap((look) => (name === 'hostile' && look !== 'narrow' ? [] : [[name, look] as const])),
  );
  test.for(cases)('%s, %s: axe finds nothing against WCAG 2.2 AA, with all of it open', async ([name, look]) => {
    const { page } = await show(name, { ...looks[look], bypassCSP: true });
    await openAll(page);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('axe and the rules of the page would say so if something were wrong', async () => {
    const { page } = await show('good', { ...looks.light, bypassCSP: true });
    await page.evaluate(() => document.body.append(document.createElement('button')));
    expect(JSON.stringify(await violations(page))).toContain('button-name');
    await page.close();
    const strict = await show('good', looks.light ?? {});
    await strict.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      const image = document.createElement('img');
      image.src = 'https://example.com/';
      document.body.append(script, image);
    });
    await expect.poll(() => strict.said.join()).toContain('Content Security Policy');
    expect(await strict.page.title()).not.toBe('ran');
    await strict.page.close();
  });

  test.for(names)('%s: nothing is wider than a phone', async (name) => {
    const { page } = await show(name, looks.narrow ?? {});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.close();
  });

  test('without JavaScript everything is there, and hostile text is shown as it is', async () => {
    const { page } = await show('hostile', { ...looks.light, javaScriptEnabled: false });
    const text = await page.locator('main').textContent();
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(text).toContain('\\u{202E}');
    expect(await page.locator('li.finding').count()).toBe(240);
    expect(await page.locator('li.finding dd').count()).toBeGreaterThan(240 * 5);
    const first = page.locator('li.finding').first();
    expect(await first.locator('dl').isVisible()).toBe(false);
    await first.locator('summary').click();
    expect(await first.locator('dl').isVisible()).toBe(true);
    await page.close();
  });

  test('findings of a severity can be hidden without JavaScript', async () => {
    const { page } = await show('bad', { ...looks.light, javaScriptEnabled: false });
    const shown = () => page.locator('li.finding:visible').count();
    expect(await shown()).toBe(14);
    await page.locator('#show-warning').uncheck();
    expect(await shown()).toBe(9);
    await page.close();
  });

  test('printed, all of it is open, in black on white, with and without JavaScript', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await show('bad', { ...looks.dark, javaScriptEnabled });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const colours = await page.locator('body').evaluate((body) => {
        const { color, backgroundColor } = getComputedStyle(body);
        return [color, backgroundColor];
      });
      expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
      const details = page.locator('li.finding dl');
      for (const one of await details.all()) expect((await one.boundingBox())?.height ?? 0).toBeGreaterThan(20);
      expect(await page.locator('table.cells').last().isVisible()).toBe(true);
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      await page.close();
    }
  });
});

async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds against WCAG 2.2 A and AA, each rule with the first element. */
async function violations(page: Page): Promise<unknown> {
  await page.addScriptTag({ content: await readFile(AXE, 'utf8') });
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { axe } = globalThis as unknown as {
      readonly axe: {
        readonly run: (
          document: unknown,
          options: unknown,
        ) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const found = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => [
      id,
      nodes.length,
      nodes[0]?.html.slice(0, 200),
      nodes[0]?.failureSummary,
    ]);
  });
}
