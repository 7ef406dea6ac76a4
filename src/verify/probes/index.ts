import type { CheckId } from '../../model/check.ts';
import type { Probe } from '../context.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { assumeRole, assumeRole12h, assumeRoleDefault } from './assume-role.ts';
import { deleteObject } from './delete-object.ts';
import { denied } from './denied.ts';
import { getObject, getObjectRange } from './get-object.ts';
import { headObject } from './head-object.ts';
import { listBucket } from './list-bucket.ts';
import { multipartUpload } from './multipart-upload.ts';
import { putObject } from './put-object.ts';
import { overwriteObject, putObjectAsBoto3 } from './put-object-as-boto3.ts';
import { putObjectKms } from './put-object-kms.ts';
import { specialKeys } from './special-keys.ts';
import { transferDownload, transferUpload } from './transfer.ts';

const PROBES: Readonly<Record<string, Probe>> = {
  'assume-role': assumeRole,
  'assume-role-default': assumeRoleDefault,
  'assume-role-12h': assumeRole12h,
  'list-bucket': listBucket,
  'put-object': putObject,
  'get-object': getObject,
  'get-object-range': getObjectRange,
  'head-object': headObject,
  'put-object-as-boto3': putObjectAsBoto3,
  'overwrite-object': overwriteObject,
  'special-keys': specialKeys,
  'multipart-upload': multipartUpload,
  'abort-multipart-upload': abortMultipartUpload,
  'transfer-upload': transferUpload,
  'transfer-download': transferDownload,
  'delete-object': deleteObject,
  'put-object-kms': putObjectKms,
};

/** The probe of a check. */
export function probeOf(id: CheckId): Probe {
  const probe = id.startsWith('denied:') ? denied : PROBES[id];
  if (probe === undefined) throw new Error(`no probe is known for ${id}`);
  return probe;
}
