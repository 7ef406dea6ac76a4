import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../../model/decision.ts';
import { createAuthorizer } from '../authorize.ts';
import type { Authorize, AwsRequest, Caller, ServiceContext } from '../contract.ts';
import type { Identity } from '../identity/credentials.ts';
import type { Use } from '../identity/uses.ts';
import type { Verified } from '../sigv4/verify.ts';
import type { Exchange, PipelineParts } from './exchange.ts';

/** The address that a connection comes from. */
export function remoteAddress(message: IncomingMessage): string {
  const address = message.socket.remoteAddress ?? '127.0.0.1';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** Remembers the last use of a user's access key, and of the role or user, for IAM's answers about last use. */
export function noteUse(parts: PipelineParts, verified: Verified<Identity> | undefined, service: string): void {
  if (verified === undefined) return;
  const { uses } = parts.world.store;
  const { keyId } = verified.claim;
  const use = useOf(parts, verified);
  if (keyId.startsWith('AKIA')) uses.noteKey(keyId, { ...use, service });
  const principal = principalIdOf(verified.principal);
  if (principal === undefined) return;
  uses.notePrincipal(principal, use);
  uses.noteService(principal, service, use);
}

function useOf(parts: PipelineParts, verified: Verified<Identity>): Use {
  return { at: parts.world.now(), region: verified.claim.scope.region };
}

/** Unique id of the role or user; a root user has none. */
function principalIdOf(identity: Identity): string | undefined {
  if (identity.kind === 'root') return undefined;
  return identity.kind === 'user' ? identity.userId : identity.session.principal.roleId;
}

/** What a service gets beside the request. */
export function contextOf(
  exchange: Exchange,
  caller: Caller,
  request: Pick<AwsRequest, 'headers' | 'sourceIp'>,
  verified: Verified<Identity> | undefined,
): ServiceContext {
  const { parts } = exchange;
  const { authorize, isAllowed } = createAuthorizer(
    () => requestContext(parts, request, verified),
    parts.world.organization,
    parts.network.endpointPolicy,
  );
  const principal = verified === undefined ? undefined : principalIdOf(verified.principal);
  const noted: Authorize = (who, requirements, resource) => {
    if (principal !== undefined && verified !== undefined) {
      for (const { action } of requirements) {
        const [service = '', name = ''] = action.split(':');
        const use = useOf(parts, verified);
        parts.world.store.uses.noteService(principal, service, use);
        parts.world.store.uses.noteAction(principal, service, name, use);
      }
    }
    authorize(who, requirements, resource);
  };
  return { caller, authorize: noted, isAllowed, now: parts.world.now, region: parts.region };
}

/** Keys of the request itself. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function requestContext(
  parts: PipelineParts,
  request: Pick<AwsRequest, 'headers' | 'sourceIp'>,
  verified: Verified<Identity> | undefined,
): RequestContext {
  const now = parts.world.now();
  const { secureTransport, sourceVpce } = parts.network;
  const userAgent = request.headers['user-agent'];
  const referer = request.headers.referer;
  return {
    'aws:CurrentTime': now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SecureTransport': String(secureTransport),
    'aws:ViaAWSService': 'false',
    'aws:RequestedRegion': verified?.claim.scope.region ?? parts.region,
    ...(sourceVpce === undefined ? { 'aws:SourceIp': request.sourceIp } : { 'aws:SourceVpce': sourceVpce }),
    ...(userAgent === undefined ? {} : { 'aws:UserAgent': userAgent }),
    ...(referer === undefined ? {} : { 'aws:Referer': referer }),
    ...(verified === undefined ? {} : signatureContext(parts, verified)),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
function signatureContext(parts: PipelineParts, verified: Verified<Identity>): RequestContext {
  const { claim, payloadHash } = verified;
  if (claim.scope.service !== 's3') return {};
  return {
    's3:authType': claim.type === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:x-amz-content-sha256': payloadHash,
    ...(claim.type === 'query'
      ? { 's3:signatureAge': String(Math.max(0, parts.wallNow().getTime() - claim.time.getTime())) }
      : {}),
  };
}
