import { trustPolicy } from '../../generate/policy-documents.ts';
import { parseArn } from '../../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { trustStatement } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';

const isAssume = (facts: DiagnosisFacts) => facts.id === 'assume-role' && facts.failure?.kind === 'denied';
const layerOf = (facts: DiagnosisFacts) => facts.failure?.denial?.layer;
const explicit = (facts: DiagnosisFacts) => facts.failure?.denial?.explicit === true;
const remedy = (facts: DiagnosisFacts) => ({
  policy: 'trust' as const,
  statement: trustStatement(facts),
  document: trustPolicy(facts.partition),
  command: 'channelmix-s3 policy trust',
});

/** What STS's one answer can mean, in the order to test. */
function candidates(facts: DiagnosisFacts): readonly string[] {
  // Only a root user needs no permission of its own.
  const isRoot = parseArn(facts.callerArn)?.resource === 'root';
  return [
    `there is no role ${facts.principalArn} (name, path and account as shown by IAM)`,
    ...(isRoot
      ? []
      : [
          `on ChannelMix's side, the credentials of this run (${facts.callerArn}) may lack sts:AssumeRole themselves: try a role known to work`,
        ]),
    `the role's trust policy does not name account ${CHANNELMIX_ACCOUNT_ID}`,
    'the trust policy demands an external ID (sts:ExternalId) or MFA (aws:MultiFactorAuthPresent), which ChannelMix supports neither of',
    'another condition in it, such as aws:SourceIp or aws:PrincipalArn',
    'it names a principal that was deleted (AROA… or AIDA…)',
    'a policy of an organization, on either side, denies',
  ];
}

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
  },
  {
    id: 'trust-implicit',
    when: (facts) => isAssume(facts) && layerOf(facts) === 'trust',
    layer: 'trust',
    evidence: 'aws',
    cause: () =>
      `no statement of the role's trust policy allows account ${CHANNELMIX_ACCOUNT_ID}: it names another principal, or has a condition (sts:ExternalId, aws:MultiFactorAuthPresent, …) that ChannelMix cannot meet`,
    fix: () =>
      'Make the trust policy this one, which "channelmix-s3 policy trust" prints; if others use the role, too, add its statement only. ChannelMix supports neither external ID nor MFA: leave out both conditions.',
    remedy,
  },
  {
    id: 'assume-caller',
    when: (facts) => isAssume(facts) && layerOf(facts) === 'identity',
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) =>
      `ChannelMix's own credentials (${facts.callerArn}) may not call sts:AssumeRole on this role: this is not the client's to mend`,
    fix: () => "Use credentials of ChannelMix's whose policy allows sts:AssumeRole on this role.",
    remedy: (facts) => ({
      policy: 'caller',
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
      `STS gives one answer for many causes on the client's side and on the caller's; in the order to test: ${candidates(
        facts,
      )
        .map((text, index) => `(${index + 1}) ${text}`)
        .join('; ')}`,
    fix: () =>
      'Compare the role ARN with the one that IAM shows, then make its trust policy this one, which "channelmix-s3 policy trust" prints.',
    remedy,
  },
];
