import {
  DOCUMENT_ELEMENTS,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  STATEMENT_ELEMENTS,
} from '../../model/policy.ts';
import type { PrincipalDirectory } from '../contract.ts';
import { compileDocument } from '../identity/compiled.ts';
import { nesting } from '../nesting.ts';
import { bucketActions, objectActions } from './action-names.ts';
import { malformedPolicy, s3Error } from './errors.ts';
import { isPublicPolicy } from './public-policy.ts';
import type { BucketPolicy } from './store/types.ts';

/** 20 KB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_BYTES = 20 * 1024;
const MAX_DEPTH = 16;

function parseDocument(bytes: Uint8Array): { text: string; document: JsonObject } {
  const text = Buffer.from(bytes).toString('utf8');
  const notJson = malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (!text.startsWith('{')) throw notJson;
  if (nesting(text) > MAX_DEPTH) throw malformedPolicy('This policy contains invalid Json');
  let document: JsonValue;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (!isJsonObject(document)) throw notJson;
  return { text, document };
}

function strings(value: JsonValue | undefined, field: string): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  const texts = list.filter((item) => typeof item === 'string');
  if (texts.length !== list.length) throw malformedPolicy(`Policy has invalid ${field}`);
  if (texts.length === 0) throw malformedPolicy(`Missing required field ${field === 'action' ? 'Action' : 'Resource'}`);
  return texts;
}

/** Whether a pattern of an action can mean that action. Both in lower case; `*` and `?` only, matched without backtracking. */
function patternMeets(pattern: string, name: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let mark = 0;
  while (index < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      mark = index;
      at += 1;
    } else if (wanted === '?' || wanted === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      index = mark;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

function checkActions(actions: readonly string[], resources: readonly string[], negated: boolean): void {
  for (const action of actions) {
    const lower = action.toLowerCase();
    if (lower === '*') continue;
    const name = lower.startsWith('s3:') ? lower.slice(3) : undefined;
    if (name === undefined || name.length > 128) throw malformedPolicy('Policy has invalid action');
    const onObjects = objectActions.some((known) => patternMeets(name, known));
    const onBuckets = bucketActions.some((known) => patternMeets(name, known));
    if (!onObjects && !onBuckets) throw malformedPolicy('Policy has invalid action');
    if (negated) continue;
    const applies = resources.some((resource) => {
      if (resource === '*') return true;
      const path = resource.split(':').slice(5).join(':');
      // A wildcard in the bucket's place may span into keys.
      if (path.includes('/'))
        return onObjects || (onBuckets && path.indexOf('*') >= 0 && path.indexOf('*') < path.indexOf('/'));
      return onBuckets || (onObjects && path.includes('*'));
    });
    if (!applies) throw malformedPolicy('Action does not apply to any resource(s) in statement');
  }
}

function checkResources(resources: readonly string[], bucket: string, partition: string): void {
  for (const resource of resources) {
    if (resource === '*') continue;
    const beginning = `arn:${partition}:s3:::`;
    const path = resource.startsWith(beginning) ? resource.slice(beginning.length) : undefined;
    const slash = path?.indexOf('/') ?? -1;
    const name = slash < 0 ? path : path?.slice(0, slash);
    if (name === undefined || !patternMeets(name, bucket)) throw malformedPolicy('Policy has invalid resource');
  }
}

const ARN_PRINCIPAL =
  /^arn:aws(?:-cn|-us-gov)?:(?:iam::\d{12}:(?:root|user\/[^*?]+|role\/[^*?]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^*?]+)$/;

const PRINCIPAL_FORMS: Readonly<Record<string, RegExp>> = {
  AWS: new RegExp(`^(?:\\*|\\d{12}|A(?:IDA|ROA)[A-Z0-9]{12,28})$|${ARN_PRINCIPAL.source}`),
  Service: /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/,
  Federated: /^[^*]+$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

function checkPrincipal(principal: JsonValue | undefined): void {
  if (principal === '*') return;
  if (!isJsonObject(principal) || Object.keys(principal).length === 0) throw malformedPolicy('Invalid policy syntax.');
  for (const [kind, value] of Object.entries(principal)) {
    const form = Object.hasOwn(PRINCIPAL_FORMS, kind) ? PRINCIPAL_FORMS[kind] : undefined;
    if (form === undefined) throw malformedPolicy('Invalid principal in policy', kind);
    for (const name of Array.isArray(value) ? value : [value]) {
      if (typeof name !== 'string' || !form.test(name)) {
        throw malformedPolicy('Invalid principal in policy', `"${kind}" : ${JSON.stringify(name)}`);
      }
    }
  }
}

function checkCondition(condition: JsonValue): void {
  if (!isJsonObject(condition)) throw malformedPolicy('Invalid policy syntax.');
  for (const keys of Object.values(condition)) {
    if (!isJsonObject(keys)) throw malformedPolicy('Invalid policy syntax.');
  }
}

function checkStatement(statement: JsonValue, bucket: string, partition: string): void {
  if (!isJsonObject(statement)) throw malformedPolicy('Invalid policy syntax.');
  for (const field of Object.keys(statement)) {
    if (!STATEMENT_ELEMENTS.includes(field)) throw malformedPolicy(`Unknown field ${field}`);
  }
  if (statement.Effect === undefined) throw malformedPolicy('Missing required field Effect');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw malformedPolicy(`Invalid effect: ${JSON.stringify(statement.Effect)}`);
  }
  if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
    throw malformedPolicy('Missing required field Principal');
  }
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw malformedPolicy('Missing required field Action');
  }
  if (statement.Resource === undefined && statement.NotResource === undefined) {
    throw malformedPolicy('Missing required field Resource');
  }
  checkPrincipal(statement.Principal ?? statement.NotPrincipal);
  const resources = strings(statement.Resource ?? statement.NotResource, 'resource');
  checkResources(resources, bucket, partition);
  const negated = statement.NotAction !== undefined || statement.NotResource !== undefined;
  checkActions(strings(statement.Action ?? statement.NotAction, 'action'), resources, negated);
  if (statement.Condition !== undefined) checkCondition(statement.Condition);
}

/**
 * A bucket policy as it was sent, checked by S3's rules. Throws MalformedPolicy in S3's wording, PolicyTooLarge above 20 KB.
 * Principals that do not exist in the sandbox's accounts are refused as S3 does, and kept by their unique id.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export function readBucketPolicy(
  bytes: Uint8Array,
  bucket: string,
  partition: string,
  principals: PrincipalDirectory,
): BucketPolicy {
  if (bytes.byteLength > MAX_BYTES) {
    throw s3Error('PolicyTooLarge', 400, 'Policy exceeds the maximum allowed document size.');
  }
  const { text, document } = parseDocument(bytes);
  for (const field of Object.keys(document)) {
    if (!DOCUMENT_ELEMENTS.includes(field)) throw malformedPolicy(`Unknown field ${field}`);
  }
  if (document.Version !== undefined && document.Version !== '2012-10-17' && document.Version !== '2008-10-17') {
    throw malformedPolicy('The policy must contain a valid version string');
  }
  const statements: readonly JsonValue[] = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement ?? null];
  if (document.Statement === undefined) throw malformedPolicy('Missing required field Statement');
  if (statements.length === 0) throw malformedPolicy('Could not parse the policy: Statement is empty!');
  for (const statement of statements) checkStatement(statement, bucket, partition);

  const stored = principals.toStored(document, (principal) =>
    malformedPolicy('Invalid principal in policy', `"AWS" : ${JSON.stringify(principal)}`),
  );
  const shown = JSON.stringify(document);
  return {
    text,
    stored,
    namesPrincipals: JSON.stringify(stored) !== shown,
    isPublic: isPublicPolicy(document),
    shown,
    compiled: compileDocument(document, bucket, 'bucket'),
  };
}
