import type { KeyOwner } from '../aws/index.ts';
import { inputError, KitError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { type Asking, iamError, ofUser, type RotateOptions, type RotateRun } from './context.ts';
import type { RotationKey } from './types.ts';

type Reading = Omit<Asking, 'userName'> & Pick<RotateOptions, 'oldKeyId' | 'userName' | 'signal' | 'memory'>;

/** Who the user is, and the tags, where they may be read: the rotation does without. @throws KitError */
export async function findOwner(
  asking: Reading,
): Promise<{ readonly userName: string; readonly owner?: KeyOwner; readonly warning?: string }> {
  const userName = asking.userName ?? (await ownerOfKey(asking));
  const answer = await asking.calls.user(userName, asking.signal);
  if (answer.ok) return { userName, owner: answer.value };
  const { kind, message } = answer.failure;
  if (kind !== 'denied') throw iamError('iam:GetUser', answer.failure, { ...asking, userName });
  return {
    userName,
    warning: `whether ${ofUser(userName)} belongs to a Pulumi, Terraform or CloudFormation stack could not be read (iam:GetUser: ${message})`,
  };
}

/** The user whose key it is. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
async function ownerOfKey(asking: Reading): Promise<string> {
  const { calls, caller, signal, oldKeyId } = asking;
  if (oldKeyId === undefined) {
    throw new KitError('usage', 'nothing to rotate was named', { hint: 'Add --user NAME, or --access-key-id ID.' });
  }
  const rule = (text: string) =>
    inputError('This key cannot be rotated:', [{ field: '--access-key-id', value: oldKeyId, rule: text }]);
  if (caller.arn.endsWith(':root') && calls.signedBy === oldKeyId) {
    throw rule("is a key of the account's root user, which should have none: remove it in the console");
  }
  const answer = await calls.usage(oldKeyId, signal);
  // `<root_account>` is how IAM names the root user where a user is expected.
  if (answer.ok && !/^[\w+=,.@-]+$/.test(answer.value.userName)) {
    throw rule("is a key of the account's root user, which should have none: remove it in the console");
  }
  if (answer.ok) return answer.value.userName;
  const { kind, message } = answer.failure;
  // A key of another account is refused, whatever the caller may do.
  if (kind === 'not-found' || kind === 'denied') {
    throw rule(`is no key of account ${caller.account}, or your credentials may not ask whose it is (${message})`);
  }
  throw iamError('iam:GetAccessKeyLastUsed', answer.failure, { ...asking, userName: 'of this key' });
}

/** All keys of the user, oldest first, each with its last use. @throws KitError when they cannot be listed */
export async function readKeys(run: Reading & { readonly userName: string }): Promise<readonly RotationKey[]> {
  const { calls, userName, signal, memory } = run;
  const listed = await calls.list(userName, signal);
  if (!listed.ok) throw iamError('iam:ListAccessKeys', listed.failure, run);
  const keys = await Promise.all(
    listed.value.map(async ({ id, status, created }): Promise<RotationKey> => {
      const since = status === 'Active' ? undefined : await memory?.inactiveSince(id);
      const key = {
        id: printable(id),
        status: printable(status),
        created,
        ...(since === undefined ? {} : { inactiveSince: since }),
      };
      const usage = await calls.usage(id, signal);
      if (!usage.ok) {
        const { kind, code, message } = usage.failure;
        if (kind === 'interrupted') throw new KitError('interrupted', 'interrupted; nothing was changed');
        return { ...key, lastUsedUnknown: `iam:GetAccessKeyLastUsed: ${code}: ${message}` };
      }
      const { last } = usage.value;
      if (last === undefined) return key;
      const { at, service, region } = last;
      return { ...key, lastUsed: at, lastUsedService: printable(service), lastUsedRegion: printable(region) };
    }),
  );
  return keys.sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
}

/** The statuses by id, asked until IAM answers: after a change, whether it was made. `undefined` where nobody answers. */
export async function readStatuses(
  run: RotateRun,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | undefined> {
  for (let attempt = 0; attempt < 3 && !signal.aborted; attempt++) {
    const listed = await run.calls.list(run.userName, signal);
    if (listed.ok) return new Map(listed.value.map(({ id, status }) => [id, status]));
    await run.sleep(500 * 2 ** attempt, signal);
  }
  return undefined;
}

/** Words in the tags of what a tool made, by which it is known. Tags of CloudFormation begin with aws:. */
const TOOLS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['CloudFormation', /^aws:cloudformation:|\bcdk\b/i],
  ['Pulumi', /pulumi/i],
  ['Terraform', /terraform|opentofu/i],
];

/** The tool whose state knows the user, by the user's tags. */
export function managedBy({ tags }: KeyOwner): string | undefined {
  const words = Object.entries(tags).flat();
  return TOOLS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0];
}
