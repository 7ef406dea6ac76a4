import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AwsResponse } from '../contract.ts';
import type { AnswerShape, PageShape } from '../faults/index.ts';
import { send } from './answer.ts';

/** An answer that is about to be sent. */
export interface Outgoing {
  readonly response: ServerResponse;
  readonly answer: AwsResponse;
  /** Headers beside those of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isHead: boolean;
  /** The address that was asked for, as a client would write it. */
  readonly url: string;
  readonly signedRegion: string | undefined;
}

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>The proxy wants you to sign in.</body></html>\n';
const ERROR =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>';
const SLOW_MS = 1000;
const ENDLESS_PIECE = Buffer.alloc(64 * 1024, ' ');
const ENDLESS_HEADER = `x-more: ${'and more '.repeat(100)}\r\n`;
const ENDLESS_MS = 10;

function bodyOf({ answer, isHead }: Outgoing): Buffer {
  const bodiless = isHead || answer.status === 204 || answer.status === 304;
  if (bodiless || answer.body === undefined) return Buffer.alloc(0);
  return Buffer.from(answer.body);
}

/** Calls until the client has gone. */
function repeat(response: ServerResponse, ms: number, step: () => boolean): void {
  const timer = setInterval(() => {
    if (!step()) clearInterval(timer);
  }, ms);
  response.on('close', () => clearInterval(timer));
}

/** The beginning of an answer that has no body to spoil: its own head, not ended. */
function headText({ response, answer, headers }: Outgoing): Buffer {
  const lines = Object.entries({ ...headers, ...answer.headers }).map(([name, value]) => `${name}: ${value}`);
  response.socket?.setNoDelay(true);
  return Buffer.from(`HTTP/1.1 ${answer.status} ${answer.status < 300 ? 'OK' : 'Error'}\r\n${lines.join('\r\n')}\r\n`);
}

function writeHead(outgoing: Outgoing, more: Readonly<Record<string, string | number>>): void {
  const { response, answer, headers } = outgoing;
  response.writeHead(answer.status, { ...headers, ...answer.headers, ...more });
}

/** Sends one byte a second: of the body, or of the head where there is none. */
function sendSlowly(outgoing: Outgoing): void {
  const { response } = outgoing;
  const body = bodyOf(outgoing);
  const head = body.length === 0;
  const bytes = head ? headText(outgoing) : body;
  if (!head) {
    writeHead(outgoing, { 'content-length': body.length });
    response.flushHeaders();
  }
  let at = 0;
  repeat(response, SLOW_MS, () => {
    const byte = bytes.subarray(at, at + 1);
    at += 1;
    if (head) response.socket?.write(byte);
    else response.write(byte);
    if (at < bytes.length) return true;
    if (!head) response.end();
    return false;
  });
}

/** Sends spaces behind the answer, about 6 MB/s, until the client has had enough. */
function sendEndlessly(outgoing: Outgoing): void {
  const { response } = outgoing;
  const body = bodyOf(outgoing);
  if (body.length === 0) {
    response.socket?.write(headText(outgoing));
    repeat(response, ENDLESS_MS, () => response.socket?.write(ENDLESS_HEADER) !== undefined);
    return;
  }
  const { 'content-length': _length, ...headers } = { ...outgoing.headers, ...outgoing.answer.headers };
  response.writeHead(outgoing.answer.status, headers);
  response.write(body);
  repeat(response, ENDLESS_MS, () => {
    if (!response.writableNeedDrain) response.write(ENDLESS_PIECE);
    return true;
  });
}

function sendTruncated(outgoing: Outgoing): void {
  const { response } = outgoing;
  const body = bodyOf(outgoing);
  const { socket } = response;
  if (body.length === 0) {
    socket?.write(headText(outgoing), () => socket.destroySoon());
    return;
  }
  writeHead(outgoing, { 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => socket?.destroySoon());
}

/** More promised than sent: the client waits for the rest. */
function sendTooLittle(outgoing: Outgoing): void {
  const body = bodyOf(outgoing);
  if (body.length === 0) {
    outgoing.response.socket?.write(headText(outgoing));
    return;
  }
  writeHead(outgoing, { 'content-length': body.length + 100 });
  outgoing.response.write(body);
}

function flipOne(body: Buffer): Buffer {
  const other = Buffer.from(body);
  const middle = Math.floor(other.length / 2);
  if (middle < other.length) other[middle] = (other[middle] ?? 0) ^ 1;
  return other;
}

/** Checksums of the same length that are of nothing. */
function otherChecksums(headers: Readonly<Record<string, string>>, hasBody: boolean): Record<string, string> {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-checksum-') && name !== 'x-amz-checksum-type',
  );
  if (names.length === 0) return hasBody ? { 'x-amz-checksum-crc32': 'AAAAAA==' } : {};
  return Object.fromEntries(
    names.map((name) => {
      const bytes = Buffer.from(headers[name] ?? '', 'base64');
      return [name, flipOne(bytes).toString('base64')];
    }),
  );
}

const OTHER_ETAG = hash('md5', 'of something else', 'hex');

function withOtherEtag(answer: AwsResponse): AwsResponse {
  const { headers = {}, body } = answer;
  return {
    ...answer,
    headers: headers.etag === undefined ? headers : { ...headers, etag: `"${OTHER_ETAG}"` },
    ...(typeof body === 'string'
      ? { body: body.replace(/<ETag>[^<]*<\/ETag>/g, `<ETag>&quot;${OTHER_ETAG}&quot;</ETag>`) }
      : {}),
  };
}

function redirect(status: 301 | 307, code: string, headers: Record<string, string>): AwsResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Please send the request to the address that is given.</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** The answer in another shape, where it can still be sent as answers are. */
function reshaped(outgoing: Outgoing, shape: AnswerShape): AwsResponse {
  const { answer, url, signedRegion } = outgoing;
  const { headers = {}, body } = answer;
  switch (shape) {
    case 'corrupt':
      return body === undefined ? answer : { ...answer, body: flipOne(Buffer.from(body)) };
    case 'checksum':
      return {
        ...answer,
        headers: { ...headers, ...otherChecksums(headers, body !== undefined && answer.status < 300) },
      };
    case 'etag':
      return withOtherEtag(answer);
    case 'empty':
      return { status: 200 };
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: HTML };
    case 'error':
      return { status: 200, headers: { 'content-type': 'application/xml' }, body: ERROR };
    case 'redirect':
      return redirect(307, 'TemporaryRedirect', { location: url });
    case 'elsewhere':
      return redirect(301, 'PermanentRedirect', {
        'x-amz-bucket-region': signedRegion === 'eu-west-1' ? 'us-east-1' : 'eu-west-1',
      });
    default:
      return answer;
  }
}

/** Content-Length of half the body: the other half would be lost on every client, so it is not sent. */
function sendHalf(outgoing: Outgoing): void {
  const body = bodyOf(outgoing);
  const half = body.subarray(0, Math.floor(body.length / 2));
  writeHead(outgoing, { 'content-length': half.length, connection: 'close' });
  outgoing.response.end(half);
}

/** What a firewall says that lets the request through to nobody: AWS's ids are not in it. */
function sendBlocked({ response, isHead }: Outgoing): void {
  send(response, { status: 403, headers: { 'content-type': 'text/html' }, body: HTML }, {}, isHead);
}

/** Shapes that no answer of AWS's has. */
const SENDERS: Readonly<Partial<Record<AnswerShape, (outgoing: Outgoing) => void>>> = {
  silent: () => undefined,
  slow: sendSlowly,
  endless: sendEndlessly,
  truncated: sendTruncated,
  long: sendTooLittle,
  short: sendHalf,
  blocked: sendBlocked,
};

/** Sends an answer in the shape that a fault gives it. */
export function sendMangled(outgoing: Outgoing, shape: AnswerShape): void {
  const sendShape = SENDERS[shape];
  if (sendShape !== undefined) sendShape(outgoing);
  else send(outgoing.response, reshaped(outgoing, shape), outgoing.headers, outgoing.isHead);
}

/** What comes behind `IsTruncated` in each listing. */
const TOKENS: readonly (readonly [RegExp, string])[] = [
  [/<KeyCount>/, '<NextContinuationToken>again</NextContinuationToken>'],
  [/<ListBucketResult/, '<NextMarker>again</NextMarker>'],
  [/<ListVersionsResult/, '<NextKeyMarker>again</NextKeyMarker><NextVersionIdMarker>again</NextVersionIdMarker>'],
  [/<ListMultipartUploadsResult/, '<NextKeyMarker>again</NextKeyMarker><NextUploadIdMarker>again</NextUploadIdMarker>'],
  [/<ListPartsResult/, '<NextPartNumberMarker>1</NextPartNumberMarker>'],
  [/./, '<Marker>again</Marker>'],
];
const ENTRIES = /<(Contents|Version|DeleteMarker|CommonPrefixes|Upload|Part|member)>.*?<\/\1>/gs;
const MARKERS =
  /<(NextContinuationToken|NextMarker|NextKeyMarker|NextVersionIdMarker|NextUploadIdMarker|NextPartNumberMarker|Marker)>[^<]*<\/\1>/g;

/** A page of a listing that says that there is more behind a token which never changes; anything else as it is. */
export function manglePage(answer: AwsResponse, shape: PageShape): AwsResponse {
  const { body } = answer;
  if (typeof body !== 'string' || answer.status !== 200) return answer;
  if (body.startsWith('{')) return mangleJsonPage(answer, body, shape);
  if (!body.includes('<IsTruncated>')) return answer;
  const token = TOKENS.find(([root]) => root.test(body))?.[1] ?? '';
  const page = body
    .replace(MARKERS, '')
    .replace(/<IsTruncated>[^<]*<\/IsTruncated>/, `<IsTruncated>true</IsTruncated>${token}`);
  return { ...answer, body: shape === 'empty' ? page.replace(ENTRIES, '') : page };
}

function mangleJsonPage(answer: AwsResponse, body: string, shape: PageShape): AwsResponse {
  const page: Record<string, unknown> = JSON.parse(body);
  if (!Object.values(page).some(Array.isArray)) return answer;
  const kept = shape === 'repeat' ? page : Object.fromEntries(Object.entries(page).map(emptied));
  const more = 'Truncated' in page ? { Truncated: true, NextMarker: 'again' } : { NextToken: 'again' };
  return { ...answer, body: JSON.stringify({ ...kept, ...more }) };
}

function emptied([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? [] : value];
}
