import type { AuditRule } from '../types.ts';
import { acceptanceExpired } from './acceptance-expired.ts';
import { acceptanceUnmatched } from './acceptance-unmatched.ts';
import { accessKeyInactive } from './access-key-inactive.ts';
import { accessKeyLeft } from './access-key-left.ts';
import { accessKeyOld } from './access-key-old.ts';
import { accessKeyUnused } from './access-key-unused.ts';
import { accessKeysTwoActive } from './access-keys-two-active.ts';
import { actionUnused } from './action-unused.ts';
import { adminAccess } from './admin-access.ts';
import { assumeDepends } from './assume-depends.ts';
import { baselineOther } from './baseline-other.ts';
import { bucketAclGrants } from './bucket-acl-grants.ts';
import { bucketAclsEnabled } from './bucket-acls-enabled.ts';
import { bucketDeletion } from './bucket-deletion.ts';
import { bucketEncryption } from './bucket-encryption.ts';
import { bucketMfaDelete } from './bucket-mfa-delete.ts';
import { bucketNoLogs } from './bucket-no-logs.ts';
import { bucketNotVersioned } from './bucket-not-versioned.ts';
import { bucketOldVersionsKept } from './bucket-old-versions-kept.ts';
import { bucketPlainHttp } from './bucket-plain-http.ts';
import { bucketPolicyOther } from './bucket-policy-other.ts';
import { bucketPublic } from './bucket-public.ts';
import { bucketPublicNotBlocked } from './bucket-public-not-blocked.ts';
import { bucketUploadsLeft } from './bucket-uploads-left.ts';
import { bucketUploadsNotAborted } from './bucket-uploads-not-aborted.ts';
import { canPublish } from './can-publish.ts';
import { cannotAssume } from './cannot-assume.ts';
import { consolePassword } from './console-password.ts';
import { copiesElsewhere } from './copies-elsewhere.ts';
import { deletedPrincipal } from './deleted-principal.ts';
import { denyConditional } from './deny-conditional.ts';
import { escalationPath } from './escalation-path.ts';
import { extraRead } from './extra-read.ts';
import { extraWrite } from './extra-write.ts';
import { historyDeletion } from './history-deletion.ts';
import { keyControl } from './key-control.ts';
import { keyPolicyOpen } from './key-policy-open.ts';
import { keyPolicyOther } from './key-policy-other.ts';
import { keyUnusable } from './key-unusable.ts';
import { largerLevel } from './larger-level.ts';
import { listAllBuckets } from './list-all-buckets.ts';
import { noBucketKnown } from './no-bucket-known.ts';
import { objectLock } from './object-lock.ts';
import { otherKeys } from './other-keys.ts';
import { otherService } from './other-service.ts';
import { otherWay } from './other-way.ts';
import { outsideBucket } from './outside-bucket.ts';
import { outsidePrefix } from './outside-prefix.ts';
import { permissionAdded } from './permission-added.ts';
import { permissionChange } from './permission-change.ts';
import { permissionDenied } from './permission-denied.ts';
import { permissionDepends } from './permission-depends.ts';
import { permissionGone } from './permission-gone.ts';
import { policyChanged } from './policy-changed.ts';
import { policyDefect } from './policy-defect.ts';
import { publicPolicyCutOff } from './public-policy-cut-off.ts';
import { requesterPays } from './requester-pays.ts';
import { resourceExposure } from './resource-exposure.ts';
import { roleUnused } from './role-unused.ts';
import { sensitiveData } from './sensitive-data.ts';
import { serviceUnused } from './service-unused.ts';
import { sessionLong } from './session-long.ts';
import { settingChanged } from './setting-changed.ts';
import { trustEveryone } from './trust-everyone.ts';
import { trustFederation } from './trust-federation.ts';
import { trustOtherAccount } from './trust-other-account.ts';
import { trustOwnAccount } from './trust-own-account.ts';
import { trustService } from './trust-service.ts';
import { wrongPartition } from './wrong-partition.ts';

/** Every rule, in the order of the questions. */
export const auditRules: readonly AuditRule[] = [
  // What ChannelMix needs
  noBucketKnown,
  cannotAssume,
  assumeDepends,
  accessKeyInactive,
  wrongPartition,
  permissionDenied,
  permissionDepends,
  // What more it can do
  adminAccess,
  escalationPath,
  sensitiveData,
  resourceExposure,
  outsideBucket,
  outsidePrefix,
  permissionChange,
  canPublish,
  historyDeletion,
  bucketDeletion,
  copiesElsewhere,
  keyControl,
  otherKeys,
  otherService,
  largerLevel,
  extraWrite,
  extraRead,
  listAllBuckets,
  bucketPublic,
  // Who else
  trustEveryone,
  trustOtherAccount,
  trustOwnAccount,
  trustService,
  trustFederation,
  bucketPolicyOther,
  keyPolicyOther,
  otherWay,
  // What stands in the way
  denyConditional,
  publicPolicyCutOff,
  requesterPays,
  keyUnusable,
  objectLock,
  // Hygiene
  accessKeyOld,
  accessKeyUnused,
  accessKeysTwoActive,
  accessKeyLeft,
  consolePassword,
  sessionLong,
  deletedPrincipal,
  keyPolicyOpen,
  bucketPlainHttp,
  bucketPublicNotBlocked,
  bucketAclGrants,
  bucketAclsEnabled,
  bucketEncryption,
  bucketNotVersioned,
  bucketOldVersionsKept,
  bucketMfaDelete,
  bucketUploadsLeft,
  bucketUploadsNotAborted,
  bucketNoLogs,
  // Unused access
  roleUnused,
  serviceUnused,
  actionUnused,
  // What changed
  baselineOther,
  permissionAdded,
  permissionGone,
  policyChanged,
  settingChanged,
  // The documents themselves
  policyDefect,
  // What was accepted
  acceptanceExpired,
  acceptanceUnmatched,
];
