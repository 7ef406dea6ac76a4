import type { LintRule } from '../types.ts';
import { badArn } from './bad-arn.ts';
import { badBucketName } from './bad-bucket-name.ts';
import { badSid } from './bad-sid.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import { comment } from './comment.ts';
import { doubleSlash } from './double-slash.ts';
import { duplicateKey } from './duplicate-key.ts';
import { duplicateSid } from './duplicate-sid.ts';
import { elementConflict } from './element-conflict.ts';
import { emptyArray } from './empty-array.ts';
import { inputLimit } from './input-limit.ts';
import { invalidEffect } from './invalid-effect.ts';
import { invalidVersion } from './invalid-version.ts';
import { missingActionElement } from './missing-action-element.ts';
import { missingEffect } from './missing-effect.ts';
import { missingPrincipal } from './missing-principal.ts';
import { missingResource } from './missing-resource.ts';
import { missingStatement } from './missing-statement.ts';
import { missingVersion } from './missing-version.ts';
import { notUnderstood } from './not-understood.ts';
import { placeholder } from './placeholder.ts';
import { prefixWithoutStar } from './prefix-without-star.ts';
import { principalInIdentity } from './principal-in-identity.ts';
import { redundantAction } from './redundant-action.ts';
import { resourceInTrust } from './resource-in-trust.ts';
import { resourceMismatch } from './resource-mismatch.ts';
import { sizeLimit } from './size-limit.ts';
import { smartQuotes } from './smart-quotes.ts';
import { surroundingText } from './surrounding-text.ts';
import { syntaxError } from './syntax-error.ts';
import { trailingColon } from './trailing-colon.ts';
import { trailingComma } from './trailing-comma.ts';
import { unknownAction } from './unknown-action.ts';
import { unknownElement } from './unknown-element.ts';
import { wildcardBucket } from './wildcard-bucket.ts';
import { wrongTrustAction } from './wrong-trust-action.ts';

/** Every rule, in the order of the documentation: syntax, actions, resources, variables, conditions, principals, ChannelMix. */
export const rules: readonly LintRule[] = [
  // Syntax
  syntaxError,
  comment,
  trailingComma,
  duplicateKey,
  smartQuotes,
  byteOrderMark,
  surroundingText,
  notUnderstood,
  inputLimit,
  unknownElement,
  elementConflict,
  missingStatement,
  invalidVersion,
  missingVersion,
  missingEffect,
  invalidEffect,
  missingActionElement,
  missingResource,
  missingPrincipal,
  principalInIdentity,
  resourceInTrust,
  wrongTrustAction,
  badSid,
  duplicateSid,
  emptyArray,
  sizeLimit,
  // Actions and resources
  unknownAction,
  trailingColon,
  redundantAction,
  badArn,
  resourceMismatch,
  badBucketName,
  doubleSlash,
  prefixWithoutStar,
  placeholder,
  wildcardBucket,
];
