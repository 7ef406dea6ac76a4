// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import type { JsonObject } from '../../src/model/policy.ts';
import { randomSource } from '../differential/random-case.ts';
import { ACCOUNTS } from './localemu.ts';

/** Names that the random policies speak of. */
export interface Names {
  readonly bucket: string;
  readonly user: string;
  readonly role: string;
}

/** One random set of policies: everything that applies to a session of the role, and to the user. */
export interface RandomPolicies {
  readonly identity: JsonObject;
  readonly boundary: JsonObject | undefined;
  readonly session: JsonObject | undefined;
  readonly bucket: JsonObject | undefined;
}

/** A call that is tried with every set. */
export interface RandomCall {
  readonly operation: 'GetObject' | 'PutObject' | 'ListObjectsV2' | 'DeleteObject' | 'GetObjectTagging';
  /** Of the object; for a listing the prefix. */
  readonly key: string;
}

/** The objects of the calls: two under a prefix, one beside it, one under the user's name. */
export function callsOf(user: string): readonly RandomCall[] {
  const keys = ['a/one', 'b/two', `${user}/three`];
  const operations = ['GetObject', 'PutObject', 'DeleteObject', 'GetObjectTagging'] as const;
  return [
    ...keys.flatMap((key) => operations.map((operation) => ({ operation, key }))),
    { operation: 'ListObjectsV2', key: '' },
    { operation: 'ListObjectsV2', key: 'a/' },
  ];
}

const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:GetObjectTagging'];
const PATTERNS = ['s3:*', 's3:Get*', 's3:*Object', 'S3:getobject', 's3:?etObject', '*', 's3:GetObject*'];

/** An endless supply of random sets; the same ones for the same seed. */
export function randomPolicies(seed: number, { bucket, user, role }: Names): () => RandomPolicies {
  const random = randomSource(seed);
  const chance = (probability: number): boolean => random() < probability;
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const some = <T>(values: readonly T[], most: number): readonly T[] => [
    ...new Set(Array.from({ length: 1 + Math.floor(random() * most) }, () => one(values))),
  ];
  const root = `arn:aws:s3:::${bucket}`;
  const resources = [
    root,
    `${root}/*`,
    `${root}/a/*`,
    `${root}/?/*`,
    `${root}/*/two`,
    `${root}/\${aws:username}/*`,
    `${root}/*\${aws:username}*`,
    `${root}*`,
  ];
  const { client } = ACCOUNTS;
  const roleArn = `arn:aws:iam::${client}:role/${role}`;
  const userArn = `arn:aws:iam::${client}:user/${user}`;
  const principals = [
    '*',
    client,
    `arn:aws:iam::${client}:root`,
    roleArn,
    userArn,
    `arn:aws:sts::${client}:assumed-role/${role}/peers`,
  ];
  const condition = (): JsonObject => {
    const exists = chance(0.25) ? 'IfExists' : '';
    switch (one(['prefix', 'prefix', 'arn', 'tls', 'ip', 'null'])) {
      case 'prefix':
        return {
          [`${one(['StringEquals', 'StringLike', 'StringNotEquals', 'StringNotLike'])}${exists}`]: {
            's3:prefix': some(['a/', 'a/*', '', 'b/'], 2),
          },
        };
      case 'arn':
        return {
          [`${one(['ArnLike', 'ArnNotLike', 'StringLike', 'StringNotLike'])}${exists}`]: {
            'aws:PrincipalArn': some([roleArn, userArn, `arn:aws:iam::${client}:role/*`, 'arn:aws:*:*:*:*'], 2),
          },
        };
      case 'tls':
        return { [`Bool${exists}`]: { 'aws:SecureTransport': one(['true', 'false']) } };
      case 'ip':
        return {
          [`${one(['IpAddress', 'NotIpAddress'])}${exists}`]: {
            'aws:SourceIp': some(['127.0.0.0/8', '10.0.0.0/8'], 2),
          },
        };
      default:
        return { Null: { [one(['s3:prefix', 'aws:PrincipalArn'])]: one(['true', 'false']) } };
    }
  };
  const statement = (effect: 'Allow' | 'Deny', wide: boolean): JsonObject => ({
    Effect: effect,
    ...(chance(0.15)
      ? { NotAction: some(ACTIONS, 2) }
      : { Action: wide ? one(['s3:*', '*']) : some([...ACTIONS, ...PATTERNS], 3) }),
    ...(chance(0.15) ? { NotResource: some(resources, 2) } : { Resource: wide ? '*' : some(resources, 3) }),
    ...(chance(0.5) ? { Condition: condition() } : {}),
  });
  // LocalEmu's IAM stores no document of the old version, which AWS's does.
  const document = (version = '2012-10-17'): JsonObject => ({
    Version: version,
    Statement: [
      ...Array.from({ length: 1 + Math.floor(random() * 2) }, () => statement('Allow', chance(0.4))),
      ...(chance(0.4) ? [statement('Deny', false)] : []),
    ],
  });
  // A bucket policy may name nothing but its bucket, whose pattern reaches no other one here.
  const bucketStatement = (): JsonObject => {
    const allow = chance(0.6);
    return {
      Effect: allow ? 'Allow' : 'Deny',
      // AWS's page has NotPrincipal with Deny only: with Allow it is hardly ever meant.
      ...(allow || chance(0.4)
        ? { Principal: { AWS: one(principals) } }
        : { NotPrincipal: { AWS: chance(0.3) ? principals.slice(2) : some(principals.slice(1), 4) } }),
      ...onBucket(),
    };
  };
  const onBucket = (): JsonObject => ({
    Action: some([...ACTIONS, 's3:*'], 2),
    Resource: some([root, `${root}/*`, `${root}/a/*`, `${root}/\${aws:username}/*`], 2),
    ...(chance(0.5) ? { Condition: condition() } : {}),
  });
  return () => ({
    identity: document(),
    boundary: chance(0.4) ? document() : undefined,
    session: chance(0.5) ? document(chance(0.5) ? '2008-10-17' : '2012-10-17') : undefined,
    bucket: chance(0.6)
      ? {
          Version: one(['2008-10-17', '2012-10-17']),
          Statement: Array.from({ length: 1 + Math.floor(random() * 2) }, bucketStatement),
        }
      : undefined,
  });
}
