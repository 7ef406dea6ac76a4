import { type XmlElement, xmlChild, xmlChildren, xmlText } from '../xml.ts';
import { invalidArgument, invalidTag, malformedXml, s3Error } from './errors.ts';
import { percentDecode } from './query.ts';
import type { Tags } from './store/types.ts';
import { readDocument } from './xml-answer.ts';

/** Letters, numbers, spaces and these signs. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Shared by all that have no tags. */
export const NO_TAGS: Tags = Object.freeze([]);

const OBJECT_LIMIT = 10;
const BUCKET_LIMIT = 50;

function checkTags(tags: Tags, limit: number): Tags {
  if (tags.length > limit) {
    if (limit === OBJECT_LIMIT) throw s3Error('BadRequest', 400, 'Object tags cannot be greater than 10');
    throw s3Error('BadRequest', 400, `Bucket tag count cannot be greater than ${limit}`);
  }
  const names = new Set<string>();
  for (const [name, value] of tags) {
    if (name.length < 1 || name.length > 128 || !CHARACTERS.test(name)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: name });
    }
    if (value.length > 256 || !CHARACTERS.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: name, TagValue: value });
    }
    if (name.startsWith('aws:')) {
      throw invalidTag('System tags cannot be added/updated by requester', { TagKey: name });
    }
    if (names.has(name)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: name });
    names.add(name);
  }
  return tags;
}

/** Tags of the header `x-amz-tagging`, which looks like a query string; none without it. */
export function readTagHeader(header: string | undefined): Tags {
  if (header === undefined || header === '') return NO_TAGS;
  const tags = header.split('&').map((pair): readonly [string, string] => {
    const cut = pair.indexOf('=');
    const decode = (text: string): string => percentDecode(text.replaceAll('+', ' '));
    if (pair === '')
      throw invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
        'x-amz-tagging',
        header,
      );
    return cut < 0 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
  });
  return checkTags(tags, OBJECT_LIMIT);
}

/** Tags of a `<Tagging>` document for an object or a bucket. */
export function readTagDocument(bytes: Uint8Array, of: 'object' | 'bucket'): Tags {
  const set = xmlChild(readDocument(bytes, 'Tagging'), 'TagSet');
  if (set === undefined) throw malformedXml();
  return readTagElements(set, of === 'object' ? OBJECT_LIMIT : BUCKET_LIMIT);
}

/** Tags of the `<Tags>` with which a bucket is created. */
export function readBucketTags(element: XmlElement): Tags {
  return readTagElements(element, BUCKET_LIMIT);
}

function readTagElements(element: XmlElement, limit: number): Tags {
  const tags = xmlChildren(element, 'Tag').map((tag): readonly [string, string] => {
    const name = xmlText(tag, 'Key');
    const value = xmlText(tag, 'Value');
    if (name === undefined || value === undefined) throw malformedXml();
    return [name, value];
  });
  return checkTags(tags, limit);
}

/** The content of a `<Tagging>` answer. */
export function tagSet(tags: Tags): { TagSet: { Tag: { Key: string; Value: string }[] } } {
  return { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } };
}
