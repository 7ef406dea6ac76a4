import type { AuditRule } from '../types.ts';
import { accessKeyLeft } from './access-key-left.ts';
import { accessKeyOld } from './access-key-old.ts';
import { accessKeyUnused } from './access-key-unused.ts';
import { accessKeysTwoActive } from './access-keys-two-active.ts';
import { actionUnused } from './action-unused.ts';
import { bucketAclGrants } from './bucket-acl-grants.ts';
import { bucketAclsEnabled } from './bucket-acls-enabled.ts';
import { bucketEncryption } from './bucket-encryption.ts';
import { bucketMfaDelete } from './bucket-mfa-delete.ts';
import { bucketNoLogs } from './bucket-no-logs.ts';
import { bucketNotVersioned } from './bucket-not-versioned.ts';
import { bucketOldVersionsKept } from './bucket-old-versions-kept.ts';
import { bucketPlainHttp } from './bucket-plain-http.ts';
import { bucketPublicNotBlocked } from './bucket-public-not-blocked.ts';
import { bucketUploadsLeft } from './bucket-uploads-left.ts';
import { bucketUploadsNotAborted } from './bucket-uploads-not-aborted.ts';
import { consolePassword } from './console-password.ts';
import { deletedPrincipal } from './deleted-principal.ts';
import { keyPolicyOpen } from './key-policy-open.ts';
import { roleUnused } from './role-unused.ts';
import { serviceUnused } from './service-unused.ts';
import { sessionLong } from './session-long.ts';

/** Every rule, in the order of the questions. */
export const auditRules: readonly AuditRule[] = [
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
];
