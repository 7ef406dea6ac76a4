import { type Node, parseTree } from 'jsonc-parser';
import { parseArn } from '../../model/arn.ts';
import {
  DOCUMENT_ELEMENTS,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  STATEMENT_ELEMENTS,
} from '../../model/policy.ts';
import type { AwsError } from '../contract.ts';
import { nesting } from '../nesting.ts';
import { malformedPolicy } from './errors.ts';

/** Where a document is to be stored: managed and inline policies, session policies, trust policies. */
export type DocumentUse = 'managed' | 'inline' | 'session' | 'trust';

const MAX_DEPTH = 32;
const SYNTAX = 'Syntax errors in policy.';
const OPERATORS =
  /^(?:(?:ForAllValues|ForAnyValue):)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|Numeric(?:Not)?Equals|Numeric(?:Less|Greater)Than(?:Equals)?|Date(?:Not)?Equals|Date(?:Less|Greater)Than(?:Equals)?|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))(?:IfExists)?$|^(?:(?:ForAllValues|ForAnyValue):)?Null$/i;

function syntax(): never {
  throw malformedPolicy(SYNTAX);
}

/** JSON.parse keeps the last of two equal keys without a word; AWS refuses the document. */
function hasDuplicateKeys(node: Node | undefined): boolean {
  if (node?.children === undefined) return false;
  if (node.type === 'object') {
    const names = new Set(node.children.map((property) => property.children?.[0]?.value));
    if (names.size !== node.children.length) return true;
  }
  return node.children.some(hasDuplicateKeys);
}

function parse(text: string, use: DocumentUse): JsonObject {
  const invalid = malformedPolicy(use === 'trust' ? 'This policy contains invalid Json' : SYNTAX);
  if (nesting(text) > MAX_DEPTH) throw invalid;
  let document: JsonValue;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid;
  }
  if (!isJsonObject(document) || hasDuplicateKeys(parseTree(text))) throw invalid;
  return document;
}

function strings(value: JsonValue | undefined): readonly string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.every((item): item is string => typeof item === 'string') ? values : syntax();
}

function checkSids(statements: readonly JsonObject[]): void {
  const sids = statements.flatMap((statement) => (statement.Sid === undefined ? [] : strings(statement.Sid)));
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid))) {
    throw malformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  const named = sids.filter((sid) => sid !== '');
  if (new Set(named).size !== named.length) {
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  }
}

function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (action === '*') continue;
    const parts = action.split(':');
    if (parts.length < 2) {
      throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    if (parts.length > 2) throw malformedPolicy('Actions/Condition can contain only one colon.');
    if (!/^[A-Za-z0-9-]+$/.test(parts[0] ?? '')) throw malformedPolicy(`Vendor ${parts[0]} is not valid`);
    if (!/^[A-Za-z0-9*?]+$/.test(parts[1] ?? '')) throw malformedPolicy('The policy failed legacy parsing');
  }
}

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', '*'];

function checkResources(resources: readonly string[]): void {
  for (const resource of resources) {
    if (resource === '*') continue;
    const arn = parseArn(resource);
    if (!resource.startsWith('arn:')) throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
    if (arn === undefined) throw malformedPolicy('The policy failed legacy parsing');
    if (!PARTITIONS.includes(arn.partition)) {
      throw malformedPolicy(`Partition "${arn.partition}" is not valid for resource "${resource}".`);
    }
    if (arn.service === 's3' && arn.region !== '' && !arn.resource.startsWith('accesspoint/')) {
      throw malformedPolicy(`Resource ${resource} can not contain region information.`);
    }
    if (arn.service === 'iam' && arn.region !== '') {
      throw malformedPolicy(`IAM resource ${resource} cannot contain region information.`);
    }
  }
}

function checkConditions(condition: JsonValue | undefined): void {
  if (condition === undefined) return;
  if (!isJsonObject(condition)) syntax();
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATORS.test(operator) || !isJsonObject(keys)) syntax();
    for (const [key, value] of Object.entries(keys)) {
      const values = Array.isArray(value) ? value : [value];
      if (values.some((item) => item === null || typeof item === 'object')) syntax();
      if (!key.includes(':')) {
        throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
      }
    }
  }
}

function exactlyOne(statement: JsonObject, element: string): readonly string[] {
  const plain = statement[element];
  const negated = statement[`Not${element}`];
  if (plain !== undefined && negated !== undefined) syntax();
  return strings(plain ?? negated);
}

function checkIdentityStatement(statement: JsonObject): void {
  if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw malformedPolicy('Policy statement must contain actions.');
  }
  checkActions(exactlyOne(statement, 'Action'));
  if (statement.Resource === undefined && statement.NotResource === undefined) {
    throw malformedPolicy('Policy statement must contain resources.');
  }
  checkResources(exactlyOne(statement, 'Resource'));
}

function checkTrustStatement(statement: JsonObject): void {
  for (const element of ['Resource', 'NotResource', 'NotPrincipal']) {
    if (statement[element] !== undefined) throw malformedPolicy(`Has prohibited field ${element}`);
  }
  if (statement.Principal === undefined) throw malformedPolicy('Missing required field Principal');
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw malformedPolicy('Missing required field Action');
  }
  const actions = exactlyOne(statement, 'Action');
  checkActions(actions);
  if (actions.some((action) => !/^sts:/i.test(action))) {
    throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  checkPrincipals(statement.Principal);
}

const PRINCIPAL_ARN =
  /^arn:(?:aws|aws-cn|aws-us-gov):(?:iam::\d{12}:(?:root|(?:user|role)\/[^*?]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^*?]+)$/;

/** The error for a principal that does not exist, or cannot. */
export function invalidPrincipal(principal: string, kind = 'AWS'): AwsError {
  return malformedPolicy(`Invalid principal in policy: "${kind}":"${principal}"`);
}

function checkPrincipals(principal: JsonValue | undefined): void {
  if (principal === '*') return;
  if (!isJsonObject(principal) || Object.keys(principal).length === 0) {
    throw malformedPolicy('Invalid principal in policy');
  }
  for (const [kind, value] of Object.entries(principal)) {
    for (const name of strings(value)) {
      const valid =
        kind === 'AWS'
          ? name === '*' || /^\d{12}$/.test(name) || PRINCIPAL_ARN.test(name)
          : kind === 'Service'
            ? /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(name)
            : kind === 'Federated' && name !== '';
      if (!valid) throw invalidPrincipal(name, kind);
    }
  }
}

/**
 * Parses and checks a policy document as IAM does when it stores one, with IAM's messages; throws MalformedPolicyDocument.
 * The messages are those of the real service as users report them; where its choice is unknown, the general one is used.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicyDocument(text: string, use: DocumentUse): JsonValue {
  const document = parse(text, use);
  if (Object.keys(document).some((element) => !DOCUMENT_ELEMENTS.includes(element))) syntax();
  const version = document.Version;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') syntax();
  const raw = document.Statement;
  const statements = Array.isArray(raw) ? raw : [raw];
  if (statements.length === 0) syntax();
  const checked = statements.map((statement) => (isJsonObject(statement) ? statement : syntax()));
  for (const statement of checked) {
    if (Object.keys(statement).some((element) => !STATEMENT_ELEMENTS.includes(element))) syntax();
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') syntax();
  }
  if (use === 'managed' && version !== '2012-10-17') {
    throw malformedPolicy('Policy document must be version 2012-10-17 or greater.');
  }
  for (const statement of checked) {
    if (use === 'trust') checkTrustStatement(statement);
    else checkIdentityStatement(statement);
    checkConditions(statement.Condition);
  }
  checkSids(checked);
  return document;
}

/** Characters of a document that count against a quota: white space does not. */
export function countedSize(text: string): number {
  return text.replace(/\s/g, '').length;
}
