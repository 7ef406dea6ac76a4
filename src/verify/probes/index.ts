import type { CheckId } from '../../model/check.ts';
import type { Probe } from '../context.ts';
import { assumeRole } from './assume-role.ts';
import { deleteObject } from './delete-object.ts';
import { denied } from './denied.ts';
import { getObject } from './get-object.ts';
import { headObject } from './head-object.ts';
import { listBucket } from './list-bucket.ts';
import { multipartUpload } from './multipart-upload.ts';
import { putObject } from './put-object.ts';
import { putObjectKms } from './put-object-kms.ts';

const PROBES: Readonly<Record<string, Probe>> = {
  'assume-role': assumeRole,
  'list-bucket': listBucket,
  'put-object': putObject,
  'get-object': getObject,
  'head-object': headObject,
  'multipart-upload': multipartUpload,
  'delete-object': deleteObject,
  'put-object-kms': putObjectKms,
};

/** The probe of a check. */
export function probeOf(id: CheckId): Probe {
  const probe = id.startsWith('denied:') ? denied : PROBES[id];
  if (probe === undefined) throw new Error(`no probe is known for ${id}`);
  return probe;
}
