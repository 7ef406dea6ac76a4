import type { JsonValue } from '../../model/policy.ts';
import { createAuthorizer } from '../authorize.ts';
import type { AwsResponse, ServiceContext, ServiceModule } from '../contract.ts';
import type { QueryService } from '../http/answer.ts';
import type { Identity } from '../identity/credentials.ts';
import type { JsonModule, JsonResult, JsonService } from '../json/service.ts';
import type { QueryResult, World } from '../query/operation.ts';
import { fromMap } from '../query/parameters.ts';
import type { QueryModule } from '../query/service.ts';

/** A request to S3 as it would come in path style. */
export interface InsideRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Region that it is signed for; the sandbox's by default. */
  readonly region?: string;
}

/**
 * Calls of the services' operations from inside, as the root user of an account: checked and authorized as those over HTTP, without
 * signatures and faults. What they throw is an `AwsError` in the service's words.
 */
export interface Inside {
  readonly query: (
    service: QueryService,
    account: string,
    action: string,
    parameters: Readonly<Record<string, string | undefined>>,
  ) => QueryResult;
  readonly json: (
    service: JsonService,
    account: string,
    operation: string,
    input: JsonValue,
    region?: string,
  ) => JsonResult;
  readonly s3: (account: string, request: InsideRequest) => Promise<AwsResponse>;
}

/** The inside of a sandbox that consists of these parts. */
export function createInside(parts: {
  readonly world: World;
  readonly s3: ServiceModule;
  readonly queries: Readonly<Record<QueryService, QueryModule>>;
  readonly json: Readonly<Record<JsonService, JsonModule>>;
  readonly settle: () => void;
  readonly region: string;
}): Inside {
  const { world } = parts;
  const rootOf = (account: string): { readonly identity: Identity; readonly context: ServiceContext } => {
    parts.settle();
    const identity: Identity = { kind: 'root', account };
    const base = {
      'aws:CurrentTime': world.now().toISOString(),
      'aws:SecureTransport': 'true',
      'aws:ViaAWSService': 'false',
      'aws:RequestedRegion': parts.region,
    };
    return {
      identity,
      context: {
        caller: world.callerOf(identity),
        ...createAuthorizer(() => base, world.organization),
        now: world.now,
        region: parts.region,
      },
    };
  };
  return {
    query: (service, account, action, parameters) => {
      const { identity, context } = rootOf(account);
      const given = Object.entries({ Action: action, ...parameters }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return parts.queries[service].call(fromMap(new Map(given)), identity, context).result ?? {};
    },
    json: (service, account, operation, input, region = parts.region) => {
      const { identity, context } = rootOf(account);
      return parts.json[service].call(operation, input, { identity, region }, context);
    },
    s3: (account, { method, path, query = '', headers = {}, body = '', region = parts.region }) =>
      parts.s3.handle(
        {
          id: 'inside',
          method,
          host: '127.0.0.1',
          rawPath: path,
          rawQuery: query,
          headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
          body: async () => Buffer.from(body),
          trailers: () => ({}),
          sourceIp: '127.0.0.1',
          signature: { type: 'header', region, accessKeyId: account },
        },
        rootOf(account).context,
      ),
  };
}
