import { isActive, type Turn } from './next-step.ts';
import type { Objection, RotationKey } from './types.ts';
import { timeWords } from './words.ts';

/**
 * The verify of a new key uses it, too, and so may whoever fills in the form: what comes later than this after the key was made is
 * ChannelMix's own use. Milliseconds.
 */
const HAND_OVER_MS = 30 * 60_000;

/**
 * IAM says nowhere how old its last-used data may be; of its other one it says that it comes within four hours. Milliseconds.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
const LAST_USE_LAG_MS = 4 * 3_600_000;

/** What the judgement of a step goes by. Times in milliseconds. */
export interface GuardFacts {
  /** The service's time, since 1970. */
  readonly now: number;
  /** How long the old key has to be out of use before it is deactivated. */
  readonly quietForMs: number;
  /** Before it is deleted. */
  readonly quietForDeleteMs: number;
  /** Id of the key that signs the calls of this run. */
  readonly signedBy: string;
  /** The step was named, and does not only follow from the keys. */
  readonly stepNamed: boolean;
}

/** What speaks against the step of a turn that is possible. */
export function judgeTurn({ step, old, fresh, already }: Turn, facts: GuardFacts): readonly Objection[] {
  if (old === undefined || already) return [];
  switch (step) {
    case 'create':
      return againstCreation(old, facts);
    case 'deactivate':
      return fresh === undefined ? [] : againstDeactivation(old, fresh, facts);
    case 'delete':
      return againstDeletion(old, facts);
    case 'discard':
      return fresh === undefined ? [] : againstDiscarding(fresh, facts);
    default:
      return [];
  }
}

/** Milliseconds since a time. The service tells its own in whole seconds, so that what has just happened may seem to lie ahead. */
function ageOf(time: string, now: number): number {
  return Math.max(0, now - Date.parse(time));
}

/** Whoever runs it once more after the last step has a rotation behind them, and not the next one before them. */
function againstCreation(old: RotationKey, { now, quietForMs, stepNamed }: GuardFacts): readonly Objection[] {
  const age = ageOf(old.created, now);
  if (stepNamed || age >= quietForMs) return [];
  return [
    {
      id: 'recently-rotated',
      message: `${old.id} is the only key, and was made ${timeWords(age)} ago. To replace it all the same: --step create`,
      forceable: true,
    },
  ];
}

function againstDeactivation(old: RotationKey, fresh: RotationKey, facts: GuardFacts): readonly Objection[] {
  const own: Objection = {
    id: 'old-key-signs',
    message: `this run is signed with ${old.id} itself: that is a use of it, and once it is inactive it cannot bring itself back. Use ${fresh.id} or other credentials`,
    forceable: true,
  };
  return [
    ...(facts.signedBy === old.id ? [own] : []),
    ...[old, fresh].flatMap(unknownUse),
    ...againstFreshKey(fresh),
    ...againstOldKey(old, fresh, facts),
  ];
}

function unknownUse({ id, lastUsedUnknown }: RotationKey): readonly Objection[] {
  if (lastUsedUnknown === undefined) return [];
  return [
    {
      id: 'last-use-unknown',
      message: `when ${id} was last used is not known: ${lastUsedUnknown}`,
      forceable: true,
    },
  ];
}

/** ChannelMix has the new key when it uses it. */
function againstFreshKey({
  id,
  created,
  lastUsed,
  lastUsedService,
  lastUsedUnknown,
}: RotationKey): readonly Objection[] {
  const after = lastUsed !== undefined && Date.parse(lastUsed) > Date.parse(created) + HAND_OVER_MS;
  if (lastUsedUnknown !== undefined || (after && lastUsedService === 's3')) return [];
  const by = after ? `for ${lastUsedService}, which ChannelMix has no need of` : 'when it was made and verified';
  const use = lastUsed === undefined ? 'was never used' : `was last used ${by}`;
  return [
    {
      id: 'new-key-unused',
      message: `nothing shows that ChannelMix has the new key: ${id} ${use}. Type it into the form and let ChannelMix read or write once; if its secret is lost: --discard`,
      forceable: true,
    },
  ];
}

function againstOldKey(old: RotationKey, fresh: RotationKey, { now, quietForMs }: GuardFacts): readonly Objection[] {
  if (old.lastUsed === undefined) return [];
  const used = Date.parse(old.lastUsed);
  const age = ageOf(old.lastUsed, now);
  const ago = `${timeWords(age)} ago (${old.lastUsedService})`;
  if (fresh.lastUsed !== undefined && used > Date.parse(fresh.lastUsed)) {
    const message = `${old.id} was used ${ago}, later than the new key: somebody still works with it`;
    return [{ id: 'old-key-used-later', message, forceable: true }];
  }
  if (age >= quietForMs) return [];
  const message = `${old.id} was used ${ago}; it is deactivated once it was out of use for ${timeWords(quietForMs)} (--quiet-for)`;
  return [{ id: 'old-key-used-lately', message, forceable: true }];
}

/** What is deleted cannot be brought back: it is asked for by name, and nothing forces it. */
function againstDeletion(old: RotationKey, facts: GuardFacts): readonly Objection[] {
  const message = `${old.id} is inactive; it is deleted only by --delete, and brought back by --undo`;
  const unasked: readonly Objection[] = facts.stepNamed ? [] : [{ id: 'not-asked', message, forceable: false }];
  return [...unasked, ...againstLateUse(old, facts)];
}

function againstLateUse(old: RotationKey, { now, quietForDeleteMs }: GuardFacts): readonly Objection[] {
  if (old.lastUsedUnknown !== undefined) return unknownUse(old).map((one) => ({ ...one, forceable: false }));
  const late = (id: 'old-key-used-lately' | 'inactive-lately', what: string, since: string): readonly Objection[] => {
    const age = ageOf(since, now);
    if (age >= quietForDeleteMs) return [];
    const from = new Date(Date.parse(since) + quietForDeleteMs).toISOString();
    const message = `${old.id} was ${what} ${timeWords(age)} ago; it can be deleted from ${from} on (--quiet-for-delete ${timeWords(quietForDeleteMs)})`;
    return [{ id, message, forceable: false }];
  };
  return [
    ...late('old-key-used-lately', old.lastUsed === undefined ? 'made' : 'used', old.lastUsed ?? old.created),
    ...(old.inactiveSince === undefined ? [] : late('inactive-lately', 'deactivated', old.inactiveSince)),
  ];
}

/** A key that somebody works with is not one whose secret nobody has. */
function againstDiscarding(fresh: RotationKey, { now }: GuardFacts): readonly Objection[] {
  if (fresh.lastUsedUnknown !== undefined) return unknownUse(fresh).map((one) => ({ ...one, forceable: false }));
  const used = fresh.lastUsed === undefined ? 0 : Date.parse(fresh.lastUsed);
  if (used <= Date.parse(fresh.created) + HAND_OVER_MS) return [];
  const message = `${fresh.id} was used ${timeWords(now - used)} ago (${fresh.lastUsedService}): somebody has its secret. Deactivate it first, by --step deactivate --access-key-id ${fresh.id}`;
  return [{ id: 'used', message, forceable: false }];
}

/** What is worth knowing before a step that nothing speaks against. */
export function warningsOf({ step, old, fresh }: Turn, facts: GuardFacts): readonly string[] {
  if (old === undefined) return [];
  if (step === 'deactivate' && facts.quietForMs < LAST_USE_LAG_MS) {
    return [
      `IAM may show a use hours late: --quiet-for below ${timeWords(LAST_USE_LAG_MS)} does not tell a key that is out of use`,
    ];
  }
  if (step === 'delete') {
    const since = old.inactiveSince === undefined ? `IAM does not say since when ${old.id} is inactive. ` : '';
    return [
      `${since}If ChannelMix comes once a month, wait for a month: what is deleted cannot be brought back`,
      ...(fresh !== undefined && isActive(fresh) && Date.parse(old.created) > Date.parse(fresh.created)
        ? [`${old.id} is newer than ${fresh.id}, which stays: it may be a key that was made and given up`]
        : []),
    ];
  }
  return [];
}
