import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { isDeadPrincipal } from '../principals.ts';
import { trustPolicyRemedy } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';
import { isAssumeDenied } from './words.ts';

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The statements of the trust policy that let somebody in; none where it could not be read. */
function allows(facts: DiagnosisFacts): readonly JsonObject[] {
  const trust = facts.documents?.principal.trust;
  if (trust?.state !== 'read' || !isJsonObject(trust.value.document)) return [];
  return listOf(trust.value.document.Statement)
    .filter(isJsonObject)
    .filter(({ Effect }) => Effect === 'Allow');
}

function principalsOf({ Principal }: JsonObject): readonly string[] {
  const named = isJsonObject(Principal) ? Principal.AWS : Principal;
  return listOf(named).filter((one) => typeof one === 'string');
}

function deadPrincipals(facts: DiagnosisFacts): readonly string[] {
  return allows(facts).flatMap(principalsOf).filter(isDeadPrincipal);
}

/** What ChannelMix never sends, and a statement for its account demands. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  'sts:externalid': 'an external ID (sts:ExternalId)',
  'aws:multifactorauthpresent': 'MFA (aws:MultiFactorAuthPresent)',
  'aws:multifactorauthage': 'MFA (aws:MultiFactorAuthAge)',
};

function demands(facts: DiagnosisFacts): readonly string[] {
  const keys = allows(facts)
    .filter((statement) => principalsOf(statement).some((one) => one === '*' || one.includes(CHANNELMIX_ACCOUNT_ID)))
    .flatMap(({ Condition }) => (isJsonObject(Condition) ? Object.values(Condition) : []))
    .flatMap((tests) => (isJsonObject(tests) ? Object.keys(tests) : []));
  return [...new Set(keys.flatMap((key) => NEVER_SENT[key.toLowerCase()] ?? []))];
}

/** Refusals of sts:AssumeRole whose reason is known for sure, since the trust policy could be read. */
export const trustKnownRules: readonly DiagnosisRule[] = [
  {
    id: 'trust-dead-principal',
    when: (facts) => isAssumeDenied(facts) && deadPrincipals(facts).length > 0,
    layer: 'trust',
    evidence: 'inferred',
    cause: (facts) =>
      `the trust policy names ${deadPrincipals(facts).join(', ')}: the id of a role or user that was deleted, which nobody has any more. A new one of the same name has another id`,
    fix: () =>
      'Put the account back into the trust policy: make it this one, which "channelmix-s3 policy trust" prints; if others use the role, too, add its statement only.',
    remedy: trustPolicyRemedy,
  },
  {
    id: 'trust-demands',
    when: (facts) => isAssumeDenied(facts) && demands(facts).length > 0,
    layer: 'trust',
    evidence: 'inferred',
    cause: (facts) => `the trust policy demands ${demands(facts).join(' and ')}, which ChannelMix does not send`,
    fix: () =>
      'Take that condition out of the statement for ChannelMix: make the trust policy this one, which "channelmix-s3 policy trust" prints.',
    remedy: trustPolicyRemedy,
  },
];
