import { isIP } from 'node:net';
import { KitError } from '../model/errors.ts';

/** Buckets have no host names of their own where the endpoint is an address or this machine. */
export function wantsPathStyle(endpointUrl: string | undefined): boolean {
  const url = configuredEndpoint(endpointUrl);
  if (url === undefined || !URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host.endsWith('.localhost') || isIP(host) !== 0;
}

/**
 * The host and nothing else: a path would become part of every bucket's, a password would stand in every message.
 *
 * @throws KitError `usage`
 */
export function checkEndpoint(text: string): void {
  const why = endpointProblem(text);
  if (why === undefined) return;
  throw new KitError('usage', `--endpoint-url ${why}`, { hint: 'Write it as http://127.0.0.1:4599 or https://host.' });
}

/** A region becomes a part of host names. @throws KitError `usage` */
export function checkRegion(text: string): void {
  if (/^[a-z0-9-]{0,63}$/.test(text)) return;
  throw new KitError('usage', `--region ${JSON.stringify(text.slice(0, 200))} is not the name of a region`, {
    hint: 'Write it as us-east-1.',
  });
}

function endpointProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Not shown before it is known to hold no password.
  if (url !== undefined && (url.username !== '' || url.password !== '')) return 'must not hold a user or password';
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return `${JSON.stringify(text.slice(0, 200))} is not an http or https address`;
  }
  return url.pathname === '/' && url.search === '' && url.hash === '' ? undefined : 'must end after the host and port';
}

/** The endpoint of S3 that options or environment name; `undefined`: AWS itself. A variable that is set to nothing counts as not set. */
export function configuredEndpoint(endpointUrl: string | undefined): string | undefined {
  return endpointUrl ?? (process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined);
}

/** What is talked to, for messages: a host, or `AWS`. */
export function hostOf(url: string | undefined): string {
  if (url === undefined) return 'AWS';
  return URL.canParse(url) ? new URL(url).host : url;
}
