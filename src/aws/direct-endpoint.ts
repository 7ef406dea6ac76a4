/** An endpoint as the SDK's rules give it. */
export interface SdkEndpoint {
  readonly url: URL;
  readonly properties?: {
    readonly authSchemes?: readonly {
      readonly name: string;
      readonly signingName?: string;
      readonly signingRegion?: string;
    }[];
  };
}

/** What of a client's settings the rules want to know. */
export interface EndpointConfig {
  readonly isCustomEndpoint?: boolean;
  readonly endpoint?: () => Promise<{ protocol: string; hostname: string; port?: number; path: string }>;
  readonly serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  readonly endpointProvider: (parameters: Readonly<Record<string, unknown>>) => SdkEndpoint;
}

type Instructions = Readonly<
  Record<string, { readonly type: string; readonly name?: string; readonly value?: unknown }>
>;

/** A kind of call, which says by itself from what its endpoint follows. */
export interface EndpointCommand {
  readonly getEndpointParameterInstructions: () => Instructions;
}

/** Parameters that differ between two calls to a bucket and make no difference to its endpoint. */
const OF_THE_OBJECT: readonly string[] = ['Key', 'Prefix'];

/**
 * Where a call goes and by which scheme it is signed, from the rules of the service in the SDK.
 *
 * @param region to ask, whatever the client's own is
 */
export async function endpointOf(
  command: EndpointCommand,
  input: Readonly<Record<string, unknown>>,
  config: EndpointConfig,
  region: string,
): Promise<SdkEndpoint> {
  const parameters: Record<string, unknown> = {};
  for (const [parameter, { type, name = '', value }] of Object.entries(command.getEndpointParameterInstructions())) {
    if (type === 'staticContextParams') parameters[parameter] = value;
    else if (type === 'contextParams')
      parameters[parameter] = OF_THE_OBJECT.includes(parameter) ? undefined : input[name];
    else parameters[parameter] = await settingOf(config, name);
  }
  parameters.Region = region;
  parameters.Endpoint = await customEndpoint(config);
  if (parameters.Bucket !== undefined && needsPath(String(parameters.Bucket), parameters.Endpoint)) {
    parameters.ForcePathStyle = true;
  }
  return config.endpointProvider(parameters);
}

async function settingOf(config: EndpointConfig, name: string): Promise<unknown> {
  if (name === 'endpoint' || name === 'region') return undefined;
  const value = (config as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'function' ? value() : value;
}

/** The endpoint of the options, or of environment and shared configuration. */
async function customEndpoint({ isCustomEndpoint, endpoint, serviceConfiguredEndpoint }: EndpointConfig) {
  if (isCustomEndpoint !== true || endpoint === undefined) {
    const configured = await serviceConfiguredEndpoint?.();
    return configured === undefined ? undefined : new URL(configured).href;
  }
  const { protocol, hostname, port, path } = await endpoint();
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
}

/** Names that no certificate covers, or that are no label of a host. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function needsPath(bucket: string, endpoint: unknown): boolean {
  const isHost = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !/(\d+\.){3}\d+|\.\./.test(bucket);
  return !isHost || (bucket.includes('.') && !String(endpoint).startsWith('http:'));
}
