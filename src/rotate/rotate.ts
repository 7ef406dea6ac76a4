import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { delayedSignal } from '../verify/index.ts';
import { iamError, ofUser, type RotateOptions, type RotateRun, rotateCommand } from './context.ts';
import { createStep } from './create-step.ts';
import { type GuardFacts, judgeTurn, warningsOf } from './guards.ts';
import { OCCUPIED } from './make-key.ts';
import { findTurn, followingStep, isActive, type Turn } from './next-step.ts';
import { findOwner, managedBy, readKeys } from './read-keys.ts';
import { type Change, changeKey } from './remove-key.ts';
import type { Objection, RotateReport, RotateStep, RotationKey } from './types.ts';

/** A turn, and what is said about it. */
interface Judged {
  readonly turn: Turn;
  readonly objections: readonly Objection[];
  readonly warnings: readonly string[];
}

/** What a step came to, beside the keys. */
type Outcome = Pick<RotateReport, 'done'> &
  Partial<Pick<RotateReport, 'form' | 'verified' | 'interrupted' | 'left' | 'objections'>> & {
    readonly made?: RotationKey;
  };

/**
 * Takes the next step of the rotation of a user's access key, and only that one. What has been done is seen from the keys themselves, so that
 * a run may be interrupted anywhere, and the next one, by whomever, goes on. https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
 *
 * @returns what was done, or why not; no secret is in it
 * @throws KitError when the run cannot answer, with everything put back that it changed; `leftover` where that was not possible
 */
export async function rotate(options: RotateOptions): Promise<RotateReport> {
  const { userName, owner, warning } = await findOwner(options);
  const run: RotateRun = {
    ...options,
    userName,
    ...(owner === undefined ? {} : { owner }),
    writeSignal: delayedSignal(options.signal, options.hurry),
  };
  const keys = await readKeys(run);
  const judged = judge(run, keys);
  const warnings = [
    ...(warning === undefined ? [] : [warning]),
    ...stateWarnings(run, judged.turn),
    ...judged.warnings,
  ];
  const { turn, objections } = judged;
  if (turn.step !== undefined) run.checkStep?.(turn.step);
  const held = objections.length > 0 || turn.already || options.plan || turn.step === undefined;
  if (held) return report(run, { ...judged, warnings }, keys, { done: turn.already });
  const outcome = await take(run, turn, keys, warnings);
  const forgotten = outcome.done ? await remember(run, turn) : [];
  const after = await keysAfter(run, turn, keys, outcome);
  return report(run, { ...judged, warnings: [...warnings, ...forgotten] }, after, outcome);
}

/** Writes down since when a key is inactive. A warning where that fails: the step itself is taken. */
async function remember(run: RotateRun, { step, old }: Turn): Promise<readonly string[]> {
  if (old === undefined || run.memory === undefined) return [];
  try {
    if (step === 'deactivate') await run.memory.note(old.id, new Date(timeOf(run)).toISOString());
    else if (step !== 'create') await run.memory.forget(old.id);
    return [];
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return [`since when ${old.id} is inactive is not remembered: ${error.message}`];
  }
}

function judge(run: RotateRun, keys: readonly RotationKey[]): Judged {
  const turn = findTurn(keys, run);
  const facts: GuardFacts = {
    now: timeOf(run),
    quietForMs: run.quietForMs,
    quietForDeleteMs: run.quietForDeleteMs,
    signedBy: run.calls.signedBy,
    stepNamed: run.step !== undefined,
  };
  // Where the step is not possible, it is idle to say what else speaks against it.
  const all = turn.objections.length > 0 ? turn.objections : judgeTurn(turn, facts);
  const overruled = run.force ? all.filter(({ forceable }) => forceable) : [];
  return {
    turn,
    objections: all.filter((one) => !overruled.includes(one)),
    warnings: [
      ...overruled.map(({ message }) => `forced, although ${message}`),
      ...(all.length > overruled.length ? [] : warningsOf(turn, facts)),
    ],
  };
}

/** The clock of this machine may be wrong by days: the SDK makes up for it, and a key that is in use would look idle. */
function timeOf({ calls, now }: RotateRun): number {
  return calls.serverTime() ?? now();
}

function stateWarnings({ owner, userName }: RotateRun, { step, already }: Turn): readonly string[] {
  const tool = owner === undefined ? undefined : managedBy(owner);
  if (tool === undefined || already || step === undefined) return [];
  return [
    `by its tags, ${ofUser(userName)} was made with ${tool}, whose state knows one of the keys: what to do about it is in docs/rotate.md`,
  ];
}

async function take(
  run: RotateRun,
  turn: Turn,
  keys: readonly RotationKey[],
  warnings: readonly string[],
): Promise<Outcome> {
  const { step, old, fresh } = turn;
  if (old === undefined || step === undefined) throw new TypeError('a step needs a key');
  if (step === 'create') return create(run, keys);
  if (step === 'undo') return setActive(run, old, true);
  if (step === 'deactivate' && fresh !== undefined) return deactivate(run, old, fresh);
  const going = step === 'delete' ? old : fresh;
  if (going === undefined) throw new TypeError(`${step} needs a second key`);
  return remove(run, going, step === 'delete' ? 'delete' : 'discard', warnings);
}

async function create(run: RotateRun, keys: readonly RotationKey[]): Promise<Outcome> {
  const created = await createStep(run, keys, await run.newKey());
  if (created !== OCCUPIED) return created;
  return changed(`somebody else made a second key for ${ofUser(run.userName)} at this moment`);
}

function changed(message: string): Outcome {
  const objection: Objection = { id: 'changed-meanwhile', message: `${message}; run this again`, forceable: false };
  return { done: false, objections: [objection] };
}

async function setActive(run: RotateRun, key: RotationKey, active: boolean): Promise<Outcome> {
  const status = active ? 'Active' : 'Inactive';
  const change = await changeKey(
    run,
    key.id,
    () => run.calls.setActive(run.userName, key.id, active, run.writeSignal),
    (now) => now === status,
  );
  return outcomeOf(run, change, 'iam:UpdateAccessKey', `${key.id} is ${status.toLowerCase()}`);
}

/** What a change came to. @throws KitError when it was not made, or nobody knows */
function outcomeOf(run: RotateRun, change: Change, action: string, wanted: string): Outcome {
  if (change.made === true) return { done: true };
  const error = iamError(action, change.failure, run);
  if (change.made === false) throw error;
  const { code, message } = change.failure;
  throw new KitError(error.code, `it is not known whether ${wanted} now (${action}: ${code}: ${message})`, {
    cause: error,
    hint: `See how things are: ${rotateCommand(run, '--plan')}`,
  });
}

/** Two people who each deactivate the other's key would leave none: whoever sees that takes it back. */
async function deactivate(run: RotateRun, old: RotationKey, fresh: RotationKey): Promise<Outcome> {
  const outcome = await setActive(run, old, false);
  const after = await run.calls.list(run.userName, run.hurry);
  const other = after.ok ? after.value.find(({ id }) => id === fresh.id) : fresh;
  if (other !== undefined && isActive(other)) return outcome;
  await setActive({ ...run, writeSignal: run.hurry }, old, true);
  return changed(`${fresh.id} was deactivated or deleted by somebody else, so ${old.id} is active again`);
}

/** Removes a key after a question, unless something has changed while it was open. */
async function remove(
  run: RotateRun,
  key: RotationKey,
  kind: 'delete' | 'discard',
  warnings: readonly string[],
): Promise<Outcome> {
  if (!(await run.confirm({ kind, keyId: key.id, warnings }))) {
    throw new KitError('usage', `${key.id} was not deleted, and nothing was done`);
  }
  if (run.signal.aborted) throw new KitError('interrupted', 'interrupted; nothing was changed');
  const again = judge(run, await readKeys(run));
  const going = kind === 'delete' ? again.turn.old : again.turn.fresh;
  if (going?.id !== key.id || again.objections.length > 0 || again.turn.already) {
    return changed(`the keys of ${ofUser(run.userName)} have changed meanwhile`);
  }
  const change = await changeKey(
    run,
    key.id,
    () => run.calls.remove(run.userName, key.id, run.writeSignal),
    (status) => status === undefined,
  );
  return outcomeOf(run, change, 'iam:DeleteAccessKey', `${key.id} is deleted`);
}

/**
 * The keys as they are now. What the step made of them counts for more than what IAM lists: that may be late, or not be told any more, as
 * with a key that is inactive now.
 */
async function keysAfter(
  run: RotateRun,
  turn: Turn,
  before: readonly RotationKey[],
  { done, made }: Outcome,
): Promise<readonly RotationKey[]> {
  const keys = await readKeys({ ...run, signal: run.hurry }).catch((error: unknown) => {
    if (error instanceof KitError) return before;
    throw error;
  });
  if (!done) return keys;
  const { step, old, fresh } = turn;
  const gone = step === 'delete' ? old?.id : step === 'discard' ? fresh?.id : undefined;
  const status = step === 'deactivate' ? 'Inactive' : step === 'undo' ? 'Active' : undefined;
  const known = made === undefined || keys.some(({ id }) => id === made.id) ? keys : [...keys, made];
  return known
    .filter(({ id }) => id !== gone)
    .map((key) => (key.id === old?.id && status !== undefined ? { ...key, status } : key));
}

function report(run: RotateRun, judged: Judged, keys: readonly RotationKey[], outcome: Outcome): RotateReport {
  const { turn, warnings } = judged;
  const { calls, caller, owner, userName, plan } = run;
  const { done, interrupted = false, left = [], form, verified } = outcome;
  const next = nextOf(turn.step, done, keys);
  const newKeyId = form?.['AWS access key id'] ?? turn.fresh?.id;
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'rotate',
    date: new Date(timeOf(run)).toISOString(),
    user: userName,
    ...(owner === undefined ? {} : { userArn: owner.arn }),
    caller,
    ...(calls.host === 'AWS' ? {} : { endpoint: calls.host }),
    ...(turn.step === undefined ? {} : { step: turn.step }),
    plan,
    done,
    interrupted,
    ...(next === undefined ? {} : { next }),
    keys,
    ...(turn.old === undefined ? {} : { oldKeyId: turn.old.id }),
    ...(newKeyId === undefined ? {} : { newKeyId }),
    objections: [...judged.objections, ...(outcome.objections ?? [])],
    warnings,
    ...(form === undefined ? {} : { form }),
    ...(verified === undefined ? {} : { verified }),
    left,
  };
}

/** After the deletion of the old key the rotation has come to its end. */
function nextOf(step: RotateStep | undefined, done: boolean, keys: readonly RotationKey[]): RotateStep | undefined {
  if (!done) return step;
  return step === 'delete' ? undefined : followingStep(keys);
}
