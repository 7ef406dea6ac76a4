import { createHash } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { FleetResult, FleetSummary } from '../../src/model/fleet.ts';
import { FLEET_HASHES, FLEET_SCRIPT, FLEET_STYLE, fleetHtml } from '../../src/report/fleet-html.ts';
import { fleetJson, fleetJunit } from '../../src/report/fleet-ndjson.ts';
import { fleetText, missingWords } from '../../src/report/fleet-text.ts';

const HOSTILE = `"><img src=x onerror=alert(1)>&amp;'\u202E\u0000\u001B[2J</title></style></script><script>alert(2)</script>`;

function result(status: FleetResult['status'], name: string): FleetResult {
  return {
    schemaVersion: 1,
    command: 'fleet verify',
    key: name,
    name,
    bucket: HOSTILE,
    status,
    leftBehind: true,
    at: '2026-11-25T00:00:00.000Z',
    ms: 1_234,
    tries: 1,
    fleet: { id: 'f', size: 3 },
    ...(status === 'passed' ? {} : { error: { code: 'network', message: HOSTILE, hint: HOSTILE } }),
  };
}

const CONTROLS = ['\u202E', '\u0000', '\u001B'];

const results = [result('failed', HOSTILE), result('unknown', 'b'), result('passed', 'c')];
const summary: FleetSummary = {
  command: 'fleet verify',
  counts: { failed: 1, unknown: 1, invalid: 0, interrupted: 0, passed: 1 },
  missing: 1_000,
  shards: ['1/4', '3/4'],
  groups: [{ layer: 'trust', cause: HOSTILE, fix: HOSTILE, names: [HOSTILE] }],
  slowest: [{ name: HOSTILE, bucket: HOSTILE, ms: 1_234 }],
  left: [{ name: HOSTILE, bucket: HOSTILE, commands: [HOSTILE] }],
};
const about = { title: HOSTILE, date: '2026-11-25T00:00:00.000Z', toolVersion: '0.1.0' };

async function* all(some = results) {
  yield* some;
}

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const piece of pieces) whole += piece;
  return whole;
}

describe('the page of a fleet', () => {
  it('lets nothing run or load but its own style and script, which are as hashed', async () => {
    const page = await text(fleetHtml(all(), summary, about));
    const hash = (code: string) => `sha256-${createHash('sha256').update(code).digest('base64')}`;
    expect(FLEET_HASHES).toEqual({ style: hash(FLEET_STYLE), script: hash(FLEET_SCRIPT) });
    expect(page).toContain(`<style>${FLEET_STYLE}</style>`);
    expect(page).toContain(`<script>${FLEET_SCRIPT}</script>`);
    expect(page).toContain(
      `default-src 'none'; style-src '${FLEET_HASHES.style}'; script-src '${FLEET_HASHES.script}'`,
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    for (const bad of ['<img', 'http://', 'https://', ...CONTROLS]) expect(page).not.toContain(bad);
  });

  it('has a row for each result and all elements closed', async () => {
    const page = await text(fleetHtml(all(), summary, about));
    expect(page.match(/<tr class="\w+-row"/g)).toHaveLength(3);
    for (const name of ['table', 'tbody', 'tr', 'td', 'details', 'ul', 'li', 'main', 'body', 'html', 'p']) {
      const opened = page.match(new RegExp(`<${name}[ >]`, 'g'))?.length;
      expect(page.match(new RegExp(`</${name}>`, 'g'))?.length, name).toBe(opened);
    }
  });
});

describe('the other formats of a fleet', () => {
  it('as JSON are one document with every result', async () => {
    const document = JSON.parse(await text(fleetJson(all(), summary)));
    expect(document).toMatchObject({ schemaVersion: 1, command: 'fleet verify', summary: { missing: 1_000 } });
    expect(document.results).toEqual(results);
    expect(JSON.parse(await text(fleetJson(all([]), summary))).results).toEqual([]);
  });

  it('as JUnit are well-formed, with a case for each result', async () => {
    const opened: string[] = [];
    const parser = new SaxesParser();
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name }) => void opened.push(name));
    parser.write(await text(fleetJunit(all(), summary))).close();
    const count = (name: string) => opened.filter((one) => one === name).length;
    expect([count('testcase'), count('failure'), count('error')]).toEqual([3, 1, 1]);
  });

  it('as text show no control characters of the data', () => {
    const shown = fleetText(summary);
    for (const bad of CONTROLS) expect(shown).not.toContain(bad);
    expect(shown).toContain('1 of 1,003 passed, 1 failed, 1 unknown, 1,000 not done, 1 left something behind');
  });

  it('name the shards of which there are no results', () => {
    expect(missingWords(['1/4', '3/4'])).toBe('no results of shard 2/4, 4/4');
    expect(missingWords(['1/1'])).toBe('there are no results of them');
    expect(missingWords([])).toBe('there are no results of them');
  });
});
