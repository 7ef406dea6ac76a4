import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { IAM } from '@aws-sdk/client-iam';
import type { KMS } from '@aws-sdk/client-kms';
import type { Organizations } from '@aws-sdk/client-organizations';
import type { S3 } from '@aws-sdk/client-s3';
import type { S3Control } from '@aws-sdk/client-s3-control';
import type { STS } from '@aws-sdk/client-sts';
import packageJson from '../../package.json' with { type: 'json' };
import { KitError } from '../model/errors.ts';
import { limitAnswers, refuseOddSuccess } from './body.ts';
import { type AwsCredentials, credentialChain, SILENT } from './credential-chain.ts';
import { directClient } from './direct.ts';
import { checkEndpoint, checkRegion, configuredEndpoint, hostOf, wantsPathStyle } from './endpoint.ts';
import { s3ControlEndpoint } from './s3-control.ts';

export type { AwsCredentials, IAM, KMS, Organizations, S3, STS };

/** Region of clients for which nobody named one. S3 corrects it by the bucket's own answer. */
const DEFAULT_REGION = 'us-east-1';

/** How to reach AWS, as the AWS CLI's options and `AWS_*` variables say it. */
export interface AwsOptions {
  /** Profile of the shared configuration; default: keys in the environment, then `AWS_PROFILE` and the usual chain, as the AWS CLI has it. */
  readonly profile?: string | undefined;
  /** Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, us-east-1. */
  readonly region?: string | undefined;
  /** Endpoint of all services; default: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, AWS itself. */
  readonly endpointUrl?: string | undefined;
  readonly credentials?: AwsCredentials | undefined;
  /** Asked for the code of a profile that demands MFA. */
  readonly mfaCode?: ((serial: string) => Promise<string>) | undefined;
  /** HTTP requests a call may take, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Follow S3's answer that a bucket is in another region. Default true. */
  readonly followRegionRedirects?: boolean | undefined;
  /**
   * Many runs share the connections: as many of them as are needed, and none that is idle stays. What they call most is sent directly, by
   * `directClient`. Default false.
   */
  readonly shared?: boolean | undefined;
}

/** Clients that are made, and whose SDK is loaded, when first asked for. Each set has a retry budget of its own. */
export interface AwsClients {
  readonly sts: () => Promise<STS>;
  readonly s3: () => Promise<S3>;
  readonly iam: () => Promise<IAM>;
  readonly kms: () => Promise<KMS>;
  readonly organizations: () => Promise<Organizations>;
  readonly s3Control: () => Promise<S3Control>;
  /** What the clients talk to, for messages: a host, or `AWS`. */
  readonly host: string;
}

/** Makes sets of clients with the same credentials; `region` is the bucket's or key's. */
export type Connect = (overrides?: {
  readonly region?: string;
  readonly followRegionRedirects?: boolean;
}) => AwsClients;

/** Makes sets of clients that share connections, so that a new set does not begin with new handshakes. */
export interface AwsConnector {
  /** A set of clients; what is given here overrides the connector's options. */
  readonly clients: (overrides?: Pick<AwsOptions, 'credentials' | 'region' | 'followRegionRedirects'>) => AwsClients;
  /** Closes the connections. */
  readonly close: () => void;
}

/** Connections of one connector to one host at a time; a verify needs about a dozen. */
const MAX_SOCKETS = 50;
/** In the virtual-hosted style every bucket is a host of its own, whose connections nobody else can use. */
const SHARED_IDLE_MS = 4_000;

/**
 * A connector for these options. Loads nothing by itself. Retries in standard mode, 3 attempts a call; 3 s to connect, 10 s without a
 * byte, 30 s for an answer.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 *
 * @throws KitError `usage` for an endpoint or a region that is not one
 */
export function createAwsConnector(options: AwsOptions = {}): AwsConnector {
  if (options.endpointUrl !== undefined) checkEndpoint(options.endpointUrl);
  if (options.region !== undefined) checkRegion(options.region);
  const connections = {
    keepAlive: true,
    ...(options.shared === true ? { timeout: SHARED_IDLE_MS } : { maxSockets: MAX_SOCKETS }),
  };
  const agents = { httpAgent: new HttpAgent(connections), httpsAgent: new HttpsAgent(connections) };
  const common = once(() => commonConfig(options, agents));
  const templates = options.shared === true ? clientSet(options, common, { templates: undefined }) : undefined;
  const known: KnownSettings = { templates };
  return {
    clients: (overrides = {}) => clientSet({ ...options, ...overrides }, common, known),
    close: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** One set of clients with connections of its own. */
export function createAwsClients(options: AwsOptions = {}): AwsClients {
  return createAwsConnector(options).clients();
}

/** The parts of the SDK, each loaded when it is first needed; a fleet makes thousands of clients. */
const sdk = {
  sts: once(() => import('@aws-sdk/client-sts')),
  iam: once(() => import('@aws-sdk/client-iam')),
  kms: once(() => import('@aws-sdk/client-kms')),
  organizations: once(() => import('@aws-sdk/client-organizations')),
  s3: once(() => import('@aws-sdk/client-s3')),
  s3Control: once(() => import('@aws-sdk/client-s3-control')),
};

/**
 * What the first client of a connector has looked up in environment and shared configuration. Every other client would look for the
 * same again, and make an error with a stack for each of the many settings that nobody has set.
 */
interface KnownSettings {
  /** Clients with the connector's own options, which direct ones are made from. */
  readonly templates: { readonly s3: () => Promise<S3>; readonly sts: () => Promise<STS> } | undefined;
  s3?: Pick<S3['config'], (typeof S3_LOOKED_UP)[number]>;
  sts?: Pick<STS['config'], (typeof LOOKED_UP)[number]>;
}

const LOOKED_UP = ['useDualstackEndpoint', 'useFipsEndpoint', 'userAgentAppId', 'defaultsMode'] as const;
const S3_LOOKED_UP = [
  ...LOOKED_UP,
  'requestChecksumCalculation',
  'responseChecksumValidation',
  'sigv4aSigningRegionSet',
  'disableS3ExpressSessionAuth',
  'useArnRegion',
  'disableMultiregionAccessPoints',
] as const;

function pick<T, K extends keyof T>(config: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, config[name]])) as Pick<T, K>;
}

function clientSet(options: AwsOptions, common: () => Promise<CommonConfig>, known: KnownSettings): AwsClients {
  const config = once(async () => ({
    ...(await common()),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  }));
  const { followRegionRedirects = true } = options;
  const own = { credentials: options.credentials, region: options.region, followRegionRedirects };
  return {
    host: hostOf(configuredEndpoint(options.endpointUrl)),
    sts: once(async () => {
      const [{ STS }, settings, template] = await Promise.all([sdk.sts(), config(), known.templates?.sts()]);
      const full = (maxAttempts = settings.maxAttempts) => {
        const client = bounded(() => new STS({ ...settings, ...known.sts, maxAttempts }));
        known.sts ??= pick(client.config, LOOKED_UP);
        return client;
      };
      return template === undefined ? full() : directClient(template, { ...own, full });
    }),
    iam: once(async () => {
      const [{ IAM }, settings] = await Promise.all([sdk.iam(), config()]);
      return bounded(() => new IAM(settings));
    }),
    kms: once(async () => {
      const [{ KMS }, settings] = await Promise.all([sdk.kms(), config()]);
      return bounded(() => new KMS(settings));
    }),
    organizations: once(async () => {
      const [{ Organizations }, settings] = await Promise.all([sdk.organizations(), config()]);
      return bounded(() => new Organizations(settings));
    }),
    s3Control: once(async () => {
      const [{ S3Control }, settings] = await Promise.all([sdk.s3Control(), config()]);
      return bounded(() => new S3Control({ ...settings, ...s3ControlEndpoint(options.endpointUrl) }));
    }),
    s3: once(async () => {
      const [{ S3 }, settings, template] = await Promise.all([sdk.s3(), config(), known.templates?.s3()]);
      const full = (maxAttempts = settings.maxAttempts) => {
        const special = { followRegionRedirects, forcePathStyle: wantsPathStyle(options.endpointUrl), maxAttempts };
        const client = bounded(() => new S3({ ...settings, ...known.s3, ...special }));
        known.s3 ??= pick(client.config, S3_LOOKED_UP);
        return client;
      };
      return template === undefined ? full() : directClient(template, { ...own, full });
    }),
  };
}

type CommonConfig = Awaited<ReturnType<typeof commonConfig>>;

async function commonConfig(options: AwsOptions, agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent }) {
  if (process.env.AWS_CA_BUNDLE !== undefined)
    agents.httpsAgent.options.ca = await readCaBundle(process.env.AWS_CA_BUNDLE);
  return {
    region:
      // A variable that is set to nothing counts as not set.
      options.region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || (await profileRegion(options)),
    credentials: options.credentials ?? (await credentialChain(options)),
    maxAttempts: options.maxAttempts ?? 3,
    retryMode: 'standard',
    logger: SILENT,
    requestHandler: {
      ...agents,
      connectionTimeout: 3_000,
      socketTimeout: 10_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    },
    customUserAgent: [['channelmix-s3', packageJson.version]] as [string, string][],
    ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
}

/** Certificates to trust instead of the usual ones, as the AWS CLI does. @throws KitError `input` */
async function readCaBundle(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new KitError('input', `AWS_CA_BUNDLE: cannot read ${path}`, { cause });
  });
}

/** The region that the shared configuration names for the profile. */
async function profileRegion(options: AwsOptions): Promise<string> {
  const { STS } = await sdk.sts();
  const client = quietly(() => new STS(options.profile === undefined ? {} : { profile: options.profile }));
  try {
    return await client.config.region();
  } catch {
    // No configuration names a region.
    return DEFAULT_REGION;
  } finally {
    client.destroy();
  }
}

const SILENCER = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/**
 * Makes a client without the SDK's warning that releases from January 2027 on want Node 22: it would stand in every output on
 * Node 20. The README says what it means.
 */
function quietly<T>(make: () => T): T {
  const before = process.env[SILENCER];
  process.env[SILENCER] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[SILENCER];
    else process.env[SILENCER] = before;
  }
}

interface Stack {
  readonly add: (middleware: never, options: never) => void;
  readonly addRelativeTo: (middleware: never, options: never) => void;
}

/** A client whose answers are bounded, made without the SDK's warning. */
function bounded<C extends { readonly middlewareStack: Stack }>(make: () => C): C {
  const client = quietly(make);
  const inside = { relation: 'after', toMiddleware: 'deserializerMiddleware', name: 'limitAnswers', override: true };
  client.middlewareStack.addRelativeTo(limitAnswers as never, inside as never);
  const outside = { step: 'deserialize', priority: 'high', name: 'refuseOddSuccess', override: true };
  client.middlewareStack.add(refuseOddSuccess as never, outside as never);
  return client;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
