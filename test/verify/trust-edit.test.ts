import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallResult } from '../../src/aws/index.ts';
import { temporaryStatement } from '../../src/verify/client-way.ts';
import { addTemporary, removeTemporary, type TrustPatience, type TrustStore } from '../../src/verify/trust-edit.ts';
import { temporaryStatements } from '../../src/verify/trust-text.ts';

const FOREIGN =
  '{ "Sid":"Vendor","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::031871504755:root"}, "Action":"sts:AssumeRole"}';
const ORIGINAL = `{"Version":"2012-10-17","Statement":${FOREIGN}}`;

// In virtual time, so that it is what the times are to each other that counts, not how busy this machine is.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function inVirtualTime<T>(work: Promise<T>): Promise<T> {
  let ended = false;
  const done = work.finally(() => {
    ended = true;
  });
  done.catch(() => undefined);
  while (!ended) await vi.advanceTimersByTimeAsync(50);
  return done;
}

/** Fifty at once, twenty times, were the measure; each time costs a second. */
const ROUNDS = Array.from({ length: Number(process.env.TRUST_ROUNDS ?? 3) }, (_, index) => index + 1);

/** A trust policy as IAM keeps it: the last write counts, and nobody is told. Reading and writing take their time. */
function createIam(random: () => number) {
  const iam = { text: ORIGINAL, writes: 0 };
  const later = () => new Promise((resolve) => setTimeout(resolve, random() * 120));
  const ok = <T>(value: T): CallResult<T> => ({ ok: true, value, attempts: 1 });
  const store: TrustStore = {
    read: async () => {
      await later();
      const { text } = iam;
      await later();
      return ok(text);
    },
    write: async (text) => {
      await later();
      iam.text = text;
      iam.writes += 1;
      await later();
      return ok(undefined);
    },
    now: Date.now,
  };
  return { iam, store };
}

function patienceOf(random: () => number, waitMs: number): TrustPatience {
  return {
    signal: new AbortController().signal,
    waitMs,
    ports: {
      now: () => Date.now(),
      random,
      sleep: async (ms) => void (await later(ms)),
    },
  };
}

const runId = (index: number) => index.toString(16).padStart(32, '0');
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One run: lets its caller in, and takes that back. */
async function editTwice(store: TrustStore, index: number, random: () => number, waitMs = 600_000): Promise<void> {
  const patience = patienceOf(random, waitMs);
  const statement = temporaryStatement(runId(index), 'arn:aws:iam::111122223333:user/ann', Date.now());
  let original = '';
  const added = await addTemporary(store, statement, patience, async (text) => {
    original = text;
  });
  expect(added.ok).toBe(true);
  await later(random() * 2_000);
  expect((await removeTemporary(store, (sid) => sid === statement.Sid, patience, original)).ok).toBe(true);
}

test.each(ROUNDS)(
  'fifty runs at once leave the policy as it was, byte for byte (%i)',
  async () => {
    const { iam, store } = createIam(Math.random);
    await inVirtualTime(
      Promise.all(Array.from({ length: 50 }, (_, index) => editTwice(store, index + 1, Math.random))),
    );
    expect(iam.text).toBe(ORIGINAL);
  },
  60_000,
);

test('an editor beside it that looks whether its change is there loses nothing', async () => {
  const { iam, store } = createIam(Math.random);
  const added = '{"Sid":"Another","Effect":"Deny","Principal":"*","Action":"sts:TagSession"}';
  const editor = async () => {
    for (let round = 0; round < 50 && !iam.text.includes(added); round++) {
      const text = await store.read();
      const at = text.ok ? text.value.lastIndexOf('}') : 0;
      if (text.ok && !text.value.includes(added)) {
        const list = text.value.includes('[')
          ? text.value.replace(/\](?=[^\]]*$)/, `,${added}]`)
          : `${text.value.slice(0, at).replace(FOREIGN, `[${FOREIGN},${added}]`)}}`;
        await store.write(list);
      }
      await later(400);
    }
  };
  const runs = Array.from({ length: 10 }, (_, index) => editTwice(store, index + 1, Math.random));
  await inVirtualTime(Promise.all([editor(), ...runs]));
  await inVirtualTime(editor());
  expect(temporaryStatements(iam.text)).toEqual([]);
  expect(iam.text).toContain(FOREIGN);
  expect(iam.text).toContain(added);
});

test.each(ROUNDS)('runs that did not wait for each other leave no statement of theirs, either (%i)', async () => {
  const { iam, store } = createIam(Math.random);
  await inVirtualTime(Promise.all([1, 2, 3].map((index) => editTwice(store, index, Math.random, 0))));
  // Brackets around the only statement may stay: none of them has seen the policy without the others'.
  expect([ORIGINAL, ORIGINAL.replace(FOREIGN, `[${FOREIGN}]`)]).toContain(iam.text);
});

test('a run alone writes twice and gives back the very text', async () => {
  const { iam, store } = createIam(() => 0.5);
  await inVirtualTime(editTwice(store, 1, () => 0.5));
  expect(iam).toEqual({ text: ORIGINAL, writes: 2 });
});

test('an addition that IAM applies after its answer was lost is taken out, too', async () => {
  const { iam, store } = createIam(() => 0.5);
  const lost: TrustStore = {
    ...store,
    write: async (text) => {
      setTimeout(() => {
        iam.text = text;
      }, 600);
      return { ok: false, attempts: 1, failure: { kind: 'network', code: 'ECONNRESET', message: 'lost', attempts: 1 } };
    },
  };
  const patience = patienceOf(() => 0.5, 0);
  const statement = temporaryStatement(runId(1), 'arn:aws:iam::111122223333:user/ann', Date.now());
  const added = await inVirtualTime(addTemporary(lost, statement, patience, async () => undefined));
  expect(added.ok).toBe(false);
  const removed = await inVirtualTime(
    removeTemporary(
      store,
      (sid) => sid === statement.Sid,
      patienceOf(() => 0.5, 5_000),
      ORIGINAL,
    ),
  );
  expect(removed).toMatchObject({ ok: true, changed: true });
  await inVirtualTime(later(5_000));
  expect(iam.text).toBe(ORIGINAL);
});
