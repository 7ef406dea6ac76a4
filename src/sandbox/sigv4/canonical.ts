/** The parts of a request that a signature covers. */
export interface SignableRequest {
  readonly method: string;
  /** As on the wire, percent-encoded. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Lower-case names; several values of one header joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How a service canonicalizes: S3 takes the path decoded and encoded once, the others normalize it and encode it again. */
export type PathRule = 'single' | 'double';

/** Percent-encodes every byte but `A-Z a-z 0-9 - _ . ~`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const PLAIN = /^[A-Za-z0-9\-_.~/]*$/;

/** The canonical URI. Throws `URIError` when a percent-escape is broken or not UTF-8. */
function canonicalPath(rawPath: string, rule: PathRule): string {
  const path = rawPath === '' ? '/' : rawPath;
  if (rule === 'double') return encodeSegments(normalizePath(path));
  return PLAIN.test(path) ? path : encodeSegments(decodeURIComponent(path));
}

function encodeSegments(path: string): string {
  return PLAIN.test(path) ? path : path.split('/').map(uriEncode).join('/');
}

/** Removes `.`, `..` and empty segments (RFC 3986, 5.2.4), as every service but S3 does. */
function normalizePath(path: string): string {
  if (path === '/') return path;
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') out.pop();
    else out.push(segment);
  }
  const slash = out.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${out.join('/')}${slash}`;
}

/** The decoded parameters of a query string, in their order; a parameter without `=` has an empty value. `+` is a space. Throws `URIError`. */
export function parseQuery(rawQuery: string): readonly (readonly [string, string])[] {
  if (rawQuery === '') return [];
  const parameters: (readonly [string, string])[] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const name = cut < 0 ? pair : pair.slice(0, cut);
    const value = cut < 0 ? '' : pair.slice(cut + 1);
    parameters.push([decodeParameter(name), decodeParameter(value)]);
  }
  return parameters;
}

function decodeParameter(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
}

/** The canonical query string, without the parameter `X-Amz-Signature`. */
function canonicalQuery(parameters: readonly (readonly [string, string])[]): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of parameters) {
    if (name !== 'X-Amz-Signature') pairs.push([uriEncode(name), uriEncode(value)]);
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The canonical form of one header value: trimmed, runs of white space as one space. */
function canonicalHeaderValue(value: string): string {
  return /^\s|\s\s|\s$|\t/.test(value) ? value.trim().replace(/\s+/g, ' ') : value;
}

/** The canonical request of Signature Version 4. A signed header that is absent counts as empty, and so cannot match a client that sent it. */
export function canonicalRequest(
  request: SignableRequest,
  parameters: readonly (readonly [string, string])[],
  signedHeaders: readonly string[],
  payloadHash: string,
  rule: PathRule,
): string {
  const headers = signedHeaders
    .map((name) => `${name}:${canonicalHeaderValue(request.headers[name] ?? '')}\n`)
    .join('');
  return [
    request.method,
    canonicalPath(request.rawPath, rule),
    canonicalQuery(parameters),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}
