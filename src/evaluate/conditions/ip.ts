import { type Operator, operators } from './operator.ts';

/**
 * IP address operators: a range in CIDR notation, IPv4 or IPv6; without a length the one address.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const LENGTH = /^(?:0|[1-9]\d{0,2})$/;

function readV4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** Groups of one side of `::`; the last may be an IPv4 address where it ends the text. */
function readGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes('.')) {
      const v4 = readV4(group);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else if (GROUP.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else return undefined;
  }
  return bytes;
}

function readV6(text: string): readonly number[] | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const left = readGroups(head, tail === undefined);
  if (tail === undefined) return left?.length === 16 ? left : undefined;
  const right = readGroups(tail, true);
  if (left === undefined || right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** Bytes of an address in any form of RFC 4291, 4 or 16; `undefined` for a text that is none. */
function readAddress(text: string): readonly number[] | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? readV6(text) : readV4(text);
}

function readRange(text: string): { readonly bytes: readonly number[]; readonly bits: number } | undefined {
  const [address = '', length, more] = text.split('/');
  const bytes = readAddress(address);
  if (bytes === undefined || more !== undefined) return undefined;
  if (length === undefined) return { bytes, bits: bytes.length * 8 };
  return LENGTH.test(length) && Number(length) <= bytes.length * 8 ? { bytes, bits: Number(length) } : undefined;
}

function inRange(address: readonly number[], range: readonly number[], bits: number): boolean {
  if (address.length !== range.length) return false;
  for (let byte = 0; byte * 8 < bits; byte++) {
    const rest = Math.min(8, bits - byte * 8);
    if (((address[byte] ?? 0) ^ (range[byte] ?? 0)) >> (8 - rest) !== 0) return false;
  }
  return true;
}

export const IP_OPERATORS: readonly Operator[] = operators(
  (value) => {
    const range = readRange(value);
    if (range === undefined) return undefined;
    return (given) => {
      const address = readAddress(given);
      return address !== undefined && inRange(address, range.bytes, range.bits);
    };
  },
  'IpAddress',
  'NotIpAddress',
);
