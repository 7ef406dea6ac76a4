interface Watched {
  readonly middlewareStack: { readonly add: (middleware: never, options: never) => void };
}

/**
 * Watches the clock of the service that a client talks to, by the Date header of its answers.
 *
 * @returns a function that gives the service's time at this moment, in milliseconds since 1970, never ahead of it; `undefined` before the first
 *   answer. https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
export function watchServerClock(client: Watched, now: () => number = Date.now): () => number | undefined {
  let offset: number | undefined;
  const middleware = (next: (args: never) => Promise<{ readonly response?: unknown }>) => async (args: never) => {
    const answer = await next(args);
    const headers = (answer.response as { readonly headers?: Readonly<Record<string, string>> } | undefined)?.headers;
    const date = Date.parse(headers?.date ?? '');
    if (!Number.isNaN(date)) offset = date - now();
    return answer;
  };
  // Answers pass the later middlewares of this step first, as they came from the wire.
  const options = { step: 'deserialize', name: 'watchServerClock', priority: 'low', override: true };
  client.middlewareStack.add(middleware as never, options as never);
  return () => (offset === undefined ? undefined : now() + offset);
}
