import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK_IPV4 = /^127(?:\.\d{1,3}){3}$/;
const LOCAL_NAME = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.)?localhost$/i;

/** The name in a `Host` header without its port; `undefined` when it is not a name with an optional port. */
export function hostName(host: string): string | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:@/\s]+)(?::\d{1,5})?$/.exec(host);
  return match?.[1];
}

/** Whether a name can only mean this machine: a loopback literal, localhost, or a name under localhost (RFC 6761, 6.3). */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_IPV4.test(name) || name === '[::1]' || LOCAL_NAME.test(name);
}

/**
 * Why a request is refused before anything of it is read; `undefined` when it may pass. A browser that was led here by a name
 * of somebody else's (DNS rebinding) or by somebody else's page (CSRF) is kept out: there are no CORS headers either.
 */
export function refuse(headers: IncomingHttpHeaders, target: string): string | undefined {
  const { host, origin } = headers;
  if (host === undefined) return 'The request has no Host header.';
  const name = hostName(host);
  if (name === undefined || !isLoopbackName(name)) {
    return 'The Host header names another machine: the sandbox answers to loopback names only.';
  }
  if (origin !== undefined && origin !== `http://${host}`) return 'The request comes from a page of another origin.';
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'The request comes from a page of another site.';
  if (!target.startsWith('/')) return 'The request target is not a path.';
  return undefined;
}
