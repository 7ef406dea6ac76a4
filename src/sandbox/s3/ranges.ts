import { s3Error } from './errors.ts';

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes that a Range header asks for of `size`; `undefined` for the whole object: without the header, and for one that S3 does
 * not read (another unit, several ranges, a last byte before the first). Throws 416 InvalidRange for a range that begins behind the end.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const unsatisfiable = s3Error('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  });
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw unsatisfiable;
    return { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable;
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
