import type { JsonNode } from '../../documents/json-node.ts';
import type { DefaultEncryption } from '../../model/access-documents.ts';
import type { AuditBucket, LifecycleRule } from '../../model/audit-documents.ts';
import { conditional, STACK_PROVIDER } from './cloudformation-iam.ts';
import type { Template, TemplateResource } from './cloudformation-scope.ts';
import { type BucketFacts, type DeclaredBucket, unknownFact } from './declared.ts';
import { cannedPiece } from './declared-acl.ts';
import { type FactReader, factOf } from './declared-facts.ts';
import { policyPiece, unknownText } from './declared-policy.ts';
import { ownershipOf } from './declared-s3.ts';
import { at, given, isUnknown, listIn, numberOf, type PlanText, textOf } from './plan-text.ts';

/** The buckets of a template. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export function templateBuckets(plan: PlanText, template: Template): readonly DeclaredBucket[] {
  return template.resources
    .filter(({ type, properties }) => type === 'AWS::S3::Bucket' && !isUnknown(properties))
    .map(({ id, node, properties }) => {
      const name = template.nameOf(id);
      const region: BucketFacts =
        template.region === undefined ? {} : { region: { state: 'read', value: template.region } };
      return {
        name,
        isNew: true,
        provider: STACK_PROVIDER,
        facts: { ...region, ...factsOf(properties, name), ...policyOf(plan, template.resources, name) },
        place: { path: plan.path, ...plan.region(node) },
      };
    });
}

/** Its policy: that of the resource that names it, or that may. */
function policyOf(plan: PlanText, resources: readonly TemplateResource[], name: string): Pick<BucketFacts, 'policy'> {
  const of = { name: `policy of bucket ${name}`, what: `the policy of bucket ${name}`, action: 's3:GetBucketPolicy' };
  const policies = resources.filter(({ type }) => type === 'AWS::S3::BucketPolicy');
  const named = ({ properties }: TemplateResource) => (isUnknown(properties) ? undefined : given(properties, 'Bucket'));
  const own = policies.find((one) => textOf(named(one)) === name);
  if (own === undefined) {
    const loose = policies.find((one) => textOf(named(one)) === undefined);
    if (loose === undefined) return {};
    return { policy: unknownFact(of.what, of.action, `${loose.id} is of a bucket that is not known`) };
  }
  if (own.made === undefined) return { policy: unknownFact(of.what, of.action, conditional(own.id, own.node)) };
  return { policy: policyPiece(plan, given(own.properties, 'PolicyDocument'), of) };
}

function factsOf(properties: JsonNode | undefined, name: string): BucketFacts {
  const of = (thing: string) => `${thing} of bucket ${name}`;
  const facts: { -readonly [Fact in keyof BucketFacts]: BucketFacts[Fact] } = {};
  const block = given(properties, 'PublicAccessBlockConfiguration');
  if (block !== undefined)
    facts.publicAccessBlock = factOf(of('Block Public Access'), 's3:GetBucketPublicAccessBlock', ({ text, node }) => {
      node(block);
      return {
        blockPublicAcls: text(block, 'BlockPublicAcls') === 'true',
        ignorePublicAcls: text(block, 'IgnorePublicAcls') === 'true',
        blockPublicPolicy: text(block, 'BlockPublicPolicy') === 'true',
        restrictPublicBuckets: text(block, 'RestrictPublicBuckets') === 'true',
      };
    });
  const owners = given(properties, 'OwnershipControls');
  if (owners !== undefined)
    facts.ownership = factOf(of('Object Ownership'), 's3:GetBucketOwnershipControls', ({ text, node, list }) => {
      node(owners);
      return ownershipOf(text(list(owners, 'Rules')[0], 'ObjectOwnership'));
    });
  const versioning = given(properties, 'VersioningConfiguration');
  if (versioning !== undefined)
    facts.versioning = factOf(of('versioning'), 's3:GetBucketVersioning', ({ text, node }) => {
      node(versioning);
      return (['Enabled', 'Suspended'] as const).find((one) => one === text(versioning, 'Status'));
    });
  const encryption = given(properties, 'BucketEncryption');
  if (encryption !== undefined)
    facts.encryption = factOf(of('default encryption'), 's3:GetEncryptionConfiguration', (reader) =>
      encryptionOf(encryption, reader),
    );
  const lifecycle = given(properties, 'LifecycleConfiguration');
  if (lifecycle !== undefined)
    facts.lifecycle = factOf(of('the lifecycle rules'), 's3:GetLifecycleConfiguration', (reader) => {
      reader.node(lifecycle);
      return reader.list(lifecycle, 'Rules').map((rule) => lifecycleRule(rule, reader));
    });
  const logging = given(properties, 'LoggingConfiguration');
  // Without a target the logs go into the bucket itself.
  if (logging !== undefined)
    facts.logging = factOf(of('server access logging'), 's3:GetBucketLogging', ({ node, text }) => {
      node(logging);
      const target = given(logging, 'DestinationBucketName');
      const bucket = target === undefined ? name : (textOf(target) ?? 'a bucket of another stack');
      return { bucket, prefix: text(logging, 'LogFilePrefix') ?? '' };
    });
  const acl = given(properties, 'AccessControl');
  if (acl !== undefined) facts.acl = canned(acl, of('the access control list'));
  const lock = lockOf(properties, of('Object Lock'));
  if (lock !== undefined) facts.objectLock = lock;
  return facts;
}

function encryptionOf(node: JsonNode, { text, list, node: noted }: FactReader): DefaultEncryption {
  noted(node);
  const rule = list(node, 'ServerSideEncryptionConfiguration')[0];
  noted(rule, 'ServerSideEncryptionByDefault');
  const algorithm = text(rule, 'ServerSideEncryptionByDefault', 'SSEAlgorithm');
  const kmsKey = text(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID');
  return {
    algorithm: algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse' ? algorithm : 'AES256',
    ...(kmsKey === undefined ? {} : { kmsKey }),
    ...(text(rule, 'BucketKeyEnabled') === 'true' ? { bucketKey: true } : {}),
  };
}

/** `PublicRead` is what S3 calls `public-read`. */
function canned(node: JsonNode, what: string): AuditBucket['acl'] {
  const text = textOf(node);
  if (text === undefined)
    return unknownFact(what, 's3:GetBucketAcl', isUnknown(node) ? unknownText(node) : 'no ACL is given');
  const name = text.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return cannedPiece({ type: 'string', value: name, start: 0, end: 0, parent: undefined, step: '' }, what);
}

function lockOf(properties: JsonNode | undefined, what: string): AuditBucket['objectLock'] | undefined {
  const [enabled, settings] = [given(properties, 'ObjectLockEnabled'), given(properties, 'ObjectLockConfiguration')];
  if (enabled === undefined && settings === undefined) return undefined;
  return factOf(what, 's3:GetBucketObjectLockConfiguration', ({ text, node }) => {
    node(settings);
    const isOn = text(enabled) === 'true' || text(settings, 'ObjectLockEnabled') === 'Enabled';
    const retention = at(settings, 'Rule', 'DefaultRetention');
    const mode = text(retention, 'Mode');
    const [days, years] = [numberOf(given(retention, 'Days')), numberOf(given(retention, 'Years'))];
    if (!isOn) return undefined;
    return {
      enabled: true,
      ...(mode === 'GOVERNANCE' || mode === 'COMPLIANCE' ? { mode } : {}),
      ...(days === undefined ? {} : { days }),
      ...(years === undefined ? {} : { years }),
    };
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
function lifecycleRule(rule: JsonNode, { text }: FactReader): LifecycleRule {
  const [id, prefix] = [text(rule, 'Id'), text(rule, 'Prefix')];
  const abort = numberOf(at(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation'));
  const expire = numberOf(given(rule, 'ExpirationInDays'));
  const old =
    numberOf(at(rule, 'NoncurrentVersionExpiration', 'NoncurrentDays')) ??
    numberOf(given(rule, 'NoncurrentVersionExpirationInDays'));
  const filtered = ['TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'].some(
    (one) => listIn(rule, one).length > 0,
  );
  return {
    ...(id === undefined ? {} : { id }),
    enabled: text(rule, 'Status') === 'Enabled',
    ...(prefix === undefined || prefix === '' ? {} : { prefix }),
    ...(filtered ? { filtered: true as const } : {}),
    ...(abort === undefined ? {} : { abortUploadsAfterDays: abort }),
    ...(expire === undefined ? {} : { expireAfterDays: expire }),
    ...(old === undefined ? {} : { expireOldVersionsAfterDays: old }),
  };
}
