import { parseArn } from '../../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { trustPolicyRemedy } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';
import { explicit, isAssumeDenied, isChannelMix, layerOf, numbered } from './words.ts';

/** What STS's one answer can mean, in the order to test. */
function candidates(facts: DiagnosisFacts): readonly string[] {
  // Only a root user needs no permission of its own.
  const isRoot = parseArn(facts.callerArn)?.resource === 'root';
  const side = isChannelMix(facts) ? "on ChannelMix's side, " : '';
  return [
    `there is no role ${facts.principalArn} (name, path and account as shown by IAM)`,
    ...(isRoot
      ? []
      : [
          `${side}the credentials of this run (${facts.callerArn}) may lack sts:AssumeRole themselves: try a role known to work`,
        ]),
    `the role's trust policy does not name account ${CHANNELMIX_ACCOUNT_ID}`,
    'the trust policy demands an external ID (sts:ExternalId) or MFA (aws:MultiFactorAuthPresent), which ChannelMix supports neither of',
    'another condition in it, such as aws:SourceIp or aws:PrincipalArn',
    'it names a principal that was deleted (AROA… or AIDA…): making the name anew does not help, its ARN has to be put there again',
    'a policy of an organization, on either side, denies',
  ];
}

const LIMITS: Readonly<Record<string, string>> = {
  boundary: 'the permissions boundary of the caller',
  session: "the session policy of the caller's session",
  scp: "a service control policy of the caller's organization",
  rcp: 'a resource control policy of the organization that has the role',
  'vpc-endpoint': 'the policy of the VPC endpoint that the request went through',
};

/** sts:AssumeRole was refused. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html */
export const trustRules: readonly DiagnosisRule[] = [
  {
    id: 'trust-explicit',
    when: (facts) => isAssumeDenied(facts) && layerOf(facts) === 'trust' && explicit(facts),
    layer: 'trust',
    evidence: 'aws',
    cause: (facts) =>
      isChannelMix(facts)
        ? "a statement of the role's trust policy denies ChannelMix"
        : `a statement of the role's trust policy denies ${facts.callerArn}, with which this run tries the role; ChannelMix may be denied by it, too`,
    fix: () =>
      `In the role's trust policy, remove the Deny statement that matches account ${CHANNELMIX_ACCOUNT_ID}, or except that account from it.`,
  },
  {
    id: 'trust-implicit',
    when: (facts) => isAssumeDenied(facts) && layerOf(facts) === 'trust',
    layer: 'trust',
    evidence: 'aws',
    cause: () =>
      `no statement of the role's trust policy allows account ${CHANNELMIX_ACCOUNT_ID}: it names another principal, or has a condition (sts:ExternalId, aws:MultiFactorAuthPresent, …) that ChannelMix cannot meet`,
    fix: () =>
      'Make the trust policy this one, which "channelmix-s3 policy trust" prints; if others use the role, too, add its statement only. ChannelMix supports neither external ID nor MFA: leave out both conditions.',
    remedy: trustPolicyRemedy,
  },
  {
    id: 'assume-caller',
    when: (facts) => isAssumeDenied(facts) && layerOf(facts) === 'identity',
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) =>
      isChannelMix(facts)
        ? `ChannelMix's own credentials (${facts.callerArn}) may not call sts:AssumeRole on this role: this is not the client's to mend`
        : `the credentials of this run (${facts.callerArn}) may not call sts:AssumeRole on this role, which says nothing about ChannelMix's`,
    fix: (facts) =>
      isChannelMix(facts)
        ? "Use credentials of ChannelMix's whose policy allows sts:AssumeRole on this role."
        : 'Allow it in the policy of whoever runs this, or run it with other credentials.',
    remedy: (facts) => ({
      policy: 'caller',
      statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: facts.principalArn },
    }),
  },
  {
    id: 'assume-limit',
    when: (facts) => isAssumeDenied(facts) && layerOf(facts) !== undefined,
    layer: (facts) => layerOf(facts) ?? 'unknown',
    evidence: 'aws',
    cause: (facts) =>
      `${LIMITS[layerOf(facts) ?? ''] ?? `the layer ${layerOf(facts)}`} refuses sts:AssumeRole to ${facts.callerArn}`,
    fix: (facts) =>
      layerOf(facts) === 'rcp'
        ? "The administrator of the client's AWS organization must except ChannelMix's account from the resource control policy."
        : "It is on the side of whoever runs this, not the role's: use other credentials, or ask whoever looks after that policy.",
  },
  {
    id: 'assume-unnamed',
    when: isAssumeDenied,
    layer: 'trust',
    evidence: 'inferred',
    cause: (facts) =>
      `STS gives one answer for many causes on the client's side and on the caller's; in the order to test: ${numbered(candidates(facts))}`,
    fix: () =>
      'Compare the role ARN with the one that IAM shows, then make its trust policy this one, which "channelmix-s3 policy trust" prints.',
    remedy: trustPolicyRemedy,
  },
];
