/** An IPv4 or IPv6 range as its first bits: for IPv6 only as far as it takes to tell private ranges. */
export interface IpRange {
  readonly version: 4 | 6;
  /** IPv4: 4 numbers below 256; IPv6: 8 below 65,536. */
  readonly parts: readonly number[];
  readonly bits: number;
}

function readV4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  return numbers.every((number) => number < 256) ? numbers : undefined;
}

function readV6(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  const v4 = last?.includes('.') ? readV4(last) : undefined;
  if (last?.includes('.')) {
    if (v4 === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = v4;
    groups.at(-1)?.splice(-1, 1, ((a << 8) | b).toString(16), ((c << 8) | d).toString(16));
  }
  const all = groups.flat();
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - all.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const [head = [], tail = []] = groups;
  const zeros = halves.length === 1 ? [] : Array.from({ length: missing }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

/** Reads an address or a range in CIDR form (RFC 4632, RFC 4291); `undefined` when it is neither. */
export function readIpRange(text: string): IpRange | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const v4 = readV4(address);
  const parts = v4 ?? readV6(address);
  if (parts === undefined || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const most = v4 === undefined ? 128 : 32;
  const bits = length === undefined ? most : Number(length);
  return bits > most ? undefined : { version: v4 === undefined ? 6 : 4, parts, bits };
}

/** Ranges that never reach AWS over the internet: RFC 1918, 6598, 3927, 1122, 4193, 4291. */
const PRIVATE: readonly IpRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].flatMap((text) => readIpRange(text) ?? []);

/** Whether all addresses of a range are private. */
export function isPrivate(range: IpRange): boolean {
  return PRIVATE.some((wide) => wide.version === range.version && wide.bits <= range.bits && sameBits(wide, range));
}

function sameBits(wide: IpRange, range: IpRange): boolean {
  const size = wide.version === 4 ? 8 : 16;
  return wide.parts.every((part, index) => {
    const bits = Math.min(size, Math.max(0, wide.bits - index * size));
    const shift = size - bits;
    return part >> shift === (range.parts[index] ?? 0) >> shift;
  });
}
