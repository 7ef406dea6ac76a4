import type { JsonValue } from '../../model/policy.ts';
import { AwsError, type AwsResponse, type Caller, type ServiceContext } from '../contract.ts';
import type { Identity } from '../identity/credentials.ts';
import type { World } from '../query/operation.ts';
import { createInput, type Input } from './input.ts';

/** The services that speak JSON 1.1, by the name in the credential scope, with what stands before the operation in `X-Amz-Target`. */
export const JSON_TARGETS = {
  kms: 'TrentService',
  organizations: 'AWSOrganizationsV20161128',
} as const;

export type JsonService = keyof typeof JSON_TARGETS;

/** One call of an operation: the caller is authenticated, nothing is authorized yet. */
export interface JsonCall {
  readonly operation: string;
  readonly input: Input;
  readonly caller: Caller;
  readonly identity: Identity;
  readonly context: ServiceContext;
  readonly world: World;
  /** Region that the client signed for: keys belong to one. */
  readonly region: string;
}

export type JsonResult = { readonly [member: string]: JsonValue | undefined };

/** An operation of a JSON service. It authorizes itself. */
export interface JsonOperation {
  readonly name: string;
  readonly handle: (call: JsonCall) => JsonResult;
}

/** A JSON service as the pipeline holds it. */
export interface JsonModule {
  readonly service: JsonService;
  /** Serves one authenticated call. Throws `AwsError`. */
  readonly handle: (operation: string, body: string, signer: Signer, context: ServiceContext) => AwsResponse;
  /** The same without a protocol around it. Throws `AwsError`. */
  readonly call: (operation: string, input: JsonValue, signer: Signer, context: ServiceContext) => JsonResult;
}

/** Who signed a call, and for which region. */
export interface Signer {
  readonly identity: Identity;
  readonly region: string;
}

const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.1' };

/** Makes a JSON service of its operations. What is not among them gets 501, by name. */
export function createJsonService(
  service: JsonService,
  operations: readonly JsonOperation[],
  world: World,
): JsonModule {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const call: JsonModule['call'] = (operation, input, { identity, region }, context) => {
    const known = byName.get(operation);
    if (known === undefined) {
      throw new AwsError('NotImplementedException', 501, `The sandbox does not implement ${service}:${operation}.`);
    }
    const { caller } = context;
    return known.handle({ operation, input: createInput(input), caller, identity, context, world, region });
  };
  return {
    service,
    call,
    handle: (operation, body, signer, context) => ({
      status: 200,
      headers: CONTENT_TYPE,
      body: JSON.stringify(call(operation, parseBody(body), signer, context)),
    }),
  };
}

function parseBody(body: string): JsonValue {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new AwsError('SerializationException', 400, 'The request body is not JSON.');
  }
}

/** The error answer of a JSON service: what authorization refuses is a 400 here. */
export function jsonErrorAnswer(error: AwsError): AwsResponse {
  const denied = error.code === 'AccessDenied';
  return {
    status: denied ? 400 : error.status,
    headers: { ...CONTENT_TYPE, ...error.headers },
    body: JSON.stringify({ __type: denied ? 'AccessDeniedException' : error.code, message: error.message }),
  };
}
