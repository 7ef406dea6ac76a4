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
 * Adds a statement with a temporary Sid, and reads back whether it is there: another editor may have written over it.
 */
export function addTemporary(
  trust: TrustStore,
  statement: PolicyStatement & { readonly Sid: string },
  patience: TrustPatience,
): Promise<TrustEdit> {
  const isThere = (text: string) => temporaryStatements(text).some(({ sid }) => sid === statement.Sid);
  return edit(trust, isThere, (text) => addStatement(text, statement), patience);
}

/**
 * Takes temporary statements out, and nothing else. Where nobody changed the policy since the run wrote it, it gets back the text that it
 * had, byte for byte. Looks a second time, since an editor who read before may put them there again.
 *
 * @param known the text after the run's own edit, and the one before it
 */
export async function removeTemporary(
  trust: TrustStore,
  isGone: (sid: string) => boolean,
  patience: TrustPatience,
  known?: { readonly edited?: string; readonly original: string },
): Promise<TrustEdit> {
  const isClean = (text: string) => !temporaryStatements(text).some(({ sid }) => isGone(sid));
  const restore = (text: string) =>
    known !== undefined && text === known.edited ? known.original : removeStatements(text, isGone, known?.original);
  let changed = false;
  for (let look = 0; ; look++) {
    const edited = await edit(trust, isClean, restore, patience);
    // A role that was deleted trusts nobody.
    if (!edited.ok && edited.failure.kind === 'not-found') return { ok: true, text: '', changed };
    if (!edited.ok) return edited;
    changed ||= edited.changed;
    // Nothing was written since the last look, which found it clean.
    if (!edited.changed && (look > 0 || !changed)) return { ...edited, changed };
    if (look >= MAX_ROUNDS) return { ok: false, failure: contended() };
    await patience.ports.sleep(SECOND_LOOK_MS, patience.signal);
    if (patience.signal.aborted) return { ...edited, changed };
  }
}

/** Read, change, write, read back, until the policy is as it shall be. */
async function edit(
  trust: TrustStore,
  isDone: (text: string) => boolean,
  change: (text: string) => string | undefined,
  { ports, signal, waitMs }: TrustPatience,
): Promise<TrustEdit> {
  const began = ports.now();
  let changed = false;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = await trust.read();
    if (!before.ok) return before;
    if (isDone(before.value)) return { ok: true, text: before.value, changed };
    const text = change(before.value);
    if (text === undefined) return { ok: false, failure: unchangeable() };
    const written = await trust.write(text);
    if (written.ok) changed = true;
    else if (!mayBeTriedAgain(written.failure) || ports.now() - began > waitMs) return written;
    if (signal.aborted) return { ok: false, failure: interrupted() };
    // Editors who meet once shall not march in step.
    if (!written.ok || round > 0) await ports.sleep((written.ok ? 20 : 400) + ports.random() * 200, signal);
  }
  return { ok: false, failure: contended() };
}

/** Other runs' statements fill the policy, or another edit is under way. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
function mayBeTriedAgain({ code }: Failure): boolean {
  return code === 'LimitExceeded' || code === 'LimitExceededException' || code.startsWith('ConcurrentModification');
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
