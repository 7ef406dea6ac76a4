import type { DiagnosisLayer } from '../../model/check.ts';
import { allowStatement, bucketAllowStatement, exceptCondition } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule, SharedFacts } from '../types.ts';
import { actions, who } from './words.ts';

const denial = (facts: DiagnosisFacts) => (facts.failure?.kind === 'denied' ? facts.failure.denial : undefined);
const named = (layer: DiagnosisLayer, explicit?: boolean) => (facts: DiagnosisFacts) =>
  denial(facts)?.layer === layer && (explicit === undefined || denial(facts)?.explicit === explicit);
const isKms = (facts: DiagnosisFacts) => denial(facts)?.action?.startsWith('kms:') === true;
const allowed = (policy: 'identity' | 'boundary') => (facts: DiagnosisFacts) => ({
  policy,
  statement: allowStatement(facts),
});
const isMissing = named('identity', false);

/** Neither putting nor reading is allowed in the folder (or bucket) that was probed: as if it were another one than the policy names. */
function isElsewhere(facts: DiagnosisFacts): boolean {
  // Full access is never limited to a folder.
  if (facts.access === 'full') return false;
  const here = [facts, ...facts.peers].filter(({ prefix }) => prefix === facts.prefix);
  return (['put-object', 'get-object'] as const).every((id) =>
    here.some((check) => {
      const { kind, denial: said } = check.failure ?? {};
      return check.id === id && kind === 'denied' && said?.layer === 'identity' && said.explicit === false;
    }),
  );
}

/** Conditions of Deny statements that shut out a vendor, in the order in which they are met. */
const NETWORK =
  'aws:SourceVpce or aws:SourceVpc (access only through a VPC endpoint), aws:SourceIp (an address list), aws:PrincipalOrgID or ' +
  'aws:PrincipalAccount (only your organization), aws:SecureTransport (only TLS)';
/** Conditions that uploads meet by their headers. ChannelMix names no ACL, and no encryption of its own. */
const HEADERS =
  's3:x-amz-server-side-encryption or its key id (uploads must name their encryption), s3:x-amz-acl (uploads must hand over ownership, which parts of large ones cannot say)';

/** What the Deny statement probably demands: by what else was refused. Whoever is outside a perimeter may not read or list either. */
function perimeter(facts: SharedFacts): string {
  const others = facts.peers.filter((peer) => peer.id === 'get-object' || peer.id === 'list-bucket');
  const onlyUploads =
    facts.actions.every((action) => action === 's3:PutObject') && others.some(({ result }) => result === 'allow');
  return onlyUploads
    ? `Since reading or listing works, look first for conditions on the upload itself: ${HEADERS}; then for ${NETWORK}`
    : `Conditions that usually do: ${NETWORK}, ${HEADERS}`;
}

/**
 * AWS's answer names the layer. It does so only when caller and bucket are in one account or one organization.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export const namedRules: readonly DiagnosisRule[] = [
  {
    id: 'identity-elsewhere',
    when: (facts) => isMissing(facts) && !isKms(facts) && isElsewhere(facts),
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) =>
      facts.prefix === ''
        ? `no policy of ${who(facts)} allows ${actions(facts)} on the whole bucket ${facts.bucket}: it has none for this bucket (a placeholder such as \${BucketName} that was left in names none), or one for a folder in it`
        : `no policy of ${who(facts)} allows ${actions(facts)} in ${facts.folders.join(', ')} of bucket ${facts.bucket}: it has none for this bucket, or one for another folder`,
    fix: (facts) =>
      facts.prefix === ''
        ? `If access is meant for one folder only, verify with --prefix FOLDER/. If it is meant for the whole bucket, compare the name of the bucket in the policy of ${who(facts)}, then allow it there.`
        : `Compare ${facts.folders.join(', ')} letter by letter with the folders in the policy of ${who(facts)} (upper and lower case differ), then allow it there.`,
    remedy: allowed('identity'),
  },
  {
    id: 'identity-implicit',
    when: (facts) => isMissing(facts) && !isKms(facts),
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) => `no policy of ${who(facts)} allows ${actions(facts)}${misplaced(facts)}`,
    fix: (facts) => `Allow ${actions(facts)} in the policy of ${who(facts)}.`,
    remedy: allowed('identity'),
  },
  {
    id: 'identity-explicit',
    when: named('identity', true),
    layer: 'identity',
    evidence: 'aws',
    cause: (facts) => `a statement in a policy of ${who(facts)} denies ${actions(facts)}`,
    fix: (facts) =>
      `Find the Deny statement that matches ${actions(facts)} in the policies attached to ${who(facts)}, and remove or narrow it: an Allow cannot outweigh it.`,
  },
  {
    id: 'bucket-policy-explicit',
    when: named('bucket-policy', true),
    layer: 'bucket-policy',
    evidence: 'aws',
    cause: (facts) =>
      `a Deny statement in the policy of bucket ${facts.bucket} refuses ${actions(facts)} to ChannelMix. ${perimeter(facts)}; ` +
      'or Block Public Access (RestrictPublicBuckets) cuts off a policy that is public',
    fix: (facts) =>
      `In the bucket policy, find each Deny statement that matches ${actions(facts)}, and except ${who(facts)} from it: put this into its Condition, beside what stands there ` +
      '(all conditions of a statement must hold, so it stays in force for everybody else). If its Condition has ArnNotEquals with aws:PrincipalArn already, add the ARN to that list; ' +
      `if the statement names ${who(facts)} as its Principal, remove it there.`,
    remedy: (facts) => ({ policy: 'bucket', condition: exceptCondition(facts) }),
  },
  {
    id: 'bucket-policy-implicit',
    when: named('bucket-policy', false),
    layer: 'bucket-policy',
    evidence: 'aws',
    cause: (facts) =>
      `no statement of the policy of bucket ${facts.bucket} allows ${actions(facts)}: the bucket belongs to another account than ${who(facts)}, so both must allow`,
    fix: () => 'The owner of the bucket allows it in the bucket policy.',
    remedy: (facts) => ({ policy: 'bucket', statement: bucketAllowStatement(facts) }),
  },
  {
    id: 'boundary-explicit',
    when: named('boundary', true),
    layer: 'boundary',
    evidence: 'aws',
    cause: (facts) => `a statement of the permissions boundary of ${who(facts)} denies ${actions(facts)}`,
    fix: (facts) =>
      `In the boundary policy, remove or narrow the Deny statement that matches ${actions(facts)}, or put another boundary on: an Allow cannot outweigh it.`,
  },
  {
    id: 'boundary',
    when: named('boundary', false),
    layer: 'boundary',
    evidence: 'aws',
    cause: (facts) =>
      `the permissions boundary of ${who(facts)} does not include ${actions(facts)}: a boundary grants nothing, but what it leaves out is refused`,
    fix: () => 'Add what the grant needs to the boundary policy, or put another boundary on.',
    remedy: allowed('boundary'),
  },
  {
    id: 'session-explicit',
    when: named('session', true),
    layer: 'session',
    evidence: 'aws',
    cause: (facts) => `a statement of a session policy denies ${actions(facts)}; ChannelMix passes none`,
    fix: () =>
      'Look at what hands out the credentials: the session policy with which it makes the session has a Deny statement; remove or narrow it.',
  },
  {
    id: 'session-policy',
    when: named('session', false),
    layer: 'session',
    evidence: 'aws',
    cause: (facts) =>
      `a session policy limits the session and does not leave ${actions(facts)}; ChannelMix passes none`,
    fix: () => 'Look at what hands out the credentials: it makes the session with a session policy.',
  },
  {
    id: 'scp',
    when: named('scp'),
    layer: 'scp',
    evidence: 'aws',
    cause: (facts) => `a service control policy of the client's AWS organization refuses ${actions(facts)}`,
    fix: (facts) =>
      `Nothing in the account mends it. The administrator of the AWS organization must allow ${actions(facts)} for ${facts.principalArn}.`,
  },
  {
    id: 'rcp',
    when: named('rcp'),
    layer: 'rcp',
    evidence: 'aws',
    cause: (facts) =>
      `a resource control policy of the organization that owns the bucket refuses ${actions(facts)} to principals from outside`,
    fix: (facts) =>
      `The administrator of the AWS organization must except ${facts.principalArn} from the resource control policy (condition aws:PrincipalArn).`,
  },
  {
    id: 'vpc-endpoint',
    when: named('vpc-endpoint'),
    layer: 'vpc-endpoint',
    evidence: 'aws',
    cause: (facts) => `the policy of the VPC endpoint that this request went through refuses ${actions(facts)}`,
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
function misplaced(facts: SharedFacts): string {
  if (!facts.actions.includes('s3:ListBucket')) return '';
  const folders = facts.folders.filter((folder) => folder !== '');
  const condition =
    folders.length === 0
      ? ''
      : `; with access limited to ${folders.join(', ')} the condition on s3:prefix must match ${folders.map((folder) => `"${folder}*"`).join(', ')}`;
  return ` (s3:ListBucket works on the bucket's ARN, without "/*"${condition})`;
}
