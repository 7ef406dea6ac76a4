import { trustPolicy } from '../../generate/policy-documents.ts';
import { keyArn, policyCommand } from '../statements.ts';
import type { DiagnosisRule, SharedFacts } from '../types.ts';
import { who } from './words.ts';

/** The other way to make report and grant agree. */
const meant = ({ prefixes, actions }: SharedFacts) =>
  prefixes.length > 0 && !actions.includes('s3:ListAllMyBuckets')
    ? 'If it is meant for the whole bucket, verify without --prefix'
    : 'If it is meant to have full access, verify with --access full';

const HARM: Readonly<Record<string, string>> = {
  's3:ListAllMyBuckets': 'it can see the names of all buckets of the account',
  's3:GetBucketPolicy': "it can read the bucket's configuration",
  's3:ListBucket': 'it can list what was not granted',
  's3:GetObject': 'it can read what was not granted',
  's3:PutObject': 'it can write where nothing was granted',
  's3:DeleteObject': 'it can delete what was not granted',
  's3:GetBucketAcl': "it can read the bucket's configuration",
  's3:GetLifecycleConfiguration': "it can read the bucket's configuration",
};

/** A call succeeded that the access level does not need. */
export const overPrivilegeRules: readonly DiagnosisRule[] = [
  {
    id: 'trust-too-wide',
    when: ({ action, expect, result }) => action === 'sts:AssumeRole' && expect === 'deny' && result === 'allow',
    layer: 'trust',
    evidence: 'aws',
    cause: (facts) =>
      `another account than ChannelMix's could assume ${facts.principalArn}: its trust policy lets in everybody ("AWS": "*"), or that account, too`,
    fix: () =>
      'Make the trust policy this one, which "channelmix-s3 policy trust" prints; if others are meant to use the role, give them one of their own.',
    remedy: (facts) => ({
      policy: 'trust',
      document: trustPolicy(facts.partition),
      command: 'channelmix-s3 policy trust',
    }),
  },
  {
    id: 'over-privilege',
    when: ({ expect, result }) => expect === 'deny' && result === 'allow',
    layer: 'identity',
    evidence: 'inferred',
    cause: (facts) =>
      `${who(facts)} has more than ${facts.access} access: ${facts.actions.map((action) => `${action} is allowed, so ${HARM[action] ?? 'it can do what was not granted'}`).join('; ')}. ` +
      `A policy of ${who(facts)} allows it (look for AmazonS3FullAccess, s3:*, s3:Get*, s3:List*, Resource "*"), or the bucket policy does`,
    fix: (facts) =>
      `Replace the policies of ${who(facts)} by the one for the grant; if the bucket policy is what allows, narrow it. ${meant(facts)}; if it was narrowed within the last minute, verify again.`,
    remedy: (facts) => ({ policy: 'identity', command: policyCommand({ ...facts, kmsKeyArn: keyArn(facts) }) }),
  },
];
