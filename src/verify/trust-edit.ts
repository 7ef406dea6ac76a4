import { type AwsClients, type CallResult, callAws, watchServerClock } from '../aws/index.ts';
import { parseRoleArn } from '../model/arn.ts';
import type { Failure } from '../model/failure.ts';
import type { PolicyStatement } from '../model/policy.ts';
import type { VerifyPorts } from './ports.ts';
import { addStatement, removeStatements, temporaryStatements, trustValue } from './trust-text.ts';

/** The trust policy of one role, over IAM. */
export interface TrustStore {
  /** The text as IAM gives it, decoded. */
  readonly read: () => Promise<CallResult<string>>;
  readonly write: (text: string) => Promise<CallResult<unknown>>;
  /** IAM's time in milliseconds since 1970, never ahead of it; this machine's before the first answer. */
  readonly now: () => number;
}

/** How an edit ended; `text` is what the trust policy is now. */
export type TrustEdit =
  | { readonly ok: true; readonly text: string; readonly changed: boolean }
  | { readonly ok: false; readonly failure: Failure };

/** What an edit needs beside the store. */
export interface TrustPatience {
  readonly ports: Pick<VerifyPorts, 'sleep' | 'random' | 'now'>;
  readonly signal: AbortSignal;
  /** How long a trust policy that is full is waited for, in milliseconds. */
  readonly waitMs: number;
}

/** Others who edit at the same moment are met again and again only if they are many. */
const MAX_ROUNDS = 40;
/**
 * IAM keeps the last write and knows no versions: whoever read before this run wrote, and writes after it, undoes it. From reading to
 * writing takes such an editor less than this; then this run looks again.
 */
const SECOND_LOOK_MS = 1_000;
/** How often a policy in which another run's statement stands is looked at again. */
const TURN_MS = 400;
/** A text that took longer to read is not written upon. */
const STALE_MS = 500;
/**
 * Looks that find nothing to remove before a removal counts; more of them while other runs edit the same policy. `unseen`: as long as it was
 * never seen, since a write whose answer was lost may still arrive.
 */
const QUIET_LOOKS = { alone: 1, others: 3, unseen: 2 } as const;

/** The trust policy of a role. The clients' credentials must be of the role's account. */
export async function openTrust(clients: AwsClients, roleArn: string, signal: AbortSignal): Promise<TrustStore> {
  const iam = await clients.iam();
  const serverNow = watchServerClock(iam);
  const RoleName = parseRoleArn(roleArn)?.name ?? '';
  const { host } = clients;
  return {
    read: async () => {
      const answer = await callAws((options) => iam.getRole({ RoleName }, options), { signal, host });
      if (!answer.ok) return answer;
      const { Arn, AssumeRolePolicyDocument: text = '' } = answer.value.Role ?? {};
      if (Arn !== roleArn) return wrong(`the role of that name is ${Arn ?? 'without an ARN'}`, answer.attempts);
      const decoded = decode(text);
      return decoded === undefined || trustValue(decoded) === undefined
        ? wrong('the trust policy that IAM sent cannot be read', answer.attempts)
        : { ...answer, value: decoded };
    },
    write: (PolicyDocument) =>
      callAws((options) => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument }, options), { signal, host }),
    now: () => serverNow() ?? Date.now(),
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function wrong<T>(message: string, attempts: number): CallResult<T> {
  return { ok: false, attempts, failure: { kind: 'unknown', code: 'UnexpectedAnswer', message, attempts } };
}

/**
 * Adds a statement with a temporary Sid, and reads back whether it is there: another editor may have written over it. As long as another
 * run's stands there, this one waits: runs that take turns cannot write each other's statements back.
 *
 * @param beforeWrite has to end before the text that it is given is changed
 */
export async function addTemporary(
  trust: TrustStore,
  statement: PolicyStatement & { readonly Sid: string },
  patience: TrustPatience,
  beforeWrite: (text: string) => Promise<void>,
): Promise<TrustEdit> {
  const isThere = (text: string) => temporaryStatements(text).some(({ sid }) => sid === statement.Sid);
  const isTaken = (text: string) =>
    temporaryStatements(text).some(({ expires }) => expires === undefined || expires > trust.now());
  return edit(trust, isThere, (text) => addStatement(text, statement), patience, { isTaken, beforeWrite });
}

/**
 * Takes temporary statements out, and nothing else: where nobody changed the policy in the meantime, it is again what it was, byte for byte.
 * Looks a second time, since an editor who read before may put them there again, and an addition that was not answered may arrive late.
 *
 * @param original the text before the run's own edit
 */
export async function removeTemporary(
  trust: TrustStore,
  isGone: (sid: string) => boolean,
  patience: TrustPatience,
  original?: string,
): Promise<TrustEdit> {
  const isClean = (text: string) => !temporaryStatements(text).some(({ sid }) => isGone(sid));
  const restore = (text: string) => removeStatements(text, isGone, original);
  let changed = false;
  let quiet = 0;
  for (let look = 0; look < MAX_ROUNDS; look++) {
    const edited = await edit(trust, isClean, restore, patience);
    // A role that was deleted trusts nobody.
    if (!edited.ok && edited.failure.kind === 'not-found') return { ok: true, text: '', changed };
    if (!edited.ok) return edited;
    quiet = edited.changed ? 0 : quiet + 1;
    changed ||= edited.changed;
    const others = temporaryStatements(edited.text).length > 0 ? 'others' : 'alone';
    if (quiet >= QUIET_LOOKS[changed ? others : 'unseen']) return { ...edited, changed };
    await patience.ports.sleep(SECOND_LOOK_MS, patience.signal);
    if (patience.signal.aborted) return changed ? { ...edited, changed } : { ok: false, failure: interrupted() };
  }
  return { ok: false, failure: contended() };
}

/** Read, change, write, read back, until the policy is as it shall be; as long as it is others' turn and there is time, they come first. */
async function edit(
  trust: TrustStore,
  isDone: (text: string) => boolean,
  change: (text: string) => string | undefined,
  { ports, signal, waitMs }: TrustPatience,
  turns?: { readonly isTaken: (text: string) => boolean; readonly beforeWrite: (text: string) => Promise<void> },
): Promise<TrustEdit> {
  const began = ports.now();
  let changed = false;
  for (let round = 0; round < MAX_ROUNDS; ) {
    if (signal.aborted) return { ok: false, failure: interrupted() };
    const asked = ports.now();
    const before = await trust.read();
    if (!before.ok) return before;
    if (isDone(before.value)) return { ok: true, text: before.value, changed };
    const inTime = ports.now() - began < waitMs;
    // What took long to come is old: others may have written since.
    const stale = ports.now() - asked > STALE_MS;
    if ((turns?.isTaken(before.value) === true || stale) && inTime) {
      await ports.sleep(TURN_MS * (0.5 + ports.random()), signal);
      continue;
    }
    const text = change(before.value);
    if (text === undefined) return { ok: false, failure: unchangeable() };
    await turns?.beforeWrite(before.value);
    const written = await trust.write(text);
    round += 1;
    if (written.ok) changed = true;
    else if (!mayBeTriedAgain(written.failure, before.value) || !inTime) return written;
    // Editors who meet once shall not march in step.
    if (!written.ok || round > 1) await ports.sleep((written.ok ? 20 : 400) + ports.random() * 200, signal);
  }
  return { ok: false, failure: contended() };
}

/** Other runs' statements fill the policy, or another edit is under way. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
function mayBeTriedAgain({ code }: Failure, text: string): boolean {
  if (code.startsWith('LimitExceeded')) return temporaryStatements(text).length > 0;
  return code.startsWith('ConcurrentModification');
}

function unchangeable(): Failure {
  const message = 'the trust policy has a shape in which a statement cannot be added or taken out safely';
  return { kind: 'unknown', code: 'UnexpectedDocument', message, attempts: 1 };
}

function contended(): Failure {
  const message = 'others change the trust policy again and again at this moment';
  return { kind: 'unknown', code: 'ConcurrentModification', message, attempts: 1 };
}

function interrupted(): Failure {
  return { kind: 'interrupted', code: 'Interrupted', message: 'the run was interrupted', attempts: 1 };
}
