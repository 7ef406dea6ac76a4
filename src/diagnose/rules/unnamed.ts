import {
  allowStatement,
  bucketAllowStatement,
  isForeignKey,
  keyArn,
  keyStatement,
  refusedAction,
  useKeyStatement,
} from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule, PeerCheck, SharedFacts } from '../types.ts';

const isDenied = (facts: DiagnosisFacts) => facts.failure?.kind === 'denied' && facts.id !== 'assume-role';
const who = (facts: DiagnosisFacts) => (facts.way === 'role' ? 'the role' : 'the user');
const actions = (facts: SharedFacts) => facts.actions.join(', ');
const passed = (facts: DiagnosisFacts) =>
  facts.peers.filter((peer) => peer.result === 'allow' && peer.id !== 'assume-role');

/**
 * S3 gives the reason to callers of the bucket's own account and organization, to others the bare words "Access Denied". The answer to a
 * HEAD has no text at all and shows nothing. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
const isBare = ({ id, failure }: Pick<PeerCheck, 'id' | 'failure'>) =>
  id !== 'head-object' &&
  id !== 'assume-role' &&
  failure?.kind === 'denied' &&
  failure.denial?.layer === undefined &&
  /^access denied\.?$/i.test(failure.message);

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
      const elsewhere = passed(facts).some(({ id }) => id === 'put-object')
        ? ''
        : `, or ${who(facts)} may not put at all`;
      return `${key} refuses ${actions(facts)} in its key policy, or the policy of ${who(facts)} does not allow it${elsewhere}; AWS does not say which`;
    },
    fix: (facts) =>
      `Add the statement to the key policy of ${keyArn(facts) ?? 'that key'}; then allow the same in the policy of ${who(facts)}. The key aws/s3 cannot be used across accounts.`,
    remedy: keyAndUser,
  },
  {
    id: 'other-account',
    when: (facts) => isDenied(facts) && facts.owner === 'other-account',
    layer: 'bucket-policy',
    evidence: 'inferred',
    cause: (facts) =>
      `the bucket belongs to another account than ${who(facts)}: the policy of ${who(facts)} and the bucket policy must both allow ${actions(facts)}, and S3 does not say which of them does not`,
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
      `S3 refuses ${actions(facts)} without a reason, as it does across accounts and organizations only; in the order to test: ` +
      `(1) the bucket ${facts.bucket} belongs to another account than ${who(facts)}, whose bucket policy must allow, too; (2) the policy of ${who(facts)} does not allow it; ` +
      '(3) a Deny in the bucket policy (VPC endpoint, addresses, organization); (4) a boundary, SCP or RCP',
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
      `nothing is allowed to ${who(facts)} in this bucket and S3 does not say why; in the order to test: (1) ${who(facts)} has no policy for bucket ${facts.bucket}; ` +
      '(2) a Deny in the bucket policy (VPC endpoint, addresses, organization); (3) a boundary, SCP or RCP',
    fix: (facts) => `Give ${who(facts)} the policy for the grant, and compare the name of the bucket in it.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
  {
    id: 'one-action',
    when: isDenied,
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `other actions are allowed, ${actions(facts)} is not, and S3 does not say why; in the order to test: (1) the policy of ${who(facts)} lacks the action, or has it on another ARN; ` +
      '(2) a Deny in the bucket policy for this action; (3) with an encrypted bucket, the KMS key',
    fix: (facts) => `Allow ${actions(facts)} in the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
];
