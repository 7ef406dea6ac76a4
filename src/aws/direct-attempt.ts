import { randomUUID } from 'node:crypto';
import { checkSuccess, isObject, readAnswer } from './body.ts';
import type { AwsCredentials } from './credential-chain.ts';
import { type EndpointCommand, type EndpointConfig, endpointOf, type SdkEndpoint } from './direct-endpoint.ts';
import { type SignableRequest, signRequest } from './sign.ts';

/** How a call is made. */
export interface Options {
  readonly abortSignal?: AbortSignal;
}

/** An answer of the SDK's handler of requests. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: unknown;
}

type Operation = Readonly<Record<'name' | 'namespace' | 'traits' | 'input' | 'output', unknown>>;

/** What the SDK makes of a client's settings, as far as it is used here. */
export interface SdkConfig extends EndpointConfig {
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly requestHandler: {
    readonly handle: (request: SignableRequest, options: Options) => Promise<{ readonly response: Response }>;
  };
  readonly protocol: {
    readonly serializeRequest: (
      operation: Operation,
      input: unknown,
      context: { readonly endpoint: () => Promise<SdkEndpoint> },
    ) => Promise<SignableRequest & { readonly hostname: string; readonly port?: number }>;
    readonly deserializeResponse: (operation: Operation, context: SdkConfig, response: Response) => Promise<Output>;
  };
  readonly maxAttempts: () => Promise<number>;
  readonly retryStrategy: () => Promise<RetryStrategy>;
  readonly defaultUserAgentProvider: () => Promise<readonly (readonly [string, string?])[]>;
  readonly customUserAgent?: readonly (readonly [string, string?])[];
  readonly userAgentAppId: () => Promise<string | undefined>;
}

interface RetryStrategy {
  readonly acquireInitialRetryToken: (scope: string) => Promise<unknown>;
  readonly refreshRetryTokenForRetry: (token: unknown, info: object) => Promise<unknown>;
}

/** A parsed answer. */
export interface Output {
  $metadata: { requestId?: string; attempts?: number; totalRetryDelay?: number };
}

/** A command of the SDK's. */
export interface SdkCommand {
  readonly input: Readonly<Record<string, unknown>>;
  /** Kind, namespace, name, traits, input and output. */
  readonly schema?: readonly [unknown, string, string, unknown, unknown, unknown];
  readonly constructor: EndpointCommand & { readonly name: string };
}

/**
 * Sends calls, each once: with the SDK's rules of endpoints, serializers, parsers and connections.
 *
 * @param session default of both: the client's own
 * @returns a function that throws what the SDK throws
 */
export function createAttempt(
  config: SdkConfig,
  session: { readonly credentials?: AwsCredentials | undefined; readonly region?: string | undefined },
): (command: SdkCommand, options: Options) => Promise<Output> {
  const endpoints = new Map<string, Promise<SdkEndpoint>>();
  const endpointFor = (command: SdkCommand, region: string): Promise<SdkEndpoint> => {
    const { constructor: kind, input } = command;
    const name = `${kind.name} ${String(input.Bucket)}`;
    const known = endpoints.get(name) ?? endpointOf(kind, input, config, region);
    endpoints.set(name, known);
    return known;
  };
  return async (command: SdkCommand, options: Options): Promise<Output> => {
    const operation = operationOf(command);
    const region = session.region ?? (await config.region());
    const endpoint = await endpointFor(command, region);
    const scheme = endpoint.properties?.authSchemes?.[0];
    if (scheme !== undefined && scheme.name !== 'sigv4') throw new Error(`signed by ${scheme.name}`);
    const request = await config.protocol.serializeRequest(operation, command.input, {
      endpoint: async () => endpoint,
    });
    await addHeaders(request, config);
    const identity = session.credentials ?? (await config.credentials());
    const service = scheme?.signingName ?? (command.schema?.[1].includes('sts') ? 'sts' : 's3');
    signRequest(request, identity, { region: scheme?.signingRegion ?? region, service }, new Date());
    const { response } = await config.requestHandler.handle(request, options);
    return readResponse(config, operation, command.constructor.name, response);
  };
}

const operations = new Map<string, Operation>();

function operationOf({ constructor: kind, schema }: SdkCommand): Operation {
  const known = operations.get(kind.name);
  if (known !== undefined) return known;
  const [, namespace, name, traits, input, output] = schema ?? [];
  const operation = { namespace, name, traits, input, output };
  operations.set(kind.name, operation);
  return operation;
}

/** Who asks, and for the how manieth time; the length of what is sent. */
async function addHeaders(
  request: SignableRequest & { readonly hostname: string; readonly port?: number },
  config: SdkConfig,
): Promise<void> {
  const { headers, body, hostname, port } = request;
  const agent = agents.get(config) ?? (await userAgent(config));
  agents.set(config, agent);
  headers.host = port === undefined ? hostname : `${hostname}:${port}`;
  headers['user-agent'] = agent;
  headers['amz-sdk-invocation-id'] = randomUUID();
  headers['amz-sdk-request'] = `attempt=1; max=${await config.maxAttempts()}`;
  if (typeof body === 'string') headers['content-length'] = String(Buffer.byteLength(body));
}

const agents = new WeakMap<SdkConfig, string>();

/** As the SDK says it, its own name first. */
async function userAgent(config: SdkConfig): Promise<string> {
  const app = await config.userAgentAppId();
  const all = [
    ...(await config.defaultUserAgentProvider()),
    ...(app === undefined ? [] : [[`app/${app}`] as const]),
    ...(config.customUserAgent ?? []),
  ];
  const said = all.map(([name, value]) =>
    value === undefined ? name : `${name}${name.includes('/') ? '#' : '/'}${value}`,
  );
  return said.join(' ').replace(/ api\/\w+/, (api) => api.toLowerCase());
}

async function readResponse(
  config: SdkConfig,
  operation: Operation,
  commandName: string,
  response: Response,
): Promise<Output> {
  const { statusCode: status, headers } = response;
  try {
    if (!isObject(commandName, status)) {
      const bytes = await readAnswer(response.body, status);
      // https://repost.aws/knowledge-center/s3-resolve-200-internalerror
      if (status < 300 && bytes.subarray(-16).toString().endsWith('</Error>')) {
        throw Object.assign(new Error('a success that says that it is none'), {
          name: 'InternalError',
          $metadata: { httpStatusCode: 503 },
        });
      }
      response.body = bytes;
    }
    const output = await config.protocol.deserializeResponse(operation, config, response);
    checkSuccess(commandName, status, headers);
    output.$metadata.attempts = 1;
    output.$metadata.totalRetryDelay = 0;
    return output;
  } catch (error) {
    if (typeof error === 'object' && error !== null)
      Object.defineProperty(error, '$response', { value: response, enumerable: false });
    throw error;
  }
}
