import type { JsonNode, Member } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';

const MANAGED = 6144;
const ROLE_INLINE = 10_240;
const TRUST = 2048;
const TRUST_RAISED = 4096;
const BUCKET_BYTES = 20_480;

const many = Array.from({ length: 200 }, (_, index) => `"arn:aws:s3:::acme-reports-${index}/*"`).join(', ');

interface Size {
  /** Characters without white space. */
  characters: number;
  /** Bytes of UTF-8, white space in texts included. */
  bytes: number;
}

/** Of the value of a node written as JSON without white space between its parts. */
function sizeOf(node: JsonNode): Readonly<Size> {
  const size: Size = { characters: 0, bytes: 0 };
  addNode(node, size);
  return size;
}

function addNode(node: JsonNode, size: Size): void {
  switch (node.type) {
    case 'object': {
      const members = distinct(node.members);
      for (const { key, value } of members) {
        addText(key.value, size);
        addNode(value, size);
      }
      // Braces, colons, and commas between.
      addSigns(2 + members.length + Math.max(0, members.length - 1), size);
      return;
    }
    case 'array':
      for (const item of node.items) addNode(item, size);
      addSigns(2 + Math.max(0, node.items.length - 1), size);
      return;
    case 'string':
      addText(node.value, size);
      return;
    default:
      addSigns(JSON.stringify(node.value).length, size);
  }
}

/** Of members of one name the last, as everywhere. */
function distinct(members: readonly Member[]): readonly Member[] {
  const last = new Map<string, Member>();
  for (const member of members) last.set(member.key.value, member);
  return last.size === members.length ? members : [...last.values()];
}

function addSigns(count: number, size: Size): void {
  size.characters += count;
  size.bytes += count;
}

/** Texts that are as long in JSON as they are, in bytes, too. */
const PLAIN = /^[!#-[\]-~]*$/;

function addText(text: string, size: Size): void {
  if (PLAIN.test(text)) {
    addSigns(text.length + 2, size);
    return;
  }
  const json = JSON.stringify(text);
  size.characters += json.replace(/\s/g, '').length;
  size.bytes += bytesOf(json);
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

export const sizeLimit = defineRule({
  id: 'size-limit',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_iam-quotas.html#reference_iam-quotas-entity-length'),
  title: 'The document is not larger than AWS takes',
  why: 'IAM counts the characters of a policy without white space: 6,144 in a managed policy; 10,240 in all inline policies of a role together, 5,120 of a group, 2,048 of a user; 2,048 in a trust policy, or 4,096 when the quota was raised. A bucket policy has up to 20 KB.',
  messages: {
    managed:
      'The policy has {size} characters without white space: too large for a managed policy (6,144), it fits only inline in a role (10,240).',
    identity:
      'The policy has {size} characters without white space; IAM takes 6,144 in a managed policy and 10,240 inline in a role.',
    trust:
      'The trust policy has {size} characters without white space; IAM takes 2,048, or 4,096 when the quota was raised.',
    bucket: 'The bucket policy has {size} bytes; S3 takes 20 KB (20,480).',
  },
  *check({ kind, document, options }) {
    if (document === undefined || document.end - document.start <= TRUST) return;
    const node = document;
    // AWS's own managed policies are larger than it lets others be; its policy check warns.
    const worst = options.audience === 'channelmix' ? 'error' : 'warning';
    const { characters: size, bytes } = sizeOf(document);
    if (kind === 'bucket') {
      if (bytes > BUCKET_BYTES) yield { node, message: 'bucket', data: { size: bytes } };
    } else if (kind === 'trust') {
      if (size > TRUST) {
        yield { node, message: 'trust', data: { size }, severity: size > TRUST_RAISED ? 'error' : 'warning' };
      }
    } else if (size > ROLE_INLINE) yield { node, message: 'identity', data: { size }, severity: worst };
    else if (size > MANAGED) yield { node, message: 'managed', data: { size }, severity: 'warning' };
  },
  examples: {
    bad: [{ text: allow(`"Action": "s3:GetObject", "Resource": [${many}]`) }],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
