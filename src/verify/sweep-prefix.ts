import pMap from 'p-map';
import type { Leftover } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import { RUN_METADATA } from './canary.ts';
import type { Look } from './cleanup.ts';
import { awsCommand } from './commands.ts';
import { isProbeKey } from './journal-read.ts';
import { reasonOf, uploadLeft, versionLeft } from './leftovers.ts';

/** What lies in a folder of probes and may be removed. */
export interface ProbeItem {
  readonly key: string;
  readonly kind: 'object' | 'version' | 'marker' | 'upload';
  /** Of a version, marker (version id) or upload (upload id). */
  readonly id?: string;
}

/** Where is looked, and what counts as left behind. */
export interface ProbeFolder {
  readonly bucket: string;
  /** `<prefix>.channelmix-verify/`. */
  readonly folder: string;
  /** Whether the run that made something of this key and time (milliseconds since 1970) is over. */
  readonly isOver: (key: string, time: number) => boolean;
}

/** A folder that was not listed to its end. */
export interface Unlisted {
  readonly left: Leftover;
  readonly denied: boolean;
  /** Only what is left of uploads is not known. */
  readonly uploads: boolean;
}

/** No listing of probes is longer: 1,000 items a page. */
const MAX_PAGES = 100_000;
const HEADS_AT_ONCE = 16;

interface Listed extends ProbeItem {
  readonly time: number;
}

interface Page {
  readonly items: readonly Listed[];
  readonly next: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * What dead runs left in a folder of probes, page by page: versions, delete markers, objects, unfinished uploads. Objects of a bucket
 * without versions are read for the metadata that makes them a probe; the others are known by their key.
 *
 * @throws KitError `service` when a listing goes in circles
 */
export async function* findProbes(
  look: Look,
  place: ProbeFolder,
): AsyncGenerator<{ readonly items: readonly ProbeItem[] } | Unlisted, void, void> {
  let versions = true;
  for (const list of [listVersions, listObjects, listUploads]) {
    // Where the versions are listed, the objects are among them.
    if (list === listObjects && versions) continue;
    let next: Page['next'] = {};
    const seen = new Set<string>();
    for (let pages = 0; next !== undefined; pages++) {
      const token = JSON.stringify(next);
      if (seen.has(token) || pages >= MAX_PAGES) {
        throw new KitError(
          'service',
          `the listing of s3://${place.bucket}/${place.folder} does not come to an end: S3 gave a page twice`,
        );
      }
      seen.add(token);
      const answer: Page | Unlisted = await list(look, place, next);
      if ('left' in answer) {
        if (list === listVersions && answer.denied) versions = false;
        else yield answer;
        break;
      }
      next = answer.next;
      const over = answer.items.filter(({ key, time }) => isProbeKey(key) && place.isOver(key, time));
      const proven = await pMap(over, (item) => prove(look, place.bucket, item), { concurrency: HEADS_AT_ONCE });
      const items = proven.flatMap((item) => item ?? []);
      if (items.length > 0) yield { items };
    }
  }
}

/** An object without a version has to show the metadata; versions and markers in a folder of probes are nobody else's. */
async function prove(look: Look, Bucket: string, item: Listed): Promise<ProbeItem | undefined> {
  const { key: Key, kind, id } = item;
  if (kind !== 'object') return { key: Key, kind, ...(id === undefined ? {} : { id }) };
  const head = await look((s3, options) => s3.headObject({ Bucket, Key }, options));
  if (!head.ok || !/^[0-9a-f]{32}$/.test(head.value.Metadata?.[RUN_METADATA] ?? '')) return undefined;
  const { VersionId } = head.value;
  return VersionId === undefined ? { key: Key, kind } : { key: Key, kind: 'version', id: VersionId };
}

async function listVersions(look: Look, { bucket, folder }: ProbeFolder, next: object): Promise<Page | Unlisted> {
  const answer = await look((s3, options) =>
    s3.listObjectVersions({ Bucket: bucket, Prefix: folder, ...next }, options),
  );
  if (!answer.ok) return unlisted(bucket, folder, 'list-object-versions', answer.failure.kind);
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = answer.value;
  const versions = Versions.map((one): Listed => {
    const id = one.VersionId ?? 'null';
    // The current one without an id may be in a bucket without versions.
    const kind = id === 'null' && one.IsLatest === true ? 'object' : 'version';
    return { key: one.Key ?? '', kind, id, time: timeOf(one.LastModified) };
  });
  const markers = DeleteMarkers.map(
    (one): Listed => ({
      key: one.Key ?? '',
      kind: 'marker',
      id: one.VersionId ?? 'null',
      time: timeOf(one.LastModified),
    }),
  );
  return {
    items: [...versions, ...markers],
    next: IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined,
  };
}

async function listObjects(look: Look, { bucket, folder }: ProbeFolder, next: object): Promise<Page | Unlisted> {
  const answer = await look((s3, options) => s3.listObjectsV2({ Bucket: bucket, Prefix: folder, ...next }, options));
  if (!answer.ok) return unlisted(bucket, folder, 'list-objects-v2', answer.failure.kind);
  const { Contents = [], IsTruncated, NextContinuationToken } = answer.value;
  return {
    items: Contents.map((one): Listed => ({ key: one.Key ?? '', kind: 'object', time: timeOf(one.LastModified) })),
    next: IsTruncated === true ? { ContinuationToken: NextContinuationToken } : undefined,
  };
}

async function listUploads(look: Look, { bucket, folder }: ProbeFolder, next: object): Promise<Page | Unlisted> {
  const answer = await look((s3, options) =>
    s3.listMultipartUploads({ Bucket: bucket, Prefix: folder, ...next }, options),
  );
  if (!answer.ok) return unlisted(bucket, folder, 'list-multipart-uploads', answer.failure.kind);
  const { Uploads = [], IsTruncated, NextKeyMarker, NextUploadIdMarker } = answer.value;
  return {
    items: Uploads.map((one): Listed => {
      return { key: one.Key ?? '', kind: 'upload', id: one.UploadId ?? '', time: timeOf(one.Initiated) };
    }),
    next: IsTruncated === true ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined,
  };
}

function timeOf(date: Date | undefined): number {
  return date?.getTime() ?? Number.POSITIVE_INFINITY;
}

function unlisted(bucket: string, folder: string, command: string, kind: string): Unlisted {
  return {
    denied: kind === 'denied',
    uploads: command === 'list-multipart-uploads',
    left: {
      kind: command === 'list-multipart-uploads' ? 'upload' : 'object',
      what: `may be there: what earlier runs left below s3://${bucket}/${folder}`,
      command: awsCommand('s3api', command, '--bucket', bucket, '--prefix', folder),
      reason: 'unsure',
    },
  };
}

/** Removes what `findProbes` found, a thousand at once. Gives how many are gone, and what is left. */
export async function removeProbes(
  look: Look,
  bucket: string,
  items: readonly ProbeItem[],
): Promise<{ readonly removed: number; readonly left: readonly Leftover[] }> {
  const uploads = items.filter(({ kind }) => kind === 'upload');
  const objects = items.filter(({ kind }) => kind !== 'upload');
  const batches = Array.from({ length: Math.ceil(objects.length / 1_000) }, (_, index) =>
    objects.slice(index * 1_000, (index + 1) * 1_000),
  );
  const left = [
    ...(await pMap(batches, (batch) => removeBatch(look, bucket, batch), { concurrency: 4 })).flat(),
    ...(await pMap(uploads, (upload) => abort(look, bucket, upload), { concurrency: 8 })).flat(),
  ];
  return { removed: items.length - left.length, left };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
async function removeBatch(look: Look, Bucket: string, batch: readonly ProbeItem[]): Promise<readonly Leftover[]> {
  const Objects = batch.map(({ key: Key, id, kind }) => (kind === 'object' ? { Key } : { Key, VersionId: id }));
  const answer = await look((s3, options) => s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } }, options));
  if (!answer.ok) return batch.map((item) => itemLeft(Bucket, item, reasonOf(answer.failure)));
  const failed = new Map((answer.value.Errors ?? []).map((one) => [`${one.Key}\n${one.VersionId ?? ''}`, one.Code]));
  return batch.flatMap((item) => {
    const code = failed.get(`${item.key}\n${item.kind === 'object' ? '' : (item.id ?? '')}`);
    if (code === undefined || code === 'NoSuchKey' || code === 'NoSuchVersion') return [];
    return [itemLeft(Bucket, item, code === 'AccessDenied' ? 'refused' : 'failed')];
  });
}

async function abort(look: Look, Bucket: string, { key: Key, id }: ProbeItem): Promise<readonly Leftover[]> {
  const answer = await look((s3, options) => s3.abortMultipartUpload({ Bucket, Key, UploadId: id }, options));
  if (answer.ok || answer.failure.kind === 'not-found') return [];
  return [uploadLeft({ bucket: Bucket, key: Key }, id, reasonOf(answer.failure))];
}

function itemLeft(bucket: string, item: ProbeItem, reason: Leftover['reason']): Leftover {
  return versionLeft({ bucket, key: item.key }, item.kind === 'object' ? undefined : item.id, reason);
}
