import { bucketArn, objectArn } from '../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import type { PolicyStatement } from '../model/policy.ts';
import { shellWord } from '../model/shell.ts';
import type { DiagnosisFacts } from './types.ts';

/** The statement that allows the refused action where the grant needs it. */
export function allowStatement(facts: DiagnosisFacts): PolicyStatement {
  const action = refusedAction(facts);
  const base = {
    Sid: `ChannelMix${(action.split(':')[1] ?? '').replaceAll(/\W/g, '')}`,
    Effect: 'Allow',
    Action: action,
  } as const;
  if (action === 's3:ListBucket' && facts.prefix !== '') {
    return {
      ...base,
      Resource: bucketArn(facts.partition, facts.bucket),
      Condition: { StringLike: { 's3:prefix': `${facts.prefix}*` } },
    };
  }
  return { ...base, Resource: grantedResource(facts, action) };
}

/** The same in a bucket policy, which names who is allowed. */
export function bucketAllowStatement(facts: DiagnosisFacts): PolicyStatement {
  const { Sid, ...rest } = allowStatement(facts);
  return { ...(Sid === undefined ? {} : { Sid }), ...rest, Principal: { AWS: facts.principalArn } };
}

/** The condition that takes ChannelMix out of a statement that denies. */
export function carveOutStatement(facts: DiagnosisFacts): PolicyStatement {
  return {
    Sid: 'TheStatementThatDenies',
    Effect: 'Deny',
    Principal: '*',
    Action: refusedAction(facts),
    Resource: grantedResource(facts, refusedAction(facts)),
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': facts.principalArn } },
  };
}

/** Trust in ChannelMix, without conditions. */
export function trustStatement(facts: DiagnosisFacts): PolicyStatement {
  return {
    Sid: 'ChannelMixAssumeRole',
    Effect: 'Allow',
    Principal: { AWS: `arn:${facts.partition}:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
    Action: 'sts:AssumeRole',
  };
}

/** What a KMS key's policy must say for the role or user. */
export function keyStatement(facts: DiagnosisFacts): PolicyStatement {
  return {
    Sid: 'ChannelMixUseOfKey',
    Effect: 'Allow',
    Principal: { AWS: facts.principalArn },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
  };
}

/** The statement for the key that the role or user itself needs. */
export function useKeyStatement(facts: DiagnosisFacts): PolicyStatement {
  return {
    Sid: 'ChannelMixUseKey',
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: keyArn(facts) ?? 'ARN-OF-THE-KEY',
  };
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

/** The command that prints the policy which the access level needs. */
export function policyCommand(facts: DiagnosisFacts): string {
  const words = ['channelmix-s3', 'policy', facts.access, '--bucket', facts.bucket];
  const prefix = facts.prefixes.flatMap((one) => ['--prefix', one]);
  const key = facts.kmsKeyArn === undefined ? [] : ['--kms-key', facts.kmsKeyArn];
  return [...words, ...prefix, ...key].map(shellWord).join(' ');
}

function grantedResource(facts: DiagnosisFacts, action: string): string {
  if (action.startsWith('kms:')) return keyArn(facts) ?? 'ARN-OF-THE-KEY';
  if (BUCKET_ACTIONS.includes(action)) return bucketArn(facts.partition, facts.bucket);
  return objectArn(facts.partition, facts.bucket, `${facts.prefix}*`);
}

/** Actions on the bucket itself; all others that the kit grants are on its objects. */
const BUCKET_ACTIONS: readonly string[] = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:GetBucketLocation'];
