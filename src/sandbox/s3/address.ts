import { percentDecode } from './query.ts';

/** What a request's host and path name. */
export interface Address {
  readonly style: 'path' | 'virtual-host';
  readonly bucket?: string;
  /** Opaque: `..`, `//` and the like are characters of the key. */
  readonly key?: string;
}

const REGION = /^[a-z]{2,3}(?:-[a-z]+)+-\d+$/;
const OLD_HOST = /^s3-[a-z]{2,3}(?:-[a-z]+)+-\d+$/;

/** The labels of the host in front of those that stand for S3 itself; `undefined` when it is no host of S3 (an IP address). */
function bucketOfHost(host: string): string | undefined {
  const base = /^(?:(.*)\.)?(localhost|amazonaws\.com(?:\.cn)?)$/.exec(host);
  if (base?.[1] === undefined) return undefined;
  const labels = base[1].split('.');
  // s3.<region>, s3.dualstack.<region>, s3, and s3-<region> of old.
  if (REGION.test(labels.at(-1) ?? '') && labels.at(-2) === 's3') labels.splice(-2);
  else if (REGION.test(labels.at(-1) ?? '') && labels.at(-2) === 'dualstack' && labels.at(-3) === 's3')
    labels.splice(-3);
  else if (labels.at(-1) === 's3' || OLD_HOST.test(labels.at(-1) ?? '')) labels.pop();
  const bucket = labels.join('.');
  return bucket === '' ? undefined : bucket;
}

/**
 * Splits host and raw path. `bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.<region>.localhost` and the same under
 * amazonaws.com are virtual-host style, anything else is path style. Throws InvalidURI for a path that cannot be decoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function readAddress(host: string, rawPath: string): Address {
  const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath;
  const hostBucket = bucketOfHost(host.toLowerCase());
  if (hostBucket !== undefined) {
    return { style: 'virtual-host', bucket: hostBucket, ...(path === '' ? {} : { key: percentDecode(path) }) };
  }
  if (path === '') return { style: 'path' };
  const cut = path.indexOf('/');
  if (cut < 0) return { style: 'path', bucket: percentDecode(path) };
  const rawKey = path.slice(cut + 1);
  return {
    style: 'path',
    bucket: percentDecode(path.slice(0, cut)),
    ...(rawKey === '' ? {} : { key: percentDecode(rawKey) }),
  };
}
