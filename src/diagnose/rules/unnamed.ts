import { shellWord } from '../../model/shell.ts';
import {
  allowStatement,
  bucketAllowStatement,
  isForeignKey,
  keyArn,
  keyStatement,
  refusedAction,
  useKeyStatement,
} from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule, PeerCheck } from '../types.ts';
import { actions, isDenied, numbered, passed, who } from './words.ts';

/**
 * S3 gives the reason to callers of the bucket's own account and organization, to others the bare words "Access Denied". The answer to a
 * HEAD has no text at all and shows nothing. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
const isBare = ({ id, action, failure }: Pick<PeerCheck, 'id' | 'action' | 'failure'>) =>
  id !== 'head-object' &&
  action.startsWith('s3:') &&
  failure?.kind === 'denied' &&
  failure.denial?.layer === undefined &&
  /^access denied\.?$/i.test(failure.message);

const isForeign = (facts: DiagnosisFacts) => facts.owner === 'other-account';

/** Requester Pays is asked of callers of other accounts only. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html */
function isPaidByRequester(facts: DiagnosisFacts): boolean {
  if (passed(facts).length > 0) return false;
  const payer = facts.documents?.bucket.requestPayer;
  return facts.requesterPays === true || (isForeign(facts) && payer?.state === 'read' && payer.value === 'Requester');
}

/** What refuses without a reason across accounts. Requester Pays and Block Public Access refuse every call, so one that passed clears them. */
function elsewhere(facts: DiagnosisFacts): readonly string[] {
  const all = passed(facts).length === 0;
  return [
    `the bucket policy does not allow it to ${facts.principalArn}`,
    `the policy of ${who(facts)} does not allow it`,
    'a Deny in the bucket policy (VPC endpoint, addresses, organization)',
    ...(all
      ? [
          'the bucket is Requester Pays, and ChannelMix does not offer to pay',
          'the bucket policy lets everybody in, which Block Public Access (RestrictPublicBuckets) cuts off for other accounts: it has to name the role or user',
        ]
      : []),
    'a boundary, SCP or RCP',
  ];
}

/** Both sides must allow, each in its own policy. */
const bothSides = (facts: DiagnosisFacts) => ({
  policy: 'bucket' as const,
  statement: bucketAllowStatement(facts),
  also: { policy: 'identity' as const, statement: allowStatement(facts) },
});

/** A key and who uses it may have to allow both. */
const keyAndUser = (facts: DiagnosisFacts) => ({
  policy: 'key' as const,
  statement: keyStatement(facts),
  also: { policy: 'identity' as const, statement: useKeyStatement(facts) },
});

/**
 * AWS does not say who refused: across accounts and organizations, and in answers without a body (HEAD). Inferred from what else is known,
 * with the candidates in the order to test.
 */
export const unnamedRules: readonly DiagnosisRule[] = [
  {
    id: 'kms-unnamed',
    when: (facts) => isDenied(facts) && (facts.id === 'put-object-kms' || refusedAction(facts).startsWith('kms:')),
    layer: 'kms',
    evidence: 'inferred',
    cause: (facts) => {
      const key = `the KMS key ${keyArn(facts) ?? 'of the bucket'}`;
      if (isForeignKey(facts)) {
        return `${key} belongs to another account than ${who(facts)}: its key policy and the policy of ${who(facts)} must both allow ${actions(facts)}`;
      }
      const isAbsent = /does not exist in this region/i.test(facts.failure?.message ?? '');
      // S3 asks the key only for what it would do itself.
      const isKeyAsked = facts.failure?.denial?.action?.startsWith('kms:') === true;
      const mayPut = isKeyAsked || passed(facts).some(({ id }) => id === 'put-object');
      return `AWS does not say what refuses ${actions(facts)} on ${key}; in the order to test: ${numbered([
        // KMS tells no more of keys in other accounts, whether they are there or not.
        ...(isAbsent
          ? [
              `the key belongs to another account than ${who(facts)}, is in another region than the bucket, or was deleted`,
            ]
          : []),
        'its key policy does not allow it',
        `the policy of ${who(facts)} does not allow it`,
        ...(mayPut ? [] : [`${who(facts)} may not put at all`]),
      ])}`;
    },
    fix: (facts) =>
      `Add the statement to the key policy of ${keyArn(facts) ?? 'that key'}; then allow the same in the policy of ${who(facts)}. The key aws/s3 cannot be used across accounts.`,
    remedy: keyAndUser,
  },
  {
    id: 'requester-pays',
    when: (facts) => isDenied(facts) && isPaidByRequester(facts),
    layer: 'requester-pays',
    evidence: 'inferred',
    cause: (facts) =>
      `the bucket ${facts.bucket} is Requester Pays and belongs to another account than ${who(facts)}: S3 refuses every call that does not offer to pay, and ChannelMix's do not`,
    fix: (facts) =>
      `The owner of the bucket switches Requester Pays off; or use a role in the owner's account, where no offer is needed and the owner pays. No policy of ${who(facts)} mends it.`,
    remedy: (facts) => ({
      command: `aws s3api put-bucket-request-payment --bucket ${shellWord(facts.bucket)} --request-payment-configuration Payer=BucketOwner`,
    }),
  },
  {
    id: 'other-account',
    when: (facts) => isDenied(facts) && isForeign(facts),
    layer: 'bucket-policy',
    evidence: 'inferred',
    cause: (facts) =>
      `the bucket belongs to another account than ${who(facts)}: the policy of ${who(facts)} and the bucket policy must both allow ${actions(facts)}, and S3 does not say which of them does not; in the order to test: ${numbered(elsewhere(facts))}`,
    fix: (facts) =>
      `The owner of the bucket allows it in the bucket policy; then allow the same in the policy of ${who(facts)}.`,
    remedy: bothSides,
  },
  {
    id: 'bare',
    when: (facts) => isDenied(facts) && facts.owner === 'unknown' && [facts, ...facts.peers].some(isBare),
    layer: 'bucket-policy',
    evidence: 'inferred',
    cause: (facts) =>
      `S3 refuses ${actions(facts)} without a reason, as it does across accounts and organizations only; in the order to test: ${numbered(
        [`the bucket ${facts.bucket} belongs to another account than ${who(facts)}`, ...elsewhere(facts)],
      )}`,
    fix: (facts) =>
      `Compare the name of the bucket and find its account. Its owner allows it in the bucket policy, and the policy of ${who(facts)} must allow the same: one of them alone changes nothing.`,
    remedy: bothSides,
  },
  {
    id: 'everything',
    when: (facts) => isDenied(facts) && passed(facts).length === 0,
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `nothing is allowed to ${who(facts)} in this bucket and S3 does not say why; in the order to test: ${numbered([
        `${who(facts)} has no policy for bucket ${facts.bucket}`,
        'a Deny in the bucket policy (VPC endpoint, addresses, organization)',
        'a boundary, SCP or RCP',
      ])}`,
    fix: (facts) => `Give ${who(facts)} the policy for the grant, and compare the name of the bucket in it.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
  {
    id: 'one-action',
    when: isDenied,
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `other actions are allowed, ${actions(facts)} is not, and S3 does not say why; in the order to test: ${numbered([
        `the policy of ${who(facts)} lacks the action, or has it on another ARN`,
        'a Deny in the bucket policy for this action',
        'with an encrypted bucket, the KMS key',
      ])}`,
    fix: (facts) => `Allow ${actions(facts)} in the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
];
