import { accessWords } from '../generate/grant-words.ts';
import { KitError } from '../model/errors.ts';
import { ACCESS_LEVELS, type Grant } from '../model/grant.ts';
import type { Context } from './context.ts';
import { type GrantFlags, grantFromFlags } from './grant-flags.ts';

/** A name that obeys the rules, where the bucket is not known yet. */
const ANY_BUCKET = 'my-bucket';

/**
 * The flags with the answers to what they leave open. Each answer is held against the rules of grants at once.
 *
 * @throws KitError `interrupted` when the user leaves; `input` for flags that no answer could mend
 */
export async function askForGrant(flags: GrantFlags, { askText, askChoice }: Context): Promise<GrantFlags> {
  let known = flags;
  if (known.bucket === undefined) {
    const name = await askText('Which bucket shall ChannelMix use?', (answer) =>
      problemOf(known, { bucket: [answer] }),
    );
    known = { ...known, bucket: [name] };
  }
  if (known['create-bucket'] === undefined) {
    const answer = await askChoice(`Is ${known.bucket?.join(', ')} there already?`, [
      { value: 'existing', label: 'It is there', hint: 'nothing in it is changed' },
      { value: 'new', label: 'Make it', hint: 'private, encrypted, versioned, HTTPS only' },
    ]);
    known = { ...known, 'create-bucket': answer === 'new' };
  }
  if (known.auth === undefined) known = { ...known, auth: await askWay(known, askChoice) };
  if (known.access === undefined) known = { ...known, access: await askAccess(known, askChoice) };
  if (known.prefix === undefined && known.access !== 'full') {
    const folder = await askText(
      'Only one folder of it? Its name, such as Client123/, or nothing for the whole bucket',
      (answer) => (answer === '' ? undefined : problemOf(known, { prefix: [answer] })),
    );
    if (folder !== '') known = { ...known, prefix: [folder] };
  }
  return known;
}

/**
 * A grant that the flags allow, with something for what they leave open.
 *
 * @throws KitError `input`, `usage` for flags that no answer could mend
 */
export function checkFlags(flags: GrantFlags): Grant {
  return grantFromFlags({ ...flags, auth: flags.auth ?? 'key', bucket: flags.bucket ?? [ANY_BUCKET] });
}

async function askWay({ partition = 'aws' }: GrantFlags, askChoice: Context['askChoice']): Promise<'role' | 'key'> {
  // A role cannot be assumed across partitions.
  if (partition !== 'aws') return 'key';
  return askChoice('How shall ChannelMix get in?', [
    { value: 'role', label: 'It assumes a role (recommended)', hint: 'no secret to hand over' },
    { value: 'key', label: 'By the access key of a user', hint: 'a secret that has to be handed over and rotated' },
  ]);
}

async function askAccess(flags: GrantFlags, askChoice: Context['askChoice']) {
  const possible = ACCESS_LEVELS.filter((access) => problemOf(flags, { access }) === undefined);
  const choices = possible.map((access) => ({
    value: access,
    label: access,
    hint: accessWords(access).replace(/ \(.*$/, ''),
  }));
  return askChoice('What may it do?', choices);
}

/** What the rules of grants say of an answer, in one line; `undefined` when it can stand. */
function problemOf(flags: GrantFlags, answer: GrantFlags): string | undefined {
  try {
    checkFlags({ ...flags, ...answer });
    return undefined;
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return error.problems.map(({ rule }) => rule)[0] ?? error.message;
  }
}
