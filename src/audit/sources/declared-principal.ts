import { trustsChannelMix } from '../../evaluate/channelmix.ts';
import { KitError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { suggest } from '../../model/suggest.ts';
import { type Declared, type DeclaredPrincipal, unknownFact } from './declared.ts';

/** So many names are told. */
const MOST_NAMES = 20;

/**
 * The principal that is meant: the one that was named, else the only role that trusts ChannelMix's account or, where no role does, the only user
 * with an access key.
 *
 * @throws KitError `input` that lists what there is
 */
export function choosePrincipal(declared: Declared, named: string | undefined): DeclaredPrincipal {
  const { principals, source } = declared;
  if (named !== undefined) {
    const found = [...principals, ...mentioned(declared)].filter(({ name, arn }) => name === named || arn === named);
    const [only, another] = found;
    if (another !== undefined) throw several(source.path, found);
    return only ?? refuse(declared, named);
  }
  const trusting = principals.filter(({ trust }) => trust.state === 'read' && trustsChannelMix(trust.value.document));
  const withKey = principals.filter(
    ({ kind, name }) => kind === 'user' && declared.accessKeys.some(({ user }) => user === name),
  );
  const candidates = trusting.length > 0 ? trusting : withKey;
  const [only, another] = candidates;
  if (another !== undefined) throw several(source.path, candidates);
  return only ?? refuse(declared, undefined);
}

/** Roles and users that exist elsewhere, of which only the policies that are attached here are known. */
function mentioned({ principals, attachments, source, partition, account }: Declared): readonly DeclaredPrincipal[] {
  const found = new Map<string, DeclaredPrincipal>();
  for (const { to, name, provider, place } of attachments) {
    if (to === 'group' || name === undefined || principals.some((one) => one.kind === to && one.name === name))
      continue;
    const of = `${to} ${name}`;
    const action = to === 'role' ? 'iam:GetRole' : 'iam:GetUser';
    const said = `${source.path} attaches policies to it and does not declare it`;
    found.set(of, {
      kind: to,
      name,
      arn: `arn:${partition}:iam::${account}:${to}/${name}`,
      isNew: false,
      provider,
      tags: unknownFact(`the tags of ${of}`, action, said),
      trust: to === 'user' ? { state: 'absent' } : unknownFact(`the trust policy of ${of}`, action, said),
      boundary: unknownFact(`the boundary of ${of}`, action, said),
      place,
      more: unknownFact(`other policies of ${of}`, action, said).why,
    });
  }
  return [...found.values()];
}

function several(path: string | undefined, found: readonly DeclaredPrincipal[]): KitError {
  return new KitError('input', `${path} declares ${found.length} that ChannelMix may use: ${list(found)}`, {
    hint: 'Name the one that is meant, by its name or ARN: --principal NAME',
  });
}

function refuse({ principals, gaps, source }: Declared, named: string | undefined): never {
  const open = principals.filter(({ trust }) => trust.state === 'unreadable');
  const [gap] = gaps;
  const there = principals.length === 0 ? 'It declares no role and no user.' : `It declares ${list(principals)}.`;
  const unread = open.map(({ trust }) =>
    trust.state === 'unreadable' ? ` ${trust.why.what}: ${trust.why.said}.` : '',
  );
  const left = gap === undefined ? '' : ` ${gap.what}: ${gap.said}.`;
  const near =
    named === undefined
      ? undefined
      : suggest(
          named,
          principals.map(({ name }) => name),
        );
  const what =
    named === undefined
      ? 'has no role that trusts ChannelMix’s account, and no user with an access key'
      : `declares no role or user ${JSON.stringify(printable(named))}`;
  const isOpen = named === undefined && open.length > 0 && source.kind === 'cloudformation';
  const choose = isOpen
    ? 'Give what the template leaves open: --parameter KEY=VALUE. Or name who is meant: --principal NAME'
    : 'Name the role or user that is meant, by its name or ARN: --principal NAME';
  const hint = near === undefined ? choose : `Did you mean ${near}?`;
  throw new KitError('input', `${source.path} ${what}. ${there}${unread.slice(0, 3).join('')}${left}`, { hint });
}

function list(principals: readonly DeclaredPrincipal[]): string {
  const names = principals.slice(0, MOST_NAMES).map(({ kind, name }) => `${kind} ${printable(name)}`);
  return `${names.join(', ')}${principals.length > MOST_NAMES ? ', …' : ''}`;
}
