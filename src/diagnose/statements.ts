import { identityPolicy, keyPolicyStatement, trustPolicy } from '../generate/policy-documents.ts';
import { bucketArn, objectArn, parseArn } from '../model/arn.ts';
import type { Remedy } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import type { ConditionMap, PolicyDocument, PolicyStatement } from '../model/policy.ts';
import { shellWord } from '../model/shell.ts';
import type { DiagnosisFacts } from './types.ts';

/**
 * The statement that allows the refused action: the one of the kit's own policy for the grant, which has what goes with it, too (who may not
 * put may not delete either, which could not even be tried); a single one where the kit's policy does not have the action.
 */
export function allowStatement(facts: DiagnosisFacts): PolicyStatement {
  const action = refusedAction(facts);
  if (action.startsWith('kms:')) return useKeyStatement(facts);
  const document = facts.access === 'full' ? undefined : grantPolicy(facts, false);
  const granted = document === undefined ? [] : statementsOf(document);
  const own = granted.find(({ Action }) => [Action ?? []].flat().includes(action));
  return own ?? { Effect: 'Allow', Action: action, Resource: grantedResource(facts, action) };
}

/** What the kit's policy for a grant depends on. */
export type Granted = Pick<DiagnosisFacts, 'access' | 'partition' | 'bucket' | 'prefixes'> & {
  readonly kmsKeyArn?: string | undefined;
};

/** The kit's own policy for the grant; `undefined` where it needs none, or where no policy is large enough for its folders. */
export function grantPolicy(granted: Granted, versions: boolean): PolicyDocument | undefined {
  const { access, partition, bucket, prefixes, kmsKeyArn } = granted;
  const key = kmsKeyArn === undefined ? {} : { kmsKeyArn };
  try {
    return identityPolicy({ access, partition, buckets: [{ name: bucket, create: versions, prefixes, ...key }] });
  } catch (error) {
    if (error instanceof KitError && error.code === 'input') return undefined;
    throw error;
  }
}

/** The same in a bucket policy, which names who is allowed. */
export function bucketAllowStatement(facts: DiagnosisFacts): PolicyStatement {
  return allowedTo(facts.principalArn, allowStatement(facts));
}

/** A statement of an identity policy as it stands in a policy that names who is allowed. */
export function allowedTo(principalArn: string, { Effect, ...rest }: PolicyStatement): PolicyStatement {
  return { Effect, Principal: { AWS: principalArn }, ...rest };
}

/** The condition that takes ChannelMix out of a statement that denies: the rest of that statement stays in force. */
export function exceptCondition(facts: DiagnosisFacts): ConditionMap {
  return { ArnNotEquals: { 'aws:PrincipalArn': facts.principalArn } };
}

/** The kit's own trust policy, its statement for those who keep theirs, and the command that prints it. */
export function trustPolicyRemedy({ partition }: DiagnosisFacts): Remedy {
  const document = trustPolicy(partition);
  const [statement] = statementsOf(document);
  if (statement === undefined) throw new Error('the trust policy has no statement');
  return { policy: 'trust', statement, document, command: 'channelmix-s3 policy trust' };
}

/** What a KMS key's policy must say for the role or user. */
export function keyStatement(facts: DiagnosisFacts): PolicyStatement {
  return keyPolicyStatement(facts.principalArn);
}

/** The statement for the key that the role or user itself needs: the one of the kit's own policy. */
export function useKeyStatement(facts: DiagnosisFacts): PolicyStatement {
  const arn = keyArn(facts) ?? 'ARN-OF-THE-KEY';
  // With full access the kit's own policy has nothing but the keys.
  const document = grantPolicy({ ...facts, access: 'full', kmsKeyArn: arn }, false);
  const [statement] = document === undefined ? [] : statementsOf(document);
  if (statement === undefined) throw new Error('the policy for a key has no statement');
  return statement;
}

/** Statements without their Sids: pasted into another policy, a Sid might be taken there. */
export function statementsOf({
  Statement,
}: {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}): readonly PolicyStatement[] {
  return [Statement].flat().map(({ Sid: _, ...rest }) => rest);
}

/** The action that AWS says was refused, which can differ from the one that the call is known for. */
export function refusedAction(facts: DiagnosisFacts): string {
  return facts.failure?.denial?.action ?? facts.action;
}

/** The KMS key that is meant, where it is known. */
export function keyArn(facts: DiagnosisFacts): string | undefined {
  const named = facts.failure?.denial?.resource;
  return named?.includes(':kms:') === true ? named : facts.kmsKeyArn;
}

/** Whether the key belongs to another account than the role or user: then both its key policy and theirs must allow. */
export function isForeignKey(facts: DiagnosisFacts): boolean {
  const owner = parseArn(keyArn(facts) ?? '')?.account;
  return owner !== undefined && owner !== parseArn(facts.principalArn)?.account;
}

/** The command that prints the policy which a grant needs. */
export function policyCommand({ access, partition, bucket, prefixes, kmsKeyArn }: Granted): string {
  const words = ['channelmix-s3', 'policy', access, '--bucket', bucket];
  // Full access cannot be limited to folders.
  const prefix = access === 'full' ? [] : prefixes.flatMap((one) => ['--prefix', one]);
  const key = kmsKeyArn === undefined ? [] : ['--kms-key', kmsKeyArn];
  const elsewhere = partition === 'aws' ? [] : ['--partition', partition];
  return [...words, ...prefix, ...key, ...elsewhere].map(shellWord).join(' ');
}

function grantedResource(facts: DiagnosisFacts, action: string): string {
  if (BUCKET_ACTIONS.includes(action)) return bucketArn(facts.partition, facts.bucket);
  return objectArn(facts.partition, facts.bucket, `${facts.prefix}*`);
}

/** Actions on the bucket itself; all others that the kit grants are on its objects. */
const BUCKET_ACTIONS: readonly string[] = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:GetBucketLocation'];
