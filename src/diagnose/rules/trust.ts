import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { trustStatement } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';

const isAssume = (facts: DiagnosisFacts) => facts.id === 'assume-role' && facts.failure?.kind === 'denied';
const layerOf = (facts: DiagnosisFacts) => facts.failure?.denial?.layer;
const explicit = (facts: DiagnosisFacts) => facts.failure?.denial?.explicit === true;
const remedy = (facts: DiagnosisFacts) => ({ policy: 'trust' as const, statement: trustStatement(facts) });

/** sts:AssumeRole was refused. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html */
export const trustRules: readonly DiagnosisRule[] = [
  {
    id: 'trust-explicit',
    when: (facts) => isAssume(facts) && layerOf(facts) === 'trust' && explicit(facts),
    layer: 'trust',
    evidence: 'aws',
    cause: () => "a statement of the role's trust policy denies ChannelMix",
    fix: () =>
      `In the role's trust policy, remove the Deny statement that matches account ${CHANNELMIX_ACCOUNT_ID}, or except that account from it.`,
    remedy,
  },
  {
    id: 'trust-implicit',
    when: (facts) => isAssume(facts) && layerOf(facts) === 'trust',
    layer: 'trust',
    evidence: 'aws',
    cause: () =>
      `no statement of the role's trust policy allows account ${CHANNELMIX_ACCOUNT_ID}: it names another principal, or has a condition (sts:ExternalId, aws:MultiFactorAuthPresent, …) that ChannelMix cannot meet`,
    fix: () =>
      'Put this statement into the trust policy. ChannelMix supports neither external ID nor MFA: leave out both conditions.',
    remedy,
  },
  {
    id: 'assume-caller',
    when: (facts) => isAssume(facts) && layerOf(facts) === 'identity',
    layer: 'identity',
    evidence: 'aws',
    cause: () =>
      "ChannelMix's own credentials may not call sts:AssumeRole on this role: this is not the client's to mend",
    fix: () => "Use credentials of ChannelMix's whose policy allows sts:AssumeRole on this role.",
    remedy: (facts) => ({
      policy: 'identity',
      statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: facts.principalArn },
    }),
  },
  {
    id: 'assume-limit',
    when: (facts) => isAssume(facts) && layerOf(facts) !== undefined,
    layer: (facts) => layerOf(facts) ?? 'unknown',
    evidence: 'aws',
    cause: (facts) => `AWS names the layer that refuses sts:AssumeRole: ${layerOf(facts)}`,
    fix: () =>
      "Ask whoever looks after that layer in ChannelMix's account (session policy, boundary, SCP of the caller) or in the client's organization (RCP).",
  },
  {
    id: 'assume-unnamed',
    when: isAssume,
    layer: 'trust',
    evidence: 'inferred',
    cause: (facts) =>
      `STS gives one answer for many causes; in the order to test: (1) there is no role ${facts.principalArn} (name, path and account as shown by IAM); ` +
      `(2) its trust policy does not name account ${CHANNELMIX_ACCOUNT_ID}; (3) the trust policy demands an external ID (sts:ExternalId) or MFA ` +
      '(aws:MultiFactorAuthPresent), which ChannelMix supports neither of; (4) another condition in it, such as aws:SourceIp or aws:PrincipalArn; ' +
      '(5) it names a principal that was deleted (AROA… or AIDA…); (6) a policy of the organization denies',
    fix: () => 'Compare the role ARN with the one that IAM shows, then make this the statement of its trust policy.',
    remedy,
  },
];
