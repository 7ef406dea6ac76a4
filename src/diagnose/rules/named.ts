import type { DiagnosisLayer } from '../../model/check.ts';
import {
  allowStatement,
  bucketAllowStatement,
  carveOutStatement,
  keyArn,
  keyStatement,
  refusedAction,
  useKeyStatement,
} from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';

const denial = (facts: DiagnosisFacts) => (facts.failure?.kind === 'denied' ? facts.failure.denial : undefined);
const named = (layer: DiagnosisLayer, explicit?: boolean) => (facts: DiagnosisFacts) =>
  denial(facts)?.layer === layer && (explicit === undefined || denial(facts)?.explicit === explicit);
const isKms = (facts: DiagnosisFacts) => denial(facts)?.action?.startsWith('kms:') === true;
const who = (facts: DiagnosisFacts) => (facts.way === 'role' ? 'the role' : 'the user');

/** Conditions in bucket policies that shut out a vendor, in the order in which they are met. */
const PERIMETER =
  'aws:SourceVpce or aws:SourceVpc (access only through a VPC endpoint), aws:SourceIp (an address list), aws:PrincipalOrgID or ' +
  'aws:PrincipalAccount (only your organization), aws:SecureTransport (only TLS), s3:x-amz-server-side-encryption (uploads must name their encryption)';

/**
 * AWS's answer names the layer. It does so only when caller and bucket are in one account or one organization.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export const namedRules: readonly DiagnosisRule[] = [
  {
    id: 'kms-key-policy',
    when: (facts) => isKms(facts) && named('kms')(facts),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `the policy of the KMS key ${keyArn(facts) ?? 'that encrypts the bucket'} does not let ${who(facts)} call ${refusedAction(facts)}`,
    fix: (facts) => `Add this statement to the key policy of ${keyArn(facts) ?? 'that key'}.`,
    remedy: (facts) => ({ policy: 'key', statement: keyStatement(facts) }),
  },
  {
    id: 'kms-identity',
    when: isKms,
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `the bucket's objects are encrypted with a KMS key, and ${who(facts)} may not call ${refusedAction(facts)} on ${keyArn(facts) ?? 'it'}`,
    fix: (facts) =>
      `Add this statement to the policy of ${who(facts)}. A key of another account must allow it in its key policy, too; the key aws/s3 cannot be used across accounts.`,
    remedy: (facts) => ({ policy: 'identity', statement: useKeyStatement(facts) }),
  },
  {
    id: 'identity-implicit',
    when: named('identity', false),
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) =>
      `no policy of ${who(facts)} allows ${refusedAction(facts)} on ${denial(facts)?.resource ?? facts.resource}${misplaced(facts)}`,
    fix: (facts) => `Add this statement to the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
  {
    id: 'identity-explicit',
    when: named('identity', true),
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) => `a statement in a policy of ${who(facts)} denies ${refusedAction(facts)}`,
    fix: (facts) =>
      `Find the Deny statement that matches ${refusedAction(facts)} in the policies attached to ${who(facts)}, and remove or narrow it: an Allow cannot outweigh it.`,
  },
  {
    id: 'bucket-policy-explicit',
    when: named('bucket-policy', true),
    layer: 'bucket-policy',
    evidence: 'aws',
    cause: (facts) =>
      `a Deny statement in the policy of bucket ${facts.bucket} refuses ${refusedAction(facts)} to ChannelMix. Conditions that usually do: ${PERIMETER}; ` +
      'or Block Public Access (RestrictPublicBuckets) cuts off a policy that is public',
    fix: (facts) =>
      `In the bucket policy, except ${who(facts)} from the Deny statement that matches ${refusedAction(facts)}: add this Condition to it (several conditions of a statement must all hold, so the rest of it stays in force for everybody else).`,
    remedy: (facts) => ({ policy: 'bucket', statement: carveOutStatement(facts) }),
  },
  {
    id: 'bucket-policy-implicit',
    when: named('bucket-policy', false),
    layer: 'bucket-policy',
    evidence: 'aws',
    cause: (facts) =>
      `no statement of the policy of bucket ${facts.bucket} allows ${refusedAction(facts)}: the bucket belongs to another account than ${who(facts)}, so both must allow`,
    fix: () => 'The owner of the bucket adds this statement to the bucket policy.',
    remedy: (facts) => ({ policy: 'bucket', statement: bucketAllowStatement(facts) }),
  },
  {
    id: 'boundary',
    when: named('boundary'),
    layer: 'boundary',
    evidence: 'aws',
    cause: (facts) =>
      denial(facts)?.explicit === true
        ? `a statement of the permissions boundary of ${who(facts)} denies ${refusedAction(facts)}`
        : `the permissions boundary of ${who(facts)} does not include ${refusedAction(facts)}: a boundary grants nothing, but what it leaves out is refused`,
    fix: () => 'Add this statement to the boundary policy, or put another boundary on.',
    remedy: (facts) => ({ policy: 'boundary', statement: allowStatement(facts) }),
  },
  {
    id: 'session-policy',
    when: named('session'),
    layer: 'session',
    evidence: 'aws',
    cause: (facts) =>
      `a session policy limits the session and does not leave ${refusedAction(facts)}; ChannelMix passes none`,
    fix: () => 'Look at what hands out the credentials: it assumes the role with a session policy.',
  },
  {
    id: 'scp',
    when: named('scp'),
    layer: 'scp',
    evidence: 'aws',
    cause: (facts) => `a service control policy of the client's AWS organization refuses ${refusedAction(facts)}`,
    fix: (facts) =>
      `Nothing in the account mends it. The administrator of the AWS organization must allow ${refusedAction(facts)} for ${facts.principalArn}.`,
  },
  {
    id: 'rcp',
    when: named('rcp'),
    layer: 'rcp',
    evidence: 'aws',
    cause: (facts) =>
      `a resource control policy of the organization that owns the bucket refuses ${refusedAction(facts)} to principals from outside`,
    fix: (facts) =>
      `The administrator of the AWS organization must except ${facts.principalArn} from the resource control policy (condition aws:PrincipalArn).`,
  },
  {
    id: 'vpc-endpoint',
    when: named('vpc-endpoint'),
    layer: 'vpc-endpoint',
    evidence: 'aws',
    cause: (facts) => `the policy of the VPC endpoint that this request went through refuses ${refusedAction(facts)}`,
    fix: () => 'Allow it in the endpoint policy, or run the check from outside that VPC, as ChannelMix does.',
  },
  {
    id: 'public-access-block',
    when: named('public-access-block'),
    layer: 'public-access-block',
    evidence: 'aws',
    cause: () => 'Block Public Access refuses the request because it would make something public',
    fix: () =>
      'Leave Block Public Access on: ChannelMix needs no public access. Remove ACL headers or the public statement instead.',
  },
];

/** The mistake behind most missing s3:ListBucket: it is granted on the objects. */
function misplaced(facts: DiagnosisFacts): string {
  if (refusedAction(facts) !== 's3:ListBucket') return '';
  const folder =
    facts.prefix === ''
      ? ''
      : `; with access limited to ${facts.prefix} the condition on s3:prefix must match "${facts.prefix}*"`;
  return ` (s3:ListBucket works on the bucket's ARN, without "/*"${folder})`;
}
