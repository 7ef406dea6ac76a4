import { objectArn } from '../model/arn.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { Draft } from './plan.ts';
import { DEEP, listFacts, PROBE_BYTES, probeKey, s3Call, specialKey } from './planned-call.ts';
import type { VerifyTarget } from './target.ts';

/** Probes of how clients and bucket understand each other, once in a run. */
export function onceAllowed(target: VerifyTarget, prefix: string, kmsKeyArn: string | undefined): readonly Draft[] {
  const { partition, bucket, access } = target;
  const resource = objectArn(partition, bucket, `${prefix}${PROBE_FOLDER}*`);
  const object = { resource, expect: 'allow' } as const;
  const key = probeKey(prefix);
  const special = specialKey(prefix);
  const bytes = PROBE_BYTES;
  return [
    {
      id: 'get-object-range',
      action: 's3:GetObject',
      ...object,
      needs: ['put-object'],
      echoes: 'get-object',
      calls: [s3Call(target, 'GetObject', { key, kmsKeyArn, detail: 'a range of bytes' })],
    },
    {
      id: 'put-object-as-boto3',
      action: 's3:PutObject',
      ...object,
      needs: ['put-object'],
      calls: [
        s3Call(target, 'PutObject', {
          key,
          kmsKeyArn,
          writes: { objects: 0, bytes },
          detail: "a stream with a CRC32 at its end, over the run's own probe object",
        }),
      ],
    },
    {
      id: 'overwrite-object',
      action: 's3:PutObject',
      ...object,
      needs: ['put-object-as-boto3'],
      calls: [s3Call(target, 'GetObject', { key, kmsKeyArn, detail: 'the new content' })],
    },
    {
      id: 'special-keys',
      action: 's3:PutObject',
      ...object,
      echoes: 'put-object',
      calls: [
        s3Call(target, 'PutObject', { key: special, kmsKeyArn, writes: { objects: 1, bytes } }),
        s3Call(target, 'GetObject', { key: special, kmsKeyArn }),
        s3Call(target, 'ListObjectsV2', listFacts(special, 'keys encoded')),
        s3Call(target, 'DeleteObject', { key: special }),
      ],
    },
    ...(access === 'minimal'
      ? [
          {
            id: 'abort-multipart-upload',
            action: 's3:AbortMultipartUpload',
            ...object,
            required: false,
            calls: [s3Call(target, 'AbortMultipartUpload', { key, detail: 'of an upload that does not exist' })],
          } as const,
        ]
      : []),
  ];
}

/** The transfer of `--deep`: what an hour's work of ChannelMix looks like to the bucket. */
export function deepTransfer(target: VerifyTarget, prefix: string, kmsKeyArn: string | undefined): readonly Draft[] {
  const resource = objectArn(target.partition, target.bucket, `${prefix}${PROBE_FOLDER}*`);
  const key = probeKey(prefix);
  const parts = Array.from({ length: DEEP.parts });
  const writes = { objects: 0, bytes: DEEP.partBytes };
  return [
    {
      id: 'transfer-upload',
      action: 's3:PutObject',
      resource,
      expect: 'allow',
      needs: ['put-object'],
      calls: [
        s3Call(target, 'CreateMultipartUpload', { key, kmsKeyArn }),
        ...parts.map(() => s3Call(target, 'UploadPart', { key, kmsKeyArn, writes })),
        s3Call(target, 'CompleteMultipartUpload', { key, kmsKeyArn, writes: { objects: 1, bytes: 0 } }),
      ],
    },
    {
      id: 'transfer-download',
      action: 's3:GetObject',
      resource,
      expect: 'allow',
      needs: ['transfer-upload'],
      calls: [
        ...parts.map(() => s3Call(target, 'GetObject', { key, kmsKeyArn, detail: 'a range of bytes' })),
        s3Call(target, 'DeleteObject', { key }),
      ],
    },
  ];
}
