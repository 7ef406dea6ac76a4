import { isJsonObject, type JsonValue } from '../../model/policy.ts';

import type { JsonCall } from '../json/service.ts';
import { nesting } from '../nesting.ts';
import { malformedPolicy } from './errors.ts';
import type { KeyPolicy } from './store.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
const MAX_BYTES = 32 * 1024;
const MAX_DEPTH = 32;

const PRINCIPAL =
  /^(?:\*|\d{12}|arn:(?:aws|aws-cn|aws-us-gov):(?:iam::\d{12}:(?:root|(?:user|role)\/[^*?]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^*?]+))$/;

function checkPrincipal(principal: JsonValue): void {
  if (principal === '*') return;
  const invalid = malformedPolicy('Policy contains a statement with one or more invalid principals.');
  if (!isJsonObject(principal) || Object.keys(principal).length === 0) throw invalid;
  for (const [kind, value] of Object.entries(principal)) {
    for (const name of Array.isArray(value) ? value : [value]) {
      if (typeof name !== 'string' || name === '' || (kind === 'AWS' && !PRINCIPAL.test(name))) throw invalid;
    }
  }
}

function checkStatement(statement: JsonValue): void {
  if (!isJsonObject(statement)) throw malformedPolicy('Policy contains an invalid statement.');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw malformedPolicy('Policy contains a statement with an invalid effect.');
  }
  const principal = statement.Principal ?? statement.NotPrincipal;
  if (principal === undefined) throw malformedPolicy('Policy contains a statement with no principal.');
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw malformedPolicy('Policy contains a statement with no action.');
  }
  if (statement.Resource === undefined && statement.NotResource === undefined) {
    throw malformedPolicy('Policy contains a statement with no resource.');
  }
  checkPrincipal(principal);
}

/**
 * A key policy as KMS keeps it. Throws MalformedPolicyDocumentException, also for principals that do not exist.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export function readKeyPolicy(call: JsonCall, text: string): KeyPolicy {
  if (Buffer.byteLength(text) > MAX_BYTES) throw malformedPolicy('The policy is larger than 32 KB.');
  let document: JsonValue;
  if (nesting(text) > MAX_DEPTH) throw malformedPolicy('Policy is not valid JSON.');
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('Policy is not valid JSON.');
  }
  if (!isJsonObject(document) || document.Statement === undefined) throw malformedPolicy('Policy has no statement.');
  const version = document.Version;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformedPolicy('Policy has an invalid version.');
  }
  const statements: readonly JsonValue[] = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement];
  for (const statement of statements) checkStatement(statement);
  const stored = call.world.principals.toStored(document, () =>
    malformedPolicy('Policy contains a statement with one or more invalid principals.'),
  );
  return { text, stored };
}
