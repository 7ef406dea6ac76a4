import { setMaxListeners } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';

/** A signal that follows others. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Aborted because its time was over. */
  readonly isLate: () => boolean;
  /** It follows nothing any more. Whoever made it calls this at the end. */
  readonly release: () => void;
}

/**
 * A signal that is aborted when one of the others is, or after some time, with a `TimeoutError` as the reason. What `AbortSignal.any` and
 * `AbortSignal.timeout` do, but they hold on by weak references, and only the collector of old objects looks at those: the signals of
 * thousands of calls, with all that listens to them, would stay for seconds.
 *
 * @param limitMs in milliseconds; default: no limit. Does not keep the process alive
 */
export function linkSignals(others: readonly AbortSignal[], limitMs?: number): LinkedSignal {
  const controller = new AbortController();
  let late = false;
  const expire = () => {
    late = !controller.signal.aborted;
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  };
  const timer = limitMs === undefined ? undefined : setTimeout(expire, limitMs).unref();
  const links = others.map((other) => {
    const follow = () => controller.abort(other.reason);
    if (other.aborted) follow();
    else {
      // Many calls follow one run.
      setMaxListeners(0, other);
      other.addEventListener('abort', follow, { once: true });
    }
    return () => other.removeEventListener('abort', follow);
  });
  return {
    signal: controller.signal,
    isLate: () => late,
    release: () => {
      clearTimeout(timer);
      for (const unlink of links) unlink();
    },
  };
}
