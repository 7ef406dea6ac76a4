import type { DocumentKind } from '../../documents/policy-source.ts';
import type { NamedPolicy, Piece, Pieces } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import type { AuditDocuments, AuditPrincipal } from '../../model/audit-documents.ts';
import { DEFAULT_ROLE_NAME, UNNAMED_ACCOUNT } from '../../model/constants.ts';
import { KitError } from '../../model/errors.ts';
import { type BesideFiles, policiesOfKind, readBeside } from './beside.ts';
import type { SourceChoice, SourceFile } from './types.ts';
import { toPieces, type Untold, untold, untoldHistory } from './untold.ts';

/** Policy documents, each file with what it is. */
export interface PolicyFiles extends BesideFiles {
  readonly identity?: readonly SourceFile[];
  readonly trust?: SourceFile;
  readonly boundary?: SourceFile;
}

/**
 * What single policy documents say, as far as they go: nothing of what an account is beside them. What decides whether ChannelMix can do what
 * it needs should be among them: without the principal's policies, or a role's trust policy, the answer stays open. Whoever gives the policies
 * of a principal gives its boundary, too, if it has one. A principal that is not named by its ARN is the role that the kit proposes, in account 000000000000.
 *
 * @throws KitError `input` for a file without a policy, with a policy that cannot be read to its end, or that does not say whose it is
 */
export function readPolicyFiles(files: PolicyFiles, choice: SourceChoice): AuditDocuments {
  const tell = untold('no file was given');
  const missing = untold('no file was given', 'unknown');
  const named = principalOf(choice.principal);
  const identity = policiesOf(files.identity ?? [], 'identity');
  const unreadable =
    files.identity === undefined
      ? [missing(`the policies of ${named.kind} ${named.name}`, 'iam:GetPolicyVersion').why]
      : [];
  const [path] = [files.identity?.[0], files.trust, files.boundary].flatMap((file) => file?.path ?? []);
  return {
    source: { kind: 'files', ...(path === undefined ? {} : { path }) },
    principal: {
      ...named,
      tags: tell(`the tags of ${named.kind} ${named.name}`, 'iam:GetRole'),
      trust: trustOf(named, files.trust, missing),
      identity: { read: identity.read, unreadable: [...unreadable, ...identity.unreadable] },
      boundary: files.boundary === undefined ? { state: 'absent' } : onlyOne(files.boundary, 'identity'),
      ...untoldHistory(named, tell),
    },
    ...readBeside(identity.read, files, choice, tell),
    otherWays: { read: [], unreadable: [tell("the account's roles and users", 'iam:ListRoles').why] },
  };
}

/** Role or user by ARN, or the stand-in, by name where there is one. */
function principalOf(text: string | undefined): Pick<AuditPrincipal, 'kind' | 'arn' | 'account' | 'name'> {
  const { service, account = '', resource = '' } = parseArn(text ?? '') ?? {};
  const [, kind, name] = /^(role|user)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
  if (text !== undefined && service === 'iam' && name !== undefined && /^\d{12}$/.test(account)) {
    return { kind: kind === 'user' ? 'user' : 'role', arn: text, account, name };
  }
  if (text !== undefined && !/^[\w+=,.@-]{1,128}$/.test(text)) {
    throw new KitError('input', `--principal "${text}" is neither the ARN nor the name of a role or user`, {
      hint: 'Such as arn:aws:iam::111122223333:role/NAME.',
    });
  }
  const role = text ?? DEFAULT_ROLE_NAME;
  return { kind: 'role', arn: `arn:aws:iam::${UNNAMED_ACCOUNT}:role/${role}`, account: UNNAMED_ACCOUNT, name: role };
}

function trustOf(
  { kind, name }: Pick<AuditPrincipal, 'kind' | 'name'>,
  file: SourceFile | undefined,
  missing: Untold,
): Piece<NamedPolicy> {
  if (file === undefined)
    return kind === 'user' ? { state: 'absent' } : missing(`the trust policy of role ${name}`, 'iam:GetRole');
  if (kind === 'role') return onlyOne(file, 'trust');
  throw new KitError('input', `${file.path} is a trust policy, and the principal is a user, who has none`, {
    hint: 'Leave out --trust, or name the role.',
  });
}

/** The policies of that kind in files; all of a file where none looks like it. */
function policiesOf(files: readonly SourceFile[], kind: DocumentKind): Pieces<NamedPolicy> {
  return toPieces(files.flatMap((file) => policiesOfKind(file, kind)).map(({ policy }) => policy));
}

function onlyOne(file: SourceFile, kind: DocumentKind): Piece<NamedPolicy> {
  const [first, second] = policiesOfKind(file, kind);
  if (first !== undefined && second === undefined) return first.policy;
  throw new KitError('input', `${file.path} has several policy documents, and one is meant`, {
    hint: 'Put each into a file of its own.',
  });
}
