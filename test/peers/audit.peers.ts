import { describe, expect, test } from 'vitest';
import { audit } from '../../src/audit/index.ts';
import type { CorpusAccount } from '../audit/corpus/account.ts';
import { CORPUS } from '../audit/corpus/index.ts';
import { foundIn, inputOf, readAt, sorted } from '../audit/corpus/run.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges } from './peers.ts';
import { applyScenario } from './scenario-data.ts';

/** Rules that go by what was long ago, which LocalEmu has no way to state. */
const OF_THE_PAST: ReadonlySet<string> = new Set([
  'access-key-old',
  'access-key-unused',
  'role-unused',
  'service-unused',
  'action-unused',
  'bucket-uploads-left',
]);

/** Why LocalEmu cannot be brought into the state of an account, or is asked for something else; `undefined`: it can. */
function whyNot({ audit: flags, finds, world, onlyInSandbox }: CorpusAccount): string | undefined {
  if (onlyInSandbox !== undefined) return onlyInSandbox;
  if (flags.told !== undefined || world.organization !== undefined) return 'It has no organizations.';
  if (flags.auditor !== undefined) return 'It asks for other permissions than AWS for what an audit reads.';
  if (flags.baseline !== undefined) return 'What changed is told by what was read, which the others compare.';
  if (world.accountPublicAccessBlocks !== undefined) return 'The block of an account is by host name there.';
  return finds.some(([rule]) => OF_THE_PAST.has(rule)) ? 'It cannot state what was long ago.' : undefined;
}

/** The same in an account that no other test uses: they run at the same time. */
function moved(account: CorpusAccount): CorpusAccount {
  const there: CorpusAccount = JSON.parse(JSON.stringify(account).replaceAll(ACCOUNTS.client, ACCOUNTS.audited));
  const owned = <T extends { readonly account?: string }>(all: readonly T[] = []): readonly T[] =>
    all.map((one) => ({ account: ACCOUNTS.audited, ...one }));
  const { roles, users, policies, buckets } = there.world;
  const world = {
    ...there.world,
    roles: owned(roles),
    users: owned(users),
    policies: owned(policies),
    buckets: owned(buckets),
  };
  return { ...there, world };
}

const shared = CORPUS.filter((account) => whyNot(account) === undefined);

const prepared = judges();

// What an audit reads and finds in the sandbox, it must read and find at a server that we did not write.
describe.skipIf(prepared === null)('LocalEmu, in the state of an account of the corpus', () => {
  test('covers most of the corpus', () => {
    expect(shared.length).toBeGreaterThanOrEqual(100);
  });

  test.for(shared.map((account) => [account.name, account] as const))('%s: the same is found', async ([, given]) => {
    if (prepared === null) return;
    const { endpoint } = prepared.localemu;
    const { audited } = ACCOUNTS;
    const root = { accessKeyId: audited, secretAccessKey: audited };
    const verify = { bucket: '', caller: { account: audited } };
    const { scenario, remove } = await applyScenario(endpoint, { ...moved(given), verify });
    try {
      const flags = { ...scenario.audit, noLastAccessed: true } as const;
      const documents = await readAt(endpoint, root, flags);
      const input = { ...(await inputOf(documents, flags)), now: new Date().toISOString() };
      const report = audit(input);
      expect(foundIn(report)).toEqual(sorted(scenario.finds));
      const open = report.unjudged.filter((one) => one.open).map(({ what }) => what);
      expect(open.sort()).toEqual([...(scenario.open ?? [])].sort());
    } finally {
      await remove();
    }
  });
});
