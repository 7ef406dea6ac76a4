import { objectArn } from '../../model/arn.ts';
import type { AwsError } from '../contract.ts';
import { type XmlElement, xmlText } from '../xml.ts';
import { isAllowedIn } from './access.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { conditionKeys } from './conditions.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml, s3Error } from './errors.ts';
import type { Bucket, DefaultRetention, ObjectContent, ObjectLock, Retention } from './store/types.ts';

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The error of a bucket where Object Lock was never turned on. */
export const missingLock = (): AwsError => invalidRequest('Bucket is missing Object Lock Configuration');

/** What a version that is protected answers to whoever would remove it or its protection. */
const protectedObject = (): AwsError => accessDenied('Access Denied because object protected by object lock.');

function readMode(mode: string | undefined): Retention['mode'] {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode;
  throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
}

/** A retention that ends in the future. `now` is the sandbox's time. Throws InvalidArgument. */
function readRetention(mode: string | undefined, date: string | undefined, now: Date): Retention {
  if (mode === undefined || date === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-retain-until-date' : 'x-amz-object-lock-mode',
    );
  }
  const until = DATE.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(until)) {
    throw invalidArgument(
      'The retain until date must be provided in ISO 8601 format',
      'x-amz-object-lock-retain-until-date',
      date,
    );
  }
  if (until <= now.getTime()) {
    throw invalidArgument('The retain until date must be in the future!', 'x-amz-object-lock-retain-until-date', date);
  }
  return { mode: readMode(mode), until };
}

function readHold(status: string | undefined): NonNullable<ObjectLock['hold']> {
  if (status === 'ON' || status === 'OFF') return status;
  throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", 'x-amz-object-lock-legal-hold', status);
}

/**
 * The protection that a request's headers ask for; `undefined` for none. Throws InvalidRequest in a bucket without Object Lock, InvalidArgument.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function requestedLock(call: BucketCall): ObjectLock | undefined {
  const { headers } = call.request;
  const mode = headers['x-amz-object-lock-mode'];
  const date = headers['x-amz-object-lock-retain-until-date'];
  const hold = headers['x-amz-object-lock-legal-hold'];
  if (mode === undefined && date === undefined && hold === undefined) return undefined;
  if (call.bucket.lock === undefined) throw missingLock();
  return {
    ...(mode === undefined && date === undefined ? {} : { retention: readRetention(mode, date, call.context.now()) }),
    ...(hold === undefined ? {} : { hold: readHold(hold) }),
  };
}

/** The same for a PutObject, which must say what its bytes are where they are to be retained. */
export function requestedLockOfPut(call: BucketCall): ObjectLock | undefined {
  const requested = requestedLock(call);
  if (requested === undefined && call.bucket.lock?.rule === undefined) return requested;
  const { headers } = call.request;
  const hasChecksum =
    headers['content-md5'] !== undefined ||
    headers['x-amz-trailer']?.startsWith('x-amz-checksum-') === true ||
    Object.keys(headers).some((name) => /^x-amz-checksum-(?:crc|sha)/.test(name));
  if (hasChecksum) return requested;
  throw invalidRequest(
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/** The end of a default retention that begins now. */
function endOf(rule: DefaultRetention, now: Date): number {
  if (rule.unit === 'Days') return now.getTime() + rule.period * DAY_MS;
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + rule.period);
  return end.getTime();
}

/** Protects a new object as its request said, or as the bucket does by default. */
export function lockNewObject(call: BucketCall, content: ObjectContent, requested: ObjectLock | undefined): void {
  const { lock } = call.bucket;
  if (lock === undefined) return;
  const now = call.context.now();
  const byDefault =
    lock.rule === undefined ? {} : { retention: { mode: lock.rule.mode, until: endOf(lock.rule, now) } };
  const locked: ObjectLock = { ...byDefault, ...requested };
  if (locked.retention !== undefined || locked.hold !== undefined) lock.objects.set(content, locked);
}

/** The protection of an object, if it has one. */
export function lockOf(bucket: Bucket, content: ObjectContent | undefined): ObjectLock | undefined {
  return content === undefined ? undefined : bucket.lock?.objects.get(content);
}

/** Whether the caller asks to get around governance mode; the permission for it has been decided with the operation's. */
export function bypassesGovernance(headers: Readonly<Record<string, string>>): boolean {
  return headers['x-amz-bypass-governance-retention']?.toLowerCase() === 'true';
}

/**
 * Throws AccessDenied when a version may not be removed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function refuseProtected(call: BucketCall, content: ObjectContent | undefined): void {
  const lock = lockOf(call.bucket, content);
  if (lock === undefined) return;
  if (lock.hold === 'ON') throw protectedObject();
  const { retention } = lock;
  if (retention === undefined || retention.until <= call.context.now().getTime()) return;
  if (retention.mode === 'GOVERNANCE' && bypassesGovernance(call.request.headers)) return;
  throw protectedObject();
}

/** Throws AccessDenied when a retention may not be replaced by another one, or by none. Longer it may always be. */
export function checkNewRetention(call: BucketCall, before: Retention | undefined, after: Retention | undefined): void {
  if (before === undefined || before.until <= call.context.now().getTime()) return;
  const longer = after !== undefined && after.until >= before.until;
  if (longer && (after.mode === before.mode || after.mode === 'COMPLIANCE')) return;
  if (before.mode === 'GOVERNANCE' && bypassesGovernance(call.request.headers)) return;
  throw protectedObject();
}

/** The retention in a document; an empty one removes it. */
export function readRetentionDocument(document: XmlElement, now: Date): Retention | undefined {
  if (document.children.length === 0) return undefined;
  const mode = xmlText(document, 'Mode');
  const date = xmlText(document, 'RetainUntilDate');
  if (mode === undefined || date === undefined) throw malformedXml();
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw malformedXml();
  return readRetention(mode, date, now);
}

/** The default retention in an element, where there is one. Throws MalformedXML, InvalidRetentionPeriod. */
export function readDefaultRetention(element: XmlElement): DefaultRetention {
  const mode = xmlText(element, 'Mode');
  const days = xmlText(element, 'Days');
  const years = xmlText(element, 'Years');
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || (days === undefined) === (years === undefined)) {
    throw malformedXml();
  }
  const period = Number(days ?? years);
  const most = days === undefined ? 100 : 36_500;
  if (!/^-?\d+$/.test((days ?? years ?? '').trim())) throw malformedXml();
  if (period < 1) {
    throw s3Error('InvalidRetentionPeriod', 400, 'Default retention period must be a positive integer value.');
  }
  if (period > most) {
    throw s3Error(
      'InvalidRetentionPeriod',
      400,
      `Default retention period too large. The maximum is 36500 days or 100 years.`,
    );
  }
  return { mode, period, unit: days === undefined ? 'Years' : 'Days' };
}

/** A time of retention as S3 writes it. */
export function retentionTime(until: number): string {
  return new Date(until).toISOString();
}

/** Headers that show the protection, each to those who may read it by itself. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function lockHeaders(call: ObjectCall, content: ObjectContent): Record<string, string> {
  const lock = lockOf(call.bucket, content);
  if (lock === undefined) return {};
  const may = (action: string): boolean =>
    isAllowedIn(call, call.bucket, {
      action: `s3:${action}`,
      resource: objectArn(call.partition, call.bucket.name, call.key),
      context: conditionKeys(call, call.bucket),
    });
  const { retention, hold } = lock;
  return {
    ...(retention !== undefined && may('GetObjectRetention')
      ? {
          'x-amz-object-lock-mode': retention.mode,
          'x-amz-object-lock-retain-until-date': retentionTime(retention.until),
        }
      : {}),
    ...(hold !== undefined && may('GetObjectLegalHold') ? { 'x-amz-object-lock-legal-hold': hold } : {}),
  };
}
