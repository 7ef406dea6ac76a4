import { AwsError, type AwsResponse } from '../contract.ts';
import { type Parameters, parseForm } from '../query/parameters.ts';
import { readBody } from '../sigv4/payload.ts';
import { sha256Hex } from '../sigv4/signature.ts';
import { type Presented, readClaim, verifySignature } from '../sigv4/verify.ts';
import type { QueryService } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { perform } from './perform.ts';
import { isForm, type WireRequest } from './request.ts';
import { contextOf, noteUse, remoteAddress } from './request-context.ts';

/** IAM documents may have 131,072 characters, and a form encodes most of them in three. */
const MAX_FORM_BYTES = 2 * 1024 * 1024;

/** Operations that clients do not sign. */
const UNSIGNED: ReadonlySet<string> = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);

function notImplemented(operation: string): AwsError {
  return new AwsError('NotImplemented', 501, `The sandbox does not implement sts:${operation}.`);
}

/** Authenticates a call of IAM or STS, by the hash of its body, and has it served. */
export async function serveQuery(
  exchange: Exchange,
  presentation: Presented,
  service: QueryService,
  id: string,
): Promise<AwsResponse> {
  const { parts, wire, message, source } = exchange;
  const body = await readBody(source, MAX_FORM_BYTES);
  const parameters = readParameters(wire, body);
  const operation = parameters.get('Action') ?? '';
  const claim = presentation.kind === 'anonymous' ? undefined : readClaim(wire, presentation, 'query');
  return perform(exchange, { dialect: 'query', service, operation, claim }, () => {
    if (claim === undefined) {
      if (UNSIGNED.has(operation)) throw notImplemented(operation);
      throw new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
    }
    // IAM is signed for us-east-1 and STS for the region of its endpoint; here any region will do, since clients with an endpoint of
    // their own sign for whatever region they have (a known difference, docs/sandbox.md).
    const verified = verifySignature(wire, presentation, claim, 'query', sha256Hex(body), parts.verifier);
    const caller = parts.world.callerOf(verified.principal);
    noteUse(parts, verified, service);
    const request = { headers: wire.headers, sourceIp: parts.network.sourceIp ?? remoteAddress(message) };
    const context = contextOf(exchange, caller, request, verified);
    return parts.query[service].handle(parameters, verified.principal, context, id);
  });
}

function readParameters(wire: WireRequest, body: Buffer): Parameters {
  const text = isForm(wire) ? body.toString('utf8') : '';
  return parseForm(wire.rawQuery === '' ? text : `${wire.rawQuery}&${text}`);
}
