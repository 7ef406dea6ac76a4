import {
  allowStatement,
  bucketAllowStatement,
  keyArn,
  keyStatement,
  policyCommand,
  refusedAction,
  useKeyStatement,
} from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';

const isDenied = (facts: DiagnosisFacts) => facts.failure?.kind === 'denied' && facts.id !== 'assume-role';
const who = (facts: DiagnosisFacts) => (facts.way === 'role' ? 'the role' : 'the user');
const passed = (facts: DiagnosisFacts) =>
  facts.peers.filter((peer) => peer.result === 'allow' && peer.id !== 'assume-role');

/**
 * S3 says "Access Denied" and no more: across organizations, and in answers without a body (HEAD). Inferred from what else is known, with
 * the candidates in the order to test.
 */
export const unnamedRules: readonly DiagnosisRule[] = [
  {
    id: 'kms-unnamed',
    when: (facts) => isDenied(facts) && facts.id === 'put-object-kms',
    layer: 'kms',
    evidence: 'inferred',
    cause: (facts) =>
      passed(facts).some(({ id }) => id === 'put-object')
        ? `an object without named encryption could be put, one encrypted with ${keyArn(facts)} not: the key refuses, in its key policy or for lack of a statement in the policy of ${who(facts)}`
        : `${who(facts)} may not put, or may not use the key ${keyArn(facts)}`,
    fix: (facts) =>
      `Add this statement to the key policy, and ${JSON.stringify(useKeyStatement(facts))} to the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'key', statement: keyStatement(facts) }),
  },
  {
    id: 'other-account',
    when: (facts) => isDenied(facts) && facts.owner === 'other-account',
    layer: 'bucket-policy',
    evidence: 'inferred',
    cause: (facts) =>
      `the bucket belongs to another account than ${who(facts)}: the policy of ${who(facts)} and the bucket policy must both allow ${refusedAction(facts)}, and S3 does not say which of them does not`,
    fix: (facts) =>
      `The owner of the bucket adds this statement to the bucket policy; the policy of ${who(facts)} needs ${JSON.stringify(allowStatement(facts))}.`,
    remedy: (facts) => ({ policy: 'bucket', statement: bucketAllowStatement(facts) }),
  },
  {
    id: 'everything',
    when: (facts) => isDenied(facts) && passed(facts).length === 0,
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `nothing is allowed to ${who(facts)} in this bucket and S3 does not say why; in the order to test: (1) ${who(facts)} has no policy for bucket ${facts.bucket}; ` +
      '(2) the bucket belongs to another account, whose bucket policy must allow, too; (3) a Deny in the bucket policy (VPC endpoint, addresses, organization); ' +
      '(4) a boundary, SCP or RCP',
    fix: (facts) => `Attach the policy that this prints to ${who(facts)}, and compare the bucket's name in it.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts), command: policyCommand(facts) }),
  },
  {
    id: 'one-action',
    when: isDenied,
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `other actions are allowed, ${refusedAction(facts)} is not, and S3 does not say why; in the order to test: (1) the policy of ${who(facts)} lacks the action, or has it on another ARN; ` +
      '(2) a Deny in the bucket policy for this action; (3) with an encrypted bucket, the KMS key',
    fix: (facts) => `Add this statement to the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
];
