import { KitError } from '../../model/errors.ts';
import { suggest } from '../../model/suggest.ts';
import { abortOnBucketArn } from './abort-on-bucket-arn.ts';
import { actionsThatDoNotExist } from './actions-that-do-not-exist.ts';
import { boundaryDenies } from './boundary-denies.ts';
import { boundaryLeavesOut } from './boundary-leaves-out.ts';
import { bucketInAnotherRegion } from './bucket-in-another-region.ts';
import { bucketMissing } from './bucket-missing.ts';
import { bucketPolicyDeniesRole } from './bucket-policy-denies-role.ts';
import { bucketTypedWithFolder } from './bucket-typed-with-folder.ts';
import { callerMayNotAssume } from './caller-may-not-assume.ts';
import { callerMayNotAssumeInOneOrganization } from './caller-may-not-assume-in-one-organization.ts';
import { callerScp } from './caller-scp.ts';
import { clientSessionPolicy } from './client-session-policy.ts';
import { clientSessionPolicyDenies } from './client-session-policy-denies.ts';
import { clientTriesExternalId } from './client-tries-external-id.ts';
import { clientTriesKmsGrant } from './client-tries-kms-grant.ts';
import { clockWrong } from './clock-wrong.ts';
import { connectionBreaks } from './connection-breaks.ts';
import { contentChanged } from './content-changed.ts';
import { deleteMissing } from './delete-missing.ts';
import { demandsAcl } from './demands-acl.ts';
import { demandsEncryptionHeader } from './demands-encryption-header.ts';
import { denyInIdentity } from './deny-in-identity.ts';
import { expiredSession } from './expired-session.ts';
import { healthyFolders } from './healthy-folders.ts';
import { healthyKey } from './healthy-key.ts';
import { healthyKms } from './healthy-kms.ts';
import { healthyMinimal } from './healthy-minimal.ts';
import { healthyOtherAccount } from './healthy-other-account.ts';
import { keyInactive } from './key-inactive.ts';
import { keyWithoutPolicy } from './key-without-policy.ts';
import { kmsDecryptMissing } from './kms-decrypt-missing.ts';
import { kmsDisabled } from './kms-disabled.ts';
import { kmsGrantNew } from './kms-grant-new.ts';
import { kmsGrantWithoutDecrypt } from './kms-grant-without-decrypt.ts';
import { kmsKeyOfAnotherAccount } from './kms-key-of-another-account.ts';
import { kmsKeyPolicyDenies } from './kms-key-policy-denies.ts';
import { kmsKeyPolicyMissing } from './kms-key-policy-missing.ts';
import { kmsManagedKeyOfAnotherAccount } from './kms-managed-key-of-another-account.ts';
import { kmsMissing } from './kms-missing.ts';
import { kmsPendingDeletion } from './kms-pending-deletion.ts';
import { kmsRoleStatementMissing } from './kms-role-statement-missing.ts';
import { listBucketOnObjects } from './list-bucket-on-objects.ts';
import { mfaDelete } from './mfa-delete.ts';
import { missingFileLooksForbidden } from './missing-file-looks-forbidden.ts';
import { notSpreadingAnyMore } from './not-spreading-any-more.ts';
import { objectLock } from './object-lock.ts';
import { otherAccountBucket } from './other-account-bucket.ts';
import { otherAccountInOrganization } from './other-account-in-organization.ts';
import { otherAccountListOnly } from './other-account-list-only.ts';
import { otherBucketMissing } from './other-bucket-missing.ts';
import { perimeterAddresses } from './perimeter-addresses.ts';
import { perimeterPrincipals } from './perimeter-principals.ts';
import { perimeterTls } from './perimeter-tls.ts';
import { perimeterVpcEndpoint } from './perimeter-vpc-endpoint.ts';
import { placeholderLeftIn } from './placeholder-left-in.ts';
import { policyFlaps } from './policy-flaps.ts';
import { policyForAnotherBucket } from './policy-for-another-bucket.ts';
import { policyForAnotherFolder } from './policy-for-another-folder.ts';
import { policyMissing } from './policy-missing.ts';
import { policyStillSpreading } from './policy-still-spreading.ts';
import { proxyPage } from './proxy-page.ts';
import { putMissing } from './put-missing.ts';
import { rcpDenies } from './rcp-denies.ts';
import { redirectsWithoutEnd } from './redirects-without-end.ts';
import { requesterPaysOtherAccount } from './requester-pays-other-account.ts';
import { requesterPaysOwnAccount } from './requester-pays-own-account.ts';
import { restrictPublicBuckets } from './restrict-public-buckets.ts';
import { roleChaining } from './role-chaining.ts';
import { roleMissing } from './role-missing.ts';
import { roleOfAnotherPartition } from './role-of-another-partition.ts';
import { roleSessionArn } from './role-session-arn.ts';
import { roleWithoutPath } from './role-without-path.ts';
import { scpDenies } from './scp-denies.ts';
import { scpLeavesOut } from './scp-leaves-out.ts';
import { serviceFails } from './service-fails.ts';
import { sessionEndsMidway } from './session-ends-midway.ts';
import { sessionNotKnownYet } from './session-not-known-yet.ts';
import { sessionStaysUnknown } from './session-stays-unknown.ts';
import { simulatorSaysAllowed } from './simulator-says-allowed.ts';
import { smallFilesOnly } from './small-files-only.ts';
import { throttled } from './throttled.ts';
import { tooMuch } from './too-much.ts';
import { trustAddress } from './trust-address.ts';
import { trustAnotherAccount } from './trust-another-account.ts';
import { trustDeadPrincipal } from './trust-dead-principal.ts';
import { trustDeadPrincipalRead } from './trust-dead-principal-read.ts';
import { trustDenies } from './trust-denies.ts';
import { trustDeniesInOneOrganization } from './trust-denies-in-one-organization.ts';
import { trustExpired } from './trust-expired.ts';
import { trustExternalId } from './trust-external-id.ts';
import { trustExternalIdRead } from './trust-external-id-read.ts';
import { trustInOneOrganization } from './trust-in-one-organization.ts';
import { trustMfa } from './trust-mfa.ts';
import { trustPrincipalNotThere } from './trust-principal-not-there.ts';
import { trustTooWide } from './trust-too-wide.ts';
import type { Scenario } from './types.ts';
import { versions } from './versions.ts';
import { vpcEndpointPolicy } from './vpc-endpoint-policy.ts';
import { wrongAccountCredentials } from './wrong-account-credentials.ts';
import { wrongSecret } from './wrong-secret.ts';

export type * from './types.ts';

/** Every scenario that `sandbox start --scenario` has, in the order in which they are shown. */
export const scenarios: readonly Scenario[] = [
  healthyMinimal,
  healthyKey,
  healthyFolders,
  healthyKms,
  healthyOtherAccount,
  bucketInAnotherRegion,
  bucketTypedWithFolder,
  trustExternalId,
  trustMfa,
  trustAnotherAccount,
  trustAddress,
  trustExpired,
  trustDenies,
  trustDeadPrincipal,
  trustDeadPrincipalRead,
  trustExternalIdRead,
  clientTriesExternalId,
  clientTriesKmsGrant,
  trustPrincipalNotThere,
  roleMissing,
  roleWithoutPath,
  roleSessionArn,
  roleOfAnotherPartition,
  trustInOneOrganization,
  trustDeniesInOneOrganization,
  callerMayNotAssume,
  callerMayNotAssumeInOneOrganization,
  callerScp,
  wrongAccountCredentials,
  wrongSecret,
  expiredSession,
  roleChaining,
  clientSessionPolicy,
  clientSessionPolicyDenies,
  trustTooWide,
  otherBucketMissing,
  sessionEndsMidway,
  proxyPage,
  contentChanged,
  redirectsWithoutEnd,
  clockWrong,
  sessionNotKnownYet,
  sessionStaysUnknown,
  policyFlaps,
  policyMissing,
  policyForAnotherBucket,
  placeholderLeftIn,
  policyForAnotherFolder,
  listBucketOnObjects,
  actionsThatDoNotExist,
  deleteMissing,
  putMissing,
  missingFileLooksForbidden,
  denyInIdentity,
  boundaryLeavesOut,
  boundaryDenies,
  tooMuch,
  keyInactive,
  keyWithoutPolicy,
  abortOnBucketArn,
  smallFilesOnly,
  perimeterVpcEndpoint,
  perimeterAddresses,
  perimeterPrincipals,
  perimeterTls,
  bucketPolicyDeniesRole,
  vpcEndpointPolicy,
  demandsAcl,
  demandsEncryptionHeader,
  otherAccountBucket,
  otherAccountListOnly,
  otherAccountInOrganization,
  restrictPublicBuckets,
  requesterPaysOtherAccount,
  requesterPaysOwnAccount,
  versions,
  mfaDelete,
  objectLock,
  bucketMissing,
  scpDenies,
  scpLeavesOut,
  rcpDenies,
  simulatorSaysAllowed,
  kmsRoleStatementMissing,
  kmsKeyPolicyMissing,
  kmsKeyPolicyDenies,
  kmsDecryptMissing,
  kmsDisabled,
  kmsPendingDeletion,
  kmsMissing,
  kmsKeyOfAnotherAccount,
  kmsManagedKeyOfAnotherAccount,
  kmsGrantWithoutDecrypt,
  kmsGrantNew,
  throttled,
  serviceFails,
  connectionBreaks,
  policyStillSpreading,
  notSpreadingAnyMore,
];

/** The scenario of that name. Throws `KitError` usage with the nearest name for any other. */
export function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const near = suggest(
    name,
    scenarios.map((scenario) => scenario.name),
  );
  throw new KitError('usage', `there is no scenario ${JSON.stringify(name)}`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}channelmix-s3 sandbox scenarios lists them.`,
  });
}
