import { AwsError, type AwsResponse } from '../contract.ts';
import { JSON_TARGETS, type JsonService } from '../json/service.ts';
import { readBody } from '../sigv4/payload.ts';
import { sha256Hex } from '../sigv4/signature.ts';
import { type Presented, readClaim, verifySignature } from '../sigv4/verify.ts';
import type { Exchange } from './exchange.ts';
import { perform } from './perform.ts';
import type { WireRequest } from './request.ts';
import { contextOf, noteUse, remoteAddress } from './request-context.ts';

const MAX_JSON_BYTES = 1024 * 1024;

/** The JSON service and operation that a request names in `X-Amz-Target`, if it names one. */
export function readTarget(
  wire: Pick<WireRequest, 'headers'>,
): { readonly service: JsonService | undefined; readonly operation: string } | undefined {
  const target = wire.headers['x-amz-target'];
  if (target === undefined) return undefined;
  const [prefix, operation = ''] = target.split('.');
  const service = (Object.keys(JSON_TARGETS) as JsonService[]).find((name) => JSON_TARGETS[name] === prefix);
  return { service, operation };
}

/** Authenticates a call of KMS or Organizations, by the hash of its body, and has it served. */
export async function serveJson(
  exchange: Exchange,
  presentation: Presented,
  service: JsonService,
): Promise<AwsResponse> {
  const { parts, wire, message, source } = exchange;
  const body = await readBody(source, MAX_JSON_BYTES);
  const target = readTarget(wire);
  if (target?.service !== service || wire.method !== 'POST') {
    throw new AwsError('UnknownOperationException', 400, 'The request names no operation of this service.');
  }
  const { operation } = target;
  const claim = presentation.kind === 'anonymous' ? undefined : readClaim(wire, presentation, 'json');
  return perform(exchange, { dialect: 'json', service, operation, claim }, () => {
    if (claim === undefined) {
      throw new AwsError('MissingAuthenticationTokenException', 400, 'Missing Authentication Token');
    }
    const verified = verifySignature(wire, presentation, claim, 'json', sha256Hex(body), parts.verifier);
    noteUse(parts, verified, service);
    const request = { headers: wire.headers, sourceIp: parts.network.sourceIp ?? remoteAddress(message) };
    const context = contextOf(exchange, parts.world.callerOf(verified.principal), request, verified);
    const signer = { identity: verified.principal, region: claim.scope.region };
    return parts.json[service].handle(operation, body.toString('utf8'), signer, context);
  });
}
