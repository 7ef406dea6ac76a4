import type { LintRule } from '../types.ts';
import { allowNotaction } from './allow-notaction.ts';
import { badArn } from './bad-arn.ts';
import { badBucketName } from './bad-bucket-name.ts';
import { badPrincipal } from './bad-principal.ts';
import { badSid } from './bad-sid.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import { comment } from './comment.ts';
import { confusedDeputy } from './confused-deputy.ts';
import { crossPartition } from './cross-partition.ts';
import { denyBlocksChannelmix } from './deny-blocks-channelmix.ts';
import { doubleSlash } from './double-slash.ts';
import { duplicateKey } from './duplicate-key.ts';
import { duplicateSid } from './duplicate-sid.ts';
import { elementConflict } from './element-conflict.ts';
import { emptyArray } from './empty-array.ts';
import { emptyVariable } from './empty-variable.ts';
import { expiredDate } from './expired-date.ts';
import { externalId } from './external-id.ts';
import { forallvaluesSingleValued } from './forallvalues-single-valued.ts';
import { inputLimit } from './input-limit.ts';
import { invalidCondition } from './invalid-condition.ts';
import { invalidEffect } from './invalid-effect.ts';
import { invalidVersion } from './invalid-version.ts';
import { irrelevantConditionKey } from './irrelevant-condition-key.ts';
import { kmsMissing } from './kms-missing.ts';
import { mfa } from './mfa.ts';
import { missingActionElement } from './missing-action-element.ts';
import { missingBrace } from './missing-brace.ts';
import { missingEffect } from './missing-effect.ts';
import { missingPermission } from './missing-permission.ts';
import { missingPrincipal } from './missing-principal.ts';
import { missingResource } from './missing-resource.ts';
import { missingStatement } from './missing-statement.ts';
import { missingVersion } from './missing-version.ts';
import { notUnderstood } from './not-understood.ts';
import { notprincipalAllow } from './notprincipal-allow.ts';
import { overPrivilege } from './over-privilege.ts';
import { placeholder } from './placeholder.ts';
import { prefixWithoutStar } from './prefix-without-star.ts';
import { principalInIdentity } from './principal-in-identity.ts';
import { privateIp } from './private-ip.ts';
import { publicPrincipal } from './public-principal.ts';
import { redundantAction } from './redundant-action.ts';
import { resourceInTrust } from './resource-in-trust.ts';
import { resourceMismatch } from './resource-mismatch.ts';
import { shortSession } from './short-session.ts';
import { sizeLimit } from './size-limit.ts';
import { smartQuotes } from './smart-quotes.ts';
import { surroundingText } from './surrounding-text.ts';
import { syntaxError } from './syntax-error.ts';
import { trailingColon } from './trailing-colon.ts';
import { trailingComma } from './trailing-comma.ts';
import { trustCondition } from './trust-condition.ts';
import { typeMismatch } from './type-mismatch.ts';
import { unknownAction } from './unknown-action.ts';
import { unknownConditionKey } from './unknown-condition-key.ts';
import { unknownElement } from './unknown-element.ts';
import { unknownOperator } from './unknown-operator.ts';
import { unresolvedVariable } from './unresolved-variable.ts';
import { variableUnsupportedInElement } from './variable-unsupported-in-element.ts';
import { variableUnsupportedInVersion } from './variable-unsupported-in-version.ts';
import { wildcardBucket } from './wildcard-bucket.ts';
import { wildcardWithoutLike } from './wildcard-without-like.ts';
import { wrongAccount } from './wrong-account.ts';
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
  // Variables
  unresolvedVariable,
  emptyVariable,
  missingBrace,
  variableUnsupportedInVersion,
  variableUnsupportedInElement,
  // Conditions
  invalidCondition,
  unknownOperator,
  unknownConditionKey,
  irrelevantConditionKey,
  typeMismatch,
  wildcardWithoutLike,
  forallvaluesSingleValued,
  privateIp,
  expiredDate,
  // Principals
  publicPrincipal,
  notprincipalAllow,
  badPrincipal,
  // ChannelMix
  wrongAccount,
  externalId,
  mfa,
  trustCondition,
  missingPermission,
  overPrivilege,
  allowNotaction,
  denyBlocksChannelmix,
  confusedDeputy,
  crossPartition,
  shortSession,
  kmsMissing,
];
