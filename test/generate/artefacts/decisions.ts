import { compilePolicy, decide } from '../../../src/evaluate/index.ts';
import type { PolicySet } from '../../../src/evaluate/types.ts';
import { bucketArn, objectArn } from '../../../src/model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../../src/model/constants.ts';
import type { RequestContext } from '../../../src/model/decision.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { PolicyDocument, PolicyStatement } from '../../../src/model/policy.ts';
import type { ArtefactAccess } from './types.ts';

const ACCOUNT = '111122223333';
const OBJECT_ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
  's3:PutObjectTagging',
  's3:PutObjectAcl',
];
const BUCKET_ACTIONS = ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads', 's3:DeleteBucket'];
const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'];

/** Documents of an artefact, or those that its grant stands for. */
export type Documents = Pick<ArtefactAccess, 'trust' | 'identity' | 'buckets'>;

/** What the documents answer to every request that could tell two of them apart, a letter each: `a`llow, `d`eny, `-` neither. */
export function decisionsOf(documents: Documents, grant: Grant): string {
  return [
    ...identityDecisions(documents.identity, grant),
    ...trustDecisions(documents.trust, grant),
    ...bucketDecisions(documents.buckets, grant),
  ]
    .map((decision) => ({ allow: 'a', explicitDeny: 'd', implicitDeny: '-' })[decision])
    .join('');
}

function* identityDecisions(policies: readonly PolicyDocument[], { buckets, partition }: Grant) {
  const identity = policies.map((document, index) => compilePolicy(document, { name: `${index}`, kind: 'identity' }));
  const principal = `arn:${partition}:sts::${ACCOUNT}:assumed-role/role/session`;
  const decideWith =
    (set: PolicySet) =>
    (action: string, resource: string, context: RequestContext = {}) =>
      decide({ principal, action, resource, resourceAccount: ACCOUNT, context }, set).decision;
  const ask = decideWith({ identity });
  // A key's own policy leaves it to IAM, as the one does that AWS proposes.
  const root = { AWS: `arn:${partition}:iam::${ACCOUNT}:root` };
  const askKey = decideWith({
    identity,
    resource: compilePolicy(everything({ Principal: root }), { name: 'key', kind: 'key' }),
  });
  for (const { name, prefixes, kmsKeyArn } of [
    ...buckets,
    { name: 'another-bucket', prefixes: [], kmsKeyArn: undefined },
  ]) {
    const folders = [...prefixes, '', 'Client12/', 'another/'];
    for (const folder of folders) {
      for (const action of OBJECT_ACTIONS) {
        yield ask(action, objectArn(partition, name, `${folder}file.csv`));
        yield ask(action, objectArn(partition, name, `${folder}.channelmix-verify/probe`));
      }
      for (const action of BUCKET_ACTIONS) yield ask(action, bucketArn(partition, name), { 's3:prefix': folder });
    }
    for (const action of BUCKET_ACTIONS) yield ask(action, bucketArn(partition, name));
    const key = kmsKeyArn ?? `arn:${partition}:kms:eu-west-1:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;
    for (const action of KEY_ACTIONS) {
      for (const domain of ['amazonaws.com', 'amazonaws.com.cn']) {
        yield askKey(action, key, { 'kms:ViaService': `s3.${key.split(':')[3]}.${domain}` });
      }
      yield askKey(action, key);
    }
  }
}

function everything(element: Pick<PolicyStatement, 'Principal'>): PolicyDocument {
  return { Version: '2012-10-17', Statement: { Effect: 'Allow', ...element, Action: '*', Resource: '*' } };
}

function* trustDecisions(document: PolicyDocument | undefined, { partition }: Grant) {
  if (document === undefined) return;
  const resource = compilePolicy(document, { name: 'trust', kind: 'trust' });
  const identity = [compilePolicy(everything({}), { name: 'all', kind: 'identity' })];
  for (const account of [CHANNELMIX_ACCOUNT_ID, '999999999999']) {
    const principal = `arn:${partition}:iam::${account}:role/worker`;
    for (const action of ['sts:AssumeRole', 'sts:TagSession']) {
      const request = {
        principal,
        action,
        resource: `arn:${partition}:iam::${ACCOUNT}:role/role`,
        resourceAccount: ACCOUNT,
        context: {},
      };
      yield decide(request, { identity, resource }).decision;
    }
  }
}

function* bucketDecisions(policies: ArtefactAccess['buckets'], { partition }: Grant) {
  for (const [name, document] of Object.entries(policies).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const resource = compilePolicy(document, { name, kind: 'bucket' });
    const principal = `arn:${partition}:iam::${ACCOUNT}:user/ann`;
    for (const arn of [
      bucketArn(partition, name),
      objectArn(partition, name, 'a/b.csv'),
      bucketArn(partition, 'another-bucket'),
    ]) {
      for (const secure of ['true', 'false']) {
        const context = { 'aws:SecureTransport': secure };
        yield decide(
          { principal, action: 's3:GetObject', resource: arn, resourceAccount: ACCOUNT, context },
          { identity: [], resource },
        ).decision;
      }
    }
  }
}
