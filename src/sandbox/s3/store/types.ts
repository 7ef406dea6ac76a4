import type { CompiledPolicy } from '../../../evaluate/types.ts';
import type { AclGrant } from '../../../model/audit-documents.ts';
import type { JsonValue } from '../../../model/policy.ts';
import type { ChecksumAlgorithm } from '../../checksums.ts';
import type { XmlValue } from '../../xml.ts';
import type { Payload } from './payload.ts';
import type { SortedMap } from './sorted-map.ts';

/** A checksum as S3 shows it: base64, of multipart uploads of type COMPOSITE with `-N` at the end. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** How an object is encrypted at rest. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** Absent for AES256. */
  readonly keyArn?: string;
  readonly bucketKey?: boolean;
  /** Base64 of the JSON that the client sent. */
  readonly context?: string;
}

/** What a client says about an object beside its bytes. Objects without anything special share one value. */
export interface ObjectSettings {
  /** Content-Type, Cache-Control, …: in lower case, as they are sent back. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*` without that beginning. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly websiteRedirect?: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  /** `null` when it was written while the bucket was not versioned. */
  readonly id: string;
  /** Seconds since 1970: S3 keeps no more. */
  readonly modified: number;
  /** Account that owns it. */
  readonly owner: string;
  readonly content: ObjectContent | undefined;
  /** The version that was current before this one. */
  below: ObjectVersion | undefined;
}

/** What an object version holds; a delete marker has none. */
export interface ObjectContent {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly payload: Payload;
  readonly settings: ObjectSettings;
  /** Only what the client sent or asked for; the CRC64NVME that S3 adds by itself is computed when it is asked for. */
  readonly checksum: Checksum | undefined;
  readonly multipart: Multipart | undefined;
  tags: Tags;
}

/** How an object came to be in parts. */
export interface Multipart {
  /** A repeated CompleteMultipartUpload is known by it. */
  readonly uploadId: string;
  readonly parts: readonly ObjectPart[];
}

/** One part of a completed multipart upload, counted from 1 without gaps. */
export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  readonly checksum?: string;
}

export type Tags = readonly (readonly [string, string])[];

/** One part of a running upload. */
export interface UploadedPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly payload: Payload;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Seconds since 1970. */
  readonly started: number;
  readonly owner: string;
  readonly initiator: { readonly id: string; readonly name: string };
  readonly settings: ObjectSettings;
  readonly tags: Tags;
  readonly lock: ObjectLock | undefined;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | undefined;
  readonly parts: Map<number, UploadedPart>;
}

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

/** A bucket policy as it was put, as AWS keeps it, and prepared for evaluation. */
export interface BucketPolicy {
  readonly text: string;
  /** Principals by unique id. */
  readonly stored: JsonValue;
  /** Whether it names principals by id, so that what it means changes when they are deleted. */
  readonly namesPrincipals: boolean;
  readonly isPublic: boolean;
  shown: string;
  compiled: CompiledPolicy;
}

/** How long a version is kept from deletion. */
export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What keeps a version from deletion. */
export interface ObjectLock {
  readonly retention?: Retention;
  readonly hold?: 'ON' | 'OFF';
}

/** The retention of new objects that name none. */
export interface DefaultRetention {
  readonly mode: Retention['mode'];
  readonly period: number;
  readonly unit: 'Days' | 'Years';
}

/** Object Lock of a bucket. Objects without a lock cost nothing. */
export interface BucketLock {
  readonly rule: DefaultRetention | undefined;
  readonly objects: WeakMap<ObjectContent, ObjectLock>;
}

/** Configurations that the sandbox keeps and gives back, but does not act on: the root element's content, by subresource. */
export type StoredConfigurations = Map<string, { readonly [element: string]: XmlValue }>;

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The current version of each key, a delete marker maybe, with the others below it. */
  readonly keys: SortedMap<ObjectVersion>;
  readonly uploads: SortedMap<Upload>;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** Versions are removed, and versioning is changed, only with an MFA code; absent: it never was set. */
  mfaDelete: 'Enabled' | 'Disabled' | undefined;
  policy: BucketPolicy | undefined;
  publicAccessBlock: PublicAccessBlock | undefined;
  ownership: ObjectOwnership | undefined;
  /** Absent: full control for the owner. */
  acl: readonly AclGrant[] | undefined;
  encryption: Encryption;
  tags: Tags;
  requestPayer: 'BucketOwner' | 'Requester';
  /** Absent: Object Lock was never turned on. */
  lock: BucketLock | undefined;
  readonly configurations: StoredConfigurations;
}
