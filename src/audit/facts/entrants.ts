import { type BoundedDecision, decideBounded } from '../../evaluate/index.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { partitionOf } from '../expectation.ts';
import type { AuditContext } from '../types.ts';
import { accountOf, type NamedPrincipal, principalsOf, type Stated, statementsOf } from './statements.ts';

/** Who gets in by a trust policy. */
export interface Entrant {
  /** `own`: of the role's account; `account`: of another one that is not ChannelMix's. */
  readonly kind: 'everyone' | 'channelmix' | 'own' | 'account' | 'service' | 'federated';
  /** As the policy names it. */
  readonly name: string;
  readonly account?: string;
  readonly stated: Stated;
  /** What it depends on, where it does: operators, keys and values. */
  readonly conditions: readonly string[];
}

/** A user of an account that nobody named. */
const STRANGER = '999988887777';

/** Everybody whom the trust policy lets in, by statement and principal; nobody where it could not be read. */
export function entrantsOf(context: AuditContext): readonly Entrant[] {
  const { documents, once } = context;
  const { trust } = documents.principal;
  if (trust.state !== 'read') return [];
  const { value } = trust;
  return once(entrantsOf, () =>
    statementsOf(value)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((stated) =>
        principalsOf(stated.statement).flatMap((principal) => entrant(documents, value, stated, principal)),
      ),
  );
}

function entrant(
  documents: AuditDocuments,
  trust: NamedPolicy,
  stated: Stated,
  principal: NamedPrincipal,
): readonly Entrant[] {
  const kind = kindOf(documents, principal);
  const account = kind === 'everyone' ? undefined : accountOf(principal.value);
  if (kind === undefined) return [];
  const decisions = ACTIONS[kind]
    .map((action) => decide(documents, onlyAllow(trust, stated), kind, principal.value, action))
    .filter(({ decision }) => decision !== 'deny');
  const [first] = decisions;
  if (first === undefined) return [];
  const certain = decisions.some(({ decision }) => decision === 'allow');
  const conditions = certain
    ? []
    : first.reasons.flatMap((reason) => (reason.kind === 'context' ? reason.questions : [reason.policy]));
  return [{ kind, name: principal.value, ...(account === undefined ? {} : { account }), stated, conditions }];
}

const ACTIONS: Readonly<Record<Entrant['kind'], readonly string[]>> = {
  everyone: ['sts:AssumeRole'],
  channelmix: ['sts:AssumeRole'],
  own: ['sts:AssumeRole'],
  account: ['sts:AssumeRole'],
  service: ['sts:AssumeRole'],
  federated: ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'],
};

function kindOf({ principal }: AuditDocuments, { type, value }: NamedPrincipal): Entrant['kind'] | undefined {
  if (type === '*' || type === 'Not') return 'everyone';
  if (type === 'Service') return 'service';
  if (type === 'Federated') return 'federated';
  const account = accountOf(value);
  if (account === undefined) return undefined;
  if (account === CHANNELMIX_ACCOUNT_ID) return 'channelmix';
  return account === principal.account ? 'own' : 'account';
}

/** The policy with one of its Allow statements, and every Deny. */
function onlyAllow({ name, document }: NamedPolicy, { ref }: Stated): NamedPolicy {
  const all = statementsOf({ name, document });
  const kept = all.filter((one) => one.effect !== 'Allow' || one.ref.index === ref.index);
  return { name, document: { ...(document as object), Statement: kept.map(({ statement }) => statement) } };
}

const ALLOW = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
/** Who calls is known; from where, with what and in which organization is not. */
const KNOWN: ReadonlySet<string> = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:securetransport']);

function decide(
  documents: AuditDocuments,
  trust: NamedPolicy,
  kind: Entrant['kind'],
  name: string,
  action: string,
): BoundedDecision {
  const { principal } = documents;
  const partition = partitionOf(documents);
  const isWhole = /^\d{12}$|:root$/.test(name);
  const account = kind === 'everyone' ? STRANGER : accountOf(name);
  // Who of a whole account comes is not known.
  const isSomebody = isWhole && account !== undefined;
  const caller =
    kind === 'everyone'
      ? `arn:${partition}:iam::${STRANGER}:user/somebody`
      : isSomebody
        ? rootOf(partition, account)
        : name;
  return decideBounded(
    {
      principal: caller,
      action,
      resource: principal.arn,
      resourceAccount: principal.account,
      context: { 'aws:SecureTransport': 'true' },
    },
    {
      identity: [{ name: 'policies of whoever comes', document: ALLOW }],
      resource: { ...trust, kind: 'trust' },
    },
    { isKnown: (key) => KNOWN.has(key) && !(isSomebody && key === 'aws:principalarn'), isSomebody },
  );
}

function rootOf(partition: string, account: string): string {
  return `arn:${partition}:iam::${account}:root`;
}
