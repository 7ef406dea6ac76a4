import { inputError, KitError } from '../model/errors.ts';
import type { Objection, RotateStep, RotationKey } from './types.ts';

/** The step that a run is about, and the keys that it is about. */
export interface Turn {
  readonly step?: RotateStep;
  /** The key that is replaced. */
  readonly old?: RotationKey;
  /** The one that takes its place. */
  readonly fresh?: RotationKey;
  /** It is as the step would make it. */
  readonly already: boolean;
  readonly objections: readonly Objection[];
}

/** What the user says about the step. */
export interface Asked {
  /** Default: what follows from the keys. */
  readonly step?: RotateStep | undefined;
  /** The key that is replaced. Default: the older one; of an active and an inactive one, the inactive. */
  readonly oldKeyId?: string | undefined;
}

/**
 * Which step it is, by the keys that are there and nothing else: so whoever runs it, and whatever became of the run before, goes on from
 * where things are.
 *
 * @param keys all keys of the user
 * @throws KitError `input` when there is no key, or not the one that was named
 */
export function findTurn(keys: readonly RotationKey[], { step, oldKeyId }: Asked): Turn {
  if (keys.length === 0) {
    throw new KitError('input', 'the user has no access key: there is nothing to replace', {
      hint: 'Create the first one as the access was made: docs/pulumi.md, or aws iam create-access-key.',
    });
  }
  const named = keys.find(({ id }) => id === oldKeyId);
  if (oldKeyId !== undefined && named === undefined) {
    throw inputError('This key cannot be rotated:', [
      { field: '--access-key-id', value: oldKeyId, rule: 'is none of the keys of the user' },
    ]);
  }
  const { old, fresh } = partsOf(keys, named);
  const turn = { old, ...(fresh === undefined ? {} : { fresh }) };
  const wanted = step ?? followingStep(keys);
  if (wanted === undefined) {
    return { ...turn, already: false, objections: [objections.noActiveKey(keys)] };
  }
  return { step: wanted, ...turn, ...RULES[wanted](keys, old, fresh) };
}

/** The step that follows from the keys; `undefined` where none of them is active. */
export function followingStep(keys: readonly RotationKey[]): 'create' | 'deactivate' | 'delete' | undefined {
  const active = keys.filter(isActive).length;
  if (active === 0) return undefined;
  if (keys.length === 1) return 'create';
  return active === 2 ? 'deactivate' : 'delete';
}

/** Whether requests that are signed with it are answered. */
export function isActive({ status }: Pick<RotationKey, 'status'>): boolean {
  return status === 'Active';
}

function partsOf(
  keys: readonly RotationKey[],
  named: RotationKey | undefined,
): { readonly old: RotationKey; readonly fresh?: RotationKey } {
  const byAge = [...keys].sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
  const inactive = keys.filter((key) => !isActive(key));
  const old = named ?? (keys.length === 2 && inactive.length === 1 ? inactive[0] : byAge[0]);
  if (old === undefined) throw new TypeError('a turn needs a key');
  const fresh = keys.find(({ id }) => id !== old.id);
  return fresh === undefined ? { old } : { old, fresh };
}

type Verdict = Pick<Turn, 'already' | 'objections'>;
type StepRule = (keys: readonly RotationKey[], old: RotationKey, fresh: RotationKey | undefined) => Verdict;

const GO: Verdict = { already: false, objections: [] };
const ALREADY: Verdict = { already: true, objections: [] };
const no = (objection: Objection): Verdict => ({ already: false, objections: [objection] });

/** What each step needs of the keys there are. */
const RULES: Readonly<Record<RotateStep, StepRule>> = {
  create: (keys) => (keys.length === 2 ? no(objections.twoKeys(keys)) : GO),
  deactivate: (_keys, old, fresh) => {
    if (fresh === undefined) return no(objections.noSecondKey(old));
    if (!isActive(fresh)) return no(objections.noActiveKey([old, fresh]));
    return isActive(old) ? GO : ALREADY;
  },
  delete: (_keys, old, fresh) => {
    if (fresh === undefined) return isActive(old) ? ALREADY : no(objections.noActiveKey([old]));
    if (isActive(old)) return no(objections.notInactive(old));
    return isActive(fresh) ? GO : no(objections.noActiveKey([old, fresh]));
  },
  undo: (keys, old, fresh) => {
    if (!isActive(old)) return GO;
    return fresh === undefined ? no(objections.nothingInactive(keys)) : ALREADY;
  },
  discard: (_keys, old, fresh) => {
    if (fresh === undefined) return ALREADY;
    return isActive(old) ? GO : no(objections.noActiveKey([old]));
  },
};

const idsOf = (keys: readonly RotationKey[]) => keys.map(({ id, status }) => `${id} (${status})`).join(' and ');

const objections = {
  twoKeys: (keys: readonly RotationKey[]): Objection => ({
    id: 'two-keys',
    message: `a user has two keys at most, and these are there: ${idsOf(keys)}. The second one may be what this step makes: then go on without --step. Else remove one first: an inactive one by --delete, one whose secret nobody has by --discard`,
    forceable: false,
  }),
  noSecondKey: ({ id }: RotationKey): Objection => ({
    id: 'no-second-key',
    message: `${id} is the only key: without it ChannelMix has no access. Create the second one first`,
    forceable: false,
  }),
  notInactive: ({ id }: RotationKey): Objection => ({
    id: 'not-inactive',
    message: `${id} is active; only a key that was deactivated, and that nobody missed, is deleted`,
    forceable: false,
  }),
  noActiveKey: (keys: readonly RotationKey[]): Objection => ({
    id: 'no-active-key',
    message: `no key would be active: ${idsOf(keys)}. Make one active again by --undo --access-key-id ID`,
    forceable: false,
  }),
  nothingInactive: (keys: readonly RotationKey[]): Objection => ({
    id: 'nothing-inactive',
    message: `there is nothing to bring back: ${idsOf(keys)}. A key that was deleted is gone for good`,
    forceable: false,
  }),
};
