import { bucketsNamedIn } from '../../aws/named-buckets.ts';
import { isNamedForChannelMix, wayInto } from '../../evaluate/channelmix.ts';
import type { KeyDocuments, Pieces } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import type {
  AccessKeyFacts,
  AuditBucket,
  AuditDocuments,
  AuditPrincipal,
  OtherWay,
} from '../../model/audit-documents.ts';
import { type Declared, type DeclaredPrincipal, unknownFact } from './declared.ts';
import { bucketDocuments } from './declared-buckets.ts';
import { boundaryOf, identityOf } from './declared-identity.ts';
import { choosePrincipal } from './declared-principal.ts';
import type { SourceChoice } from './types.ts';
import { untold, untoldBucket, untoldHistory, untoldKey, untoldOrganization } from './untold.ts';

/**
 * The documents of one principal of a plan: of ChannelMix's, or the one that was chosen. What a plan never says (use, uploads, the organization)
 * is `not-asked`; what it should say and cannot be known from it is `unknown`.
 *
 * @throws KitError `input` when it declares no such principal, or several
 */
export function declaredDocuments(declared: Declared, choice: SourceChoice): AuditDocuments {
  const chosen = choosePrincipal(declared, choice.principal);
  const { source } = declared;
  const identity = identityOf(declared, chosen);
  const never = untold(`${source.path} does not say it`);
  const boundary = boundaryOf(declared, chosen);
  const named = bucketsNamedIn(identity.read, Number.POSITIVE_INFINITY);
  const reached = named.leftOut.length > 0 ? declared.buckets.map(({ name }) => name) : [];
  const buckets = bucketsOf(declared, chosen, [...new Set([...(choice.buckets ?? []), ...named.names, ...reached])]);
  return {
    source,
    principal: {
      kind: chosen.kind,
      arn: chosen.arn,
      account: parseArn(chosen.arn)?.account ?? declared.account,
      name: chosen.name,
      ...(chosen.id === undefined ? {} : { id: chosen.id }),
      tags: chosen.tags,
      trust: chosen.trust,
      identity,
      boundary,
      ...(chosen.maxSessionSeconds === undefined ? {} : { maxSessionSeconds: chosen.maxSessionSeconds }),
      ...(chosen.created === undefined ? {} : { created: chosen.created }),
      ...untoldHistory(chosen, never),
      ...(chosen.kind === 'user'
        ? { accessKeys: accessKeysOf(declared, chosen), password: passwordOf(declared, chosen) }
        : {}),
      place: chosen.place,
    },
    buckets,
    keys: keysOf(declared, buckets, choice.keys ?? []),
    organization: untoldOrganization(never),
    otherWays: otherWaysOf(declared, chosen),
    ...(named.leftOut.length === 0 ? {} : { leftOut: named.leftOut }),
  };
}

/** The buckets that are named, or where a pattern or nothing is, all that are declared. */
function bucketsOf(declared: Declared, chosen: DeclaredPrincipal, named: readonly string[]): readonly AuditBucket[] {
  const { buckets, source } = declared;
  const tell = (name: string) => untold(`${source.path} does not declare bucket ${name}`);
  const names = named.length > 0 ? named : [...new Set(buckets.map(({ name }) => name))];
  return names.map((name) => {
    const bucket = buckets.find((one) => one.name === name);
    return bucket === undefined ? untoldBucket(name, tell(name)) : bucketDocuments(declared, bucket, chosen);
  });
}

/** Keys by which the buckets are encrypted. */
function keysOf(
  { keys, source }: Declared,
  buckets: readonly AuditBucket[],
  chosen: readonly string[],
): readonly KeyDocuments[] {
  const used = buckets.flatMap(({ encryption }) =>
    encryption.state === 'read' && encryption.value.kmsKey !== undefined ? [encryption.value.kmsKey] : [],
  );
  return [...new Set([...used, ...chosen])].map((name): KeyDocuments => {
    const because = used.includes(name) ? 'default-encryption' : 'named';
    const found = keys.find(({ names }) => names.includes(name));
    if (found !== undefined) return { ...found.documents, because };
    return untoldKey(name, because, untold(`${source.path} does not declare key ${name}`));
  });
}

/** The keys that are declared. A user that exists may have others, of which a plan that declares none does not speak. */
function accessKeysOf(
  { accessKeys, date, source }: Declared,
  { name, isNew }: DeclaredPrincipal,
): AuditPrincipal['accessKeys'] {
  const what = `the access keys of user ${name}`;
  const tell = (said: string) => unknownFact(what, 'iam:ListAccessKeys', said);
  const loose = accessKeys.find(({ user }) => user === undefined);
  if (loose !== undefined) return tell(`${loose.label} is of a user that is not known before it is made`);
  const own = accessKeys.filter(({ user }) => user === name);
  if (own.length === 0) {
    if (isNew) return { state: 'read', value: [] };
    return untold(`${source.path} declares none, and does not say whether there are others`)(
      what,
      'iam:ListAccessKeys',
    );
  }
  const facts: AccessKeyFacts[] = [];
  for (const { id, label, active, created = date, lastUsed } of own) {
    if (active.state === 'unreadable') return active;
    if (created === undefined)
      return untold(`${label} is made by it, and does not exist yet`)(what, 'iam:ListAccessKeys');
    facts.push({ id, active: active.state === 'read' && active.value, created, lastUsed });
  }
  return { state: 'read', value: facts };
}

function passwordOf({ passwords, source }: Declared, { name, isNew }: DeclaredPrincipal): AuditPrincipal['password'] {
  const what = `the password of user ${name}`;
  if (passwords.includes(name)) return { state: 'read', value: {} };
  if (passwords.includes(undefined))
    return unknownFact(what, 'iam:GetLoginProfile', 'a password is of a user that is not known');
  if (isNew) return { state: 'absent' };
  return untold(`${source.path} does not say it`)(what, 'iam:GetLoginProfile');
}

/** Other roles that let ChannelMix or its principal in, and other users that are called like it; roles whose trust is not known may be some. */
function otherWaysOf({ principals, gaps }: Declared, chosen: DeclaredPrincipal): Pieces<OtherWay> {
  const others = principals.filter(({ arn }) => arn !== chosen.arn);
  return {
    read: others.flatMap(({ kind, arn, name, trust, place }): readonly OtherWay[] => {
      if (kind === 'user') return isNamedForChannelMix(name) ? [{ kind, arn, because: 'name', place }] : [];
      const way = trust.state === 'read' ? wayInto({ arn, trust: trust.value.document }, chosen.arn) : undefined;
      return way === undefined ? [] : [{ kind, arn, ...way, place }];
    }),
    unreadable: [...gaps, ...others.flatMap(({ trust }) => (trust.state === 'unreadable' ? [trust.why] : []))],
  };
}
