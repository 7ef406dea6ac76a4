import { type BoundedDecision, decideBounded } from '../../evaluate/index.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { partitionOf } from '../expectation.ts';
import type { AuditContext } from '../types.ts';
import {
  accountOf,
  conditionsOf,
  type NamedPrincipal,
  onlyAllow,
  principalsOf,
  type Stated,
  statementsOf,
} from './statements.ts';
import { forAccount, sampleAccount, strangerAccounts } from './strangers.ts';

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
  if (kind === undefined) return [];
  const only = onlyAllow(trust, stated);
  if (kind === 'everyone') return amongEveryone(documents, only, stated, principal.value);
  const account = accountOf(principal.value);
  const conditions = conditionsFor(ACTIONS[kind].map((action) => decide(documents, only, principal.value, action)));
  if (conditions === undefined) return [];
  return [{ kind, name: principal.value, ...(account === undefined ? {} : { account }), stated, conditions }];
}

/** What getting in depends on, nothing where it is certain; `undefined` for whom every decision denies. */
function conditionsFor(all: readonly BoundedDecision[]): readonly string[] | undefined {
  const decisions = all.filter(({ decision }) => decision !== 'deny');
  const [first] = decisions;
  if (first === undefined) return undefined;
  if (decisions.some(({ decision }) => decision === 'allow')) return [];
  return first.reasons.flatMap((reason) => (reason.kind === 'context' ? reason.questions : [reason.policy]));
}

/**
 * Whom a statement for everybody lets in: everybody, if it does so for an account that nobody named or that only a pattern fits;
 * else the accounts that its conditions name.
 */
function amongEveryone(
  documents: AuditDocuments,
  trust: NamedPolicy,
  stated: Stated,
  name: string,
): readonly Entrant[] {
  const ask = (account: string, isAnybody = false): readonly string[] | undefined =>
    conditionsFor([decide(documents, trust, account, 'sts:AssumeRole', isAnybody)]);
  const named = conditionsOf(stated.statement)
    .filter(({ key }) => key === 'aws:principalaccount' || key === 'aws:principalarn')
    .flatMap(({ values }) => values);
  const samples = named.flatMap((value) => sampleAccount(value) ?? []);
  const stranger = [...strangerAccounts(trust.document), ...samples].find((account) => ask(account) !== undefined);
  if (stranger !== undefined) return [{ kind: 'everyone', name, stated, conditions: ask(stranger, true) ?? [] }];
  return [...new Set(named)].flatMap((value): readonly Entrant[] => {
    const account = accountOf(value);
    const conditions = account === undefined ? undefined : ask(account);
    const kind = kindOf(documents, { type: 'AWS', value });
    return account === undefined || conditions === undefined || kind === undefined
      ? []
      : [{ kind, name: value, account, stated, conditions }];
  });
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

const ALLOW = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
/** Who calls is known; from where, with what and in which organization is not. */
const KNOWN: ReadonlySet<string> = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:securetransport']);

/** Decides for one principal, or for whoever comes of an account; `isAnybody`: of which account is open, too. */
function decide(
  documents: AuditDocuments,
  trust: NamedPolicy,
  name: string,
  action: string,
  isAnybody = false,
): BoundedDecision {
  const { principal } = documents;
  const partition = partitionOf(documents);
  const account = accountOf(name);
  // Who of a whole account comes is not known.
  const isSomebody = /^\d{12}$|:root$/.test(name) && account !== undefined;
  const document = isSomebody && !isAnybody ? forAccount(trust.document, account, partition) : trust.document;
  const unknown = new Set([
    ...(isSomebody ? ['aws:principalarn'] : []),
    ...(isAnybody ? ['aws:principalaccount'] : []),
  ]);
  return decideBounded(
    {
      principal: isSomebody ? `arn:${partition}:iam::${account}:root` : name,
      action,
      resource: principal.arn,
      resourceAccount: principal.account,
      context: { 'aws:SecureTransport': 'true' },
    },
    {
      identity: [{ name: 'policies of whoever comes', document: ALLOW }],
      resource: { ...trust, document, kind: 'trust' },
    },
    { isKnown: (key) => KNOWN.has(key) && !unknown.has(key), isSomebody },
  );
}
