/** The library: the core, which needs neither AWS nor Node. The Pulumi components are `channelmix-s3/pulumi`. */
export { type GrantInput, readGrant } from './documents/read-grant.ts';
export { readGrantYaml } from './documents/read-yaml.ts';
export {
  compilePolicy,
  decide,
  evaluateCase,
} from './evaluate/index.ts';
export {
  fullAccessDocument,
  fullAccessPolicyArn,
  identityPolicy,
  tlsOnlyBucketPolicy,
  trustPolicy,
} from './generate/policy-documents.ts';
export { type FixResult, fixText } from './lint/fix.ts';
export { type LintTextOptions, lintText } from './lint/lint.ts';
export { CHANNELMIX_ACCOUNT_ID } from './model/constants.ts';
export { type ErrorCode, KitError, type Problem } from './model/errors.ts';
export type { Finding } from './model/finding.ts';
export type { AccessLevel, AuthWay, BucketGrant, Grant } from './model/grant.ts';
export type { PolicyDocument, PolicyStatement } from './model/policy.ts';
