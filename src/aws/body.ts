import { Transform } from 'node:stream';

/** The most that is read of an answer that is no object: a listing of 1,000 keys stays far below. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** The most that is read of an error. */
const MAX_ERROR_BYTES = 1024 * 1024;

function limitOf(status: number): number {
  return status < 300 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
}

/** Whether the body of an answer is an object, which its reader bounds by itself. */
export function isObject(commandName: string | undefined, status: number): boolean {
  return commandName === 'GetObjectCommand' && status < 300;
}

interface Answer {
  readonly response: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    body?: unknown;
  };
}

/**
 * A middleware of the SDK that ends an answer which does not end by itself: beyond 1 MiB for errors and 16 MiB for other answers
 * the call fails.
 */
export function limitAnswers(
  next: (args: never) => Promise<unknown>,
  context: { readonly commandName?: string },
): (args: never) => Promise<never> {
  return async (args) => {
    const answer = (await next(args)) as Answer;
    const { response } = answer;
    const status = response.statusCode ?? 0;
    if (isReadable(response.body) && !isObject(context.commandName, status)) {
      response.body = limited(response.body, limitOf(status));
    }
    return answer as never;
  };
}

/**
 * What every success of S3 has, and an empty answer or a proxy's page has not: believed, a version would be taken for none, and stay.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
const SUCCESS: Readonly<Record<string, (status: number, headers: Readonly<Record<string, string>>) => boolean>> = {
  PutObjectCommand: (_status, headers) => headers.etag !== undefined,
  DeleteObjectCommand: (status) => status === 204,
  AbortMultipartUploadCommand: (status) => status === 204,
};

/** Name of the error for a success that S3 does not give. */
export const ODD_SUCCESS = 'UnexpectedAnswer';

/**
 * A success that S3 does not give is none.
 *
 * @throws Error with the metadata of the answer
 */
export function checkSuccess(
  commandName: string | undefined,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  if (status >= 300 || SUCCESS[commandName ?? '']?.(status, headers) !== false) return;
  const error = new Error('not what S3 answers when it has done this');
  const $metadata = { httpStatusCode: status, requestId: headers['x-amz-request-id'] };
  throw Object.assign(error, { name: ODD_SUCCESS, $metadata });
}

/** A middleware of the SDK, outside of what reads the answer: `checkSuccess` for each. */
export function refuseOddSuccess(
  next: (args: never) => Promise<unknown>,
  context: { readonly commandName?: string },
): (args: never) => Promise<never> {
  return async (args) => {
    const answer = (await next(args)) as Answer;
    const { statusCode: status = 0, headers = {} } = answer.response;
    checkSuccess(context.commandName, status, headers);
    return answer as never;
  };
}

function isReadable(body: unknown): body is NodeJS.ReadableStream & { destroy: (error?: Error) => void } {
  return typeof body === 'object' && body !== null && 'pipe' in body && 'destroy' in body;
}

function limited(body: NodeJS.ReadableStream & { destroy: (error?: Error) => void }, limit: number): Transform {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) done(new Error(`the answer is larger than ${limit} bytes`));
      else done(null, chunk);
    },
  });
  body.on('error', (error) => counter.destroy(error));
  counter.on('error', () => body.destroy());
  body.pipe(counter);
  return counter;
}

/**
 * Reads an object's body, at most `limit` bytes.
 *
 * @throws Error when it is larger, when its checksum does not fit, or when the connection breaks
 */
export function readObjectBody(body: unknown, limit: number): Promise<Buffer> {
  return collect(body, limit, `the object is larger than the ${limit} bytes that were put`);
}

/**
 * Reads an answer that is no object, within the limits of `limitAnswers`.
 *
 * @throws Error when it is larger, or when the connection breaks
 */
export function readAnswer(body: unknown, status: number): Promise<Buffer> {
  const limit = limitOf(status);
  return collect(body, limit, `the answer is larger than ${limit} bytes`);
}

async function collect(body: unknown, limit: number, tooLarge: string): Promise<Buffer> {
  if (!isReadable(body)) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > limit) {
      body.destroy();
      throw new Error(tooLarge);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
