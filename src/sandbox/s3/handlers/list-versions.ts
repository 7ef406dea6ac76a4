import type { AwsResponse } from '../../contract.ts';
import type { XmlValue } from '../../xml.ts';
import { type BucketCall, xmlTime } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { ownerElement } from '../owner.ts';
import type { ObjectVersion } from '../store/types.ts';
import { versionsFrom } from '../store/versions.ts';
import { type Found, walkKeys } from '../walk.ts';
import { xmlAnswer } from '../xml-answer.ts';
import { prefixesOf, readEncoder, readLimit } from './list-objects.ts';

/** One line of the listing. */
type Line =
  | { readonly key: string; readonly version: ObjectVersion; readonly isLatest: boolean }
  | { readonly commonPrefix: string };

/** The versions behind `idMarker`, newest first. Nothing when there is no such version: it has been deleted, and S3 goes on with the next key. */
function versionsBehind(entry: ObjectVersion, idMarker: string): readonly ObjectVersion[] {
  const versions = versionsFrom(entry);
  const index = versions.findIndex((version) => version.id === idMarker);
  return index < 0 ? [] : versions.slice(index + 1);
}

function linesOf(found: readonly Found<ObjectVersion>[]): Line[] {
  return found.flatMap((one): Line[] =>
    'commonPrefix' in one
      ? [one]
      : versionsFrom(one.value).map((version) => ({
          key: one.key,
          version,
          isLatest: version === one.value,
        })),
  );
}

/** One line more than `limit` where there are that many: then the page is truncated. */
function collect(call: BucketCall, limit: number): Line[] {
  const { query, bucket } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker') ?? '';
  if (idMarker !== '' && keyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      idMarker,
    );
  }
  const lines: Line[] = [];
  const marked = idMarker === '' || !keyMarker.startsWith(prefix) ? undefined : bucket.keys.get(keyMarker);
  if (marked !== undefined) {
    for (const version of versionsBehind(marked, idMarker)) {
      lines.push({ key: keyMarker, version, isLatest: false });
    }
  }
  // A key has at least one version, so `limit + 1` keys are always enough.
  const after = keyMarker === '' ? undefined : keyMarker;
  const page = walkKeys(bucket.keys, { prefix, delimiter, limit: limit + 1, after }, () => true);
  lines.push(...linesOf(page.found));
  return lines.slice(0, limit + 1);
}

function element(line: Line, encode: (text: string) => string): XmlValue {
  if ('commonPrefix' in line) return undefined;
  const { key, version, isLatest } = line;
  const common = {
    Key: encode(key),
    VersionId: version.id,
    IsLatest: isLatest,
    LastModified: xmlTime(version.modified),
    Owner: ownerElement(version.owner),
  };
  if (version.content === undefined) return common;
  const { etag, size, settings, checksum } = version.content;
  return {
    ...common,
    ETag: `"${etag}"`,
    ...(checksum === undefined ? {} : { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    Size: size,
    StorageClass: settings.storageClass,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions(call: BucketCall): AwsResponse {
  const { query, bucket } = call;
  const limit = readLimit(call, 'max-keys');
  const { encode, encodingType } = readEncoder(call);
  const delimiter = query.get('delimiter');
  const lines = limit === 0 ? [] : collect(call, limit);
  const shown = lines.slice(0, limit);
  const last = lines.length > limit ? shown.at(-1) : undefined;
  const isMarker = (line: Line): boolean => 'version' in line && line.version.content === undefined;
  const groups = shown.filter((line) => 'commonPrefix' in line);
  return xmlAnswer('ListVersionsResult', {
    Name: bucket.name,
    Prefix: encode(query.get('prefix') ?? ''),
    KeyMarker: encode(query.get('key-marker') ?? ''),
    VersionIdMarker: query.get('version-id-marker') ?? '',
    NextKeyMarker: last === undefined ? undefined : encode('commonPrefix' in last ? last.commonPrefix : last.key),
    NextVersionIdMarker: last !== undefined && 'version' in last ? last.version.id : undefined,
    MaxKeys: limit,
    Delimiter: delimiter === undefined || delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    IsTruncated: last !== undefined,
    Version: shown.filter((line) => 'version' in line && !isMarker(line)).map((line) => element(line, encode)),
    DeleteMarker: shown.filter(isMarker).map((line) => element(line, encode)),
    CommonPrefixes: prefixesOf(groups, encode),
  });
}
