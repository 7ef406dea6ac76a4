import { bucketNameRule } from '../documents/rules.ts';
import { parseArn } from '../model/arn.ts';
import type { ConnectionRuleId } from './connection-rules.ts';

/** A bucket as somebody named it. */
interface NamedBucket {
  /** Where it is certain. */
  readonly name?: string;
  /** What is wrong with the way it is named. */
  readonly problems: readonly { readonly id: ConnectionRuleId; readonly data?: Readonly<Record<string, string>> }[];
}

/** The bucket that a name, an s3:// or https:// address, an ARN, or a name with a folder means. */
export function readBucket(value: string): NamedBucket {
  const { id, name, prefix } = taken(value);
  const rule = name === undefined ? undefined : bucketNameRule(name);
  return {
    ...(name === undefined || rule !== undefined ? {} : { name }),
    problems: [
      ...(id === undefined ? [] : [{ id }]),
      ...(prefix === '' ? [] : [{ id: 'bucket-path' as const, data: { prefix } }]),
      ...(rule === undefined ? [] : [{ id: 'bucket-name' as const, data: { rule } }]),
    ],
  };
}

interface Taken {
  readonly id?: ConnectionRuleId;
  readonly name?: string;
  readonly prefix: string;
}

function taken(value: string): Taken {
  const arn = parseArn(value);
  if (arn !== undefined) {
    if (arn.service !== 's3') return { id: 'bucket-arn', prefix: '' };
    // Buckets have neither region nor account in their ARN; access points have both.
    if (arn.account !== '') return { id: 'bucket-access-point', prefix: '' };
    return { id: 'bucket-arn', ...split(arn.resource.replace(/\/\*$/, '')) };
  }
  const address = /^s3[an]?:\/\/(.*)$/i.exec(value)?.[1];
  if (address !== undefined) return { id: 'bucket-url', ...split(address) };
  if (/^https?:\/\//i.test(value) || /^[^/]*\.?s3[.-][^/]*amazonaws\.com/i.test(value)) {
    return { id: 'bucket-url', ...fromWebAddress(value) };
  }
  const parts = split(value);
  return value.includes('/') && parts.prefix === '' ? { id: 'punctuation', ...parts } : parts;
}

function split(path: string): Taken {
  const [name = '', ...folders] = path.split('/');
  return { name, prefix: folders.join('/') };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function fromWebAddress(address: string): Taken {
  const [, host = '', rest = ''] = /^(?:https?:\/\/)?([^/?#]*)\/?(.*)$/i.exec(address) ?? [];
  const path = rest.replace(/[?#].*$/, '');
  if (/console\.(aws\.amazon|amazonaws)\./i.test(host)) {
    const name = /(?:^|\/)s3\/(?:buckets|object)\/([^/?#]+)/.exec(rest)?.[1];
    return name === undefined ? { prefix: '' } : { name, prefix: '' };
  }
  const virtual = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/i.exec(host)?.[1];
  if (virtual !== undefined) return { name: virtual, prefix: path };
  return /^s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/i.test(host) && path !== '' ? split(path) : { prefix: '' };
}
