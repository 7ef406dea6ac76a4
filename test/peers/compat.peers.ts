import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger, type Met } from './differences.ts';
import { judges, localemuPeer, type Peer, type SandboxPeer, startSandboxPeer } from './peers.ts';
import { inWords, type JudgedVerdict, runScript } from './verdicts.ts';

const prepared = judges();

describe.skipIf(prepared === null)('single calls by boto3, whose answers AWS documents', () => {
  const python = prepared?.clientsPython ?? '';
  let peer: SandboxPeer;

  beforeAll(async () => {
    peer = await startSandboxPeer();
  });
  afterAll(async () => {
    if (peer === undefined) return;
    await peer.sandbox.close();
    expect(peer.sandbox.bugs()).toEqual([]);
  });

  test('the sandbox differs from AWS where docs/peers.md says so, and nowhere else', async () => {
    await requireListed(python, peer);
  });

  test('LocalEmu differs from AWS where docs/peers.md says so, and nowhere else', async () => {
    if (prepared !== null) await requireListed(python, localemuPeer(prepared));
  });
});

async function requireListed(python: string, peer: Peer): Promise<void> {
  const ledger = createLedger(peer.name, 'compat');
  const verdicts = await runScript<JudgedVerdict>(python, 'compat_main.py', peer, {});
  expect(verdicts.length).toBeGreaterThan(200);
  expect(ledger.unlisted(verdicts.flatMap(differenceOf))).toEqual([]);
  expect(ledger.unmet(), 'differences that docs/peers.md lists and that occur no longer').toEqual([]);
}

function differenceOf(verdict: JudgedVerdict): readonly Met[] {
  const met = inWords(verdict);
  return met === verdict.expect ? [] : [{ call: verdict.call, answer: met, aws: verdict.expect }];
}
