import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../contract.ts';
import type { BodySource } from '../sigv4/payload.ts';
import { hasBody } from './request.ts';

/** Bytes of bodies that are being received at one time, over all connections. */
export interface BodyBudget {
  readonly take: (bytes: number) => void;
  readonly give: (bytes: number) => void;
}

/** A budget in bytes; `take` throws S3's SlowDown when it is used up. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let used = 0;
  return {
    take: (bytes) => {
      used += bytes;
      if (used > maxBytes) throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
    },
    give: (bytes) => {
      used -= bytes;
    },
  };
}

/** Whether the client holds its body back until it gets `100 Continue`. */
export interface Expectation {
  pending: boolean;
}

/**
 * The body of a message as it arrives. A client that waits for `100 Continue` gets it when reading begins, not before: what is
 * refused is then never sent.
 */
export function bodySource(
  message: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  expectation: Expectation,
  budget: BodyBudget,
): BodySource {
  return { [Symbol.asyncIterator]: () => pieces(message, response, headers, expectation, budget) };
}

async function* pieces(
  message: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  expectation: Expectation,
  budget: BodyBudget,
): AsyncGenerator<Buffer, void, undefined> {
  if (!hasBody(headers)) return;
  if (expectation.pending) {
    expectation.pending = false;
    response.writeContinue();
  }
  let taken = 0;
  try {
    // Left open when reading stops early: the answer still has to go out.
    for await (const piece of message.iterator({ destroyOnReturn: false })) {
      const bytes: Buffer = piece;
      taken += bytes.length;
      budget.take(bytes.length);
      yield bytes;
    }
  } finally {
    budget.give(taken);
  }
}

const MAX_DRAIN_BYTES = 16 * 1024 * 1024;
const MAX_DRAIN_MS = 5_000;

/**
 * Reads away what a client still sends though its answer is decided, so that it gets to see the answer; gives false when there
 * is too much of it, and the connection has to be closed.
 */
export async function drain(message: IncomingMessage): Promise<boolean> {
  if (message.complete || message.destroyed) return true;
  return new Promise((resolve) => {
    let bytes = 0;
    const finish = (drained: boolean): void => {
      clearTimeout(timer);
      message.off('data', onData);
      message.off('end', onEnd);
      message.off('close', onEnd);
      resolve(drained);
    };
    const onData = (piece: Buffer): void => {
      bytes += piece.length;
      if (bytes > MAX_DRAIN_BYTES) finish(false);
    };
    const onEnd = (): void => finish(true);
    const timer = setTimeout(() => finish(false), MAX_DRAIN_MS);
    message.on('data', onData);
    message.on('end', onEnd);
    message.on('close', onEnd);
    message.resume();
  });
}
