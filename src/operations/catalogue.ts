import data from '../../policies/catalogue/iam.json' with { type: 'json' };

/**
 * Facts of AWS's Service Authorization Reference about the services that matter here: S3, S3 Object Lambda, STS, KMS and IAM.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

/** Policy Sentry's and AWS's access levels. */
export type AccessCategory = 'List' | 'Read' | 'Write' | 'Tagging' | 'Permissions management';

/** The type of a condition key's value; `ArrayOf…` keys have several values. */
export type KeyType =
  | 'String'
  | 'ARN'
  | 'Bool'
  | 'Date'
  | 'Numeric'
  | 'IPAddress'
  | 'Binary'
  | 'ArrayOfString'
  | 'ArrayOfARN';

export interface ActionFacts {
  /** `service:Name`, as AWS spells it. */
  readonly action: string;
  readonly service: string;
  readonly name: string;
  readonly access: AccessCategory;
  /** Resource types that the action takes; none: only `*`. */
  readonly resources: readonly string[];
  /** Names of the condition keys of the service that a request for it can have, in lower case; `*` stands for a variable part. */
  readonly keys: readonly string[];
}

export interface KeyFacts {
  /** As AWS spells it; `*` stands for a variable part, such as a tag's name. */
  readonly key: string;
  readonly type: KeyType;
  /** In the context of every request that can have it, whatever the service. */
  readonly global: boolean;
}

export interface ServiceFacts {
  readonly prefix: string;
  /** `Amazon S3`. */
  readonly name: string;
  /** Resource type -> ARN with `${…}` for what varies. */
  readonly resources: ReadonlyMap<string, string>;
  /** By name in lower case. */
  readonly actions: ReadonlyMap<string, ActionFacts>;
}

/** Which data this is. */
export const CATALOGUE_VERSION: { readonly source: string; readonly version: string; readonly date: string } = {
  source: data.source,
  version: data.sourceVersion,
  date: data.sourceDate,
};

/** Prefixes of all of AWS's services, also of those whose actions are not known here. */
export const SERVICE_PREFIXES: ReadonlySet<string> = new Set(data.prefixes.split(' '));

const ARN_SERVICES: ReadonlyMap<string, string> = new Map(Object.entries(data.arnServices));

/**
 * Names of services in the ARNs of what a service's actions are about: its own prefix, but for those that are about another's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function arnServicesOf(service: string): readonly string[] {
  return ARN_SERVICES.get(service)?.split(' ') ?? [service];
}

const KEY_ROWS = Object.entries(data.keys);
const GLOBALS = new Set(numbersOf(data.globals));
const KEYS: readonly KeyFacts[] = KEY_ROWS.map(([key, type], index) => ({
  key,
  type: type as KeyType,
  global: GLOBALS.has(index),
}));
const KEY_LISTS = data.keyLists.map((list) => numbersOf(list).flatMap((index) => KEYS[index]?.key.toLowerCase() ?? []));
const PLAIN_KEYS = new Map(
  KEYS.filter(({ key }) => !key.includes('*')).map((facts) => [facts.key.toLowerCase(), facts]),
);
const PATTERN_KEYS = KEYS.filter(({ key }) => key.includes('*')).map((facts) => ({
  facts,
  name: facts.key.toLowerCase(),
}));

/** The services whose actions are known, by prefix. */
export const SERVICES: ReadonlyMap<string, ServiceFacts> = new Map(
  Object.entries(data.services).map(([prefix, service]) => [prefix, readService(prefix, service)]),
);

function numbersOf(list: string): readonly number[] {
  return list === '' ? [] : list.split(' ').map(Number);
}

function readService(
  prefix: string,
  service: {
    readonly name: string;
    readonly resources: Readonly<Record<string, string>>;
    readonly actions: Readonly<Record<string, string>>;
  },
): ServiceFacts {
  const resourceKeys = new Map<string, readonly string[]>();
  const resources = new Map<string, string>();
  for (const [type, row] of Object.entries(service.resources)) {
    const [arn = '', list = '0'] = row.split('|');
    resources.set(type, arn);
    resourceKeys.set(type, KEY_LISTS[Number(list)] ?? []);
  }
  const actions = new Map<string, ActionFacts>();
  for (const [name, row] of Object.entries(service.actions)) {
    const [access = '', types = '', list = '0'] = row.split('|');
    const taken = types === '' ? [] : types.split(' ');
    const keys = new Set([
      ...(KEY_LISTS[Number(list)] ?? []),
      ...taken.flatMap((type) => resourceKeys.get(type) ?? []),
    ]);
    actions.set(name.toLowerCase(), {
      action: `${prefix}:${name}`,
      service: prefix,
      name,
      access: access as AccessCategory,
      resources: taken,
      keys: [...keys],
    });
  }
  return { prefix, name: service.name, resources, actions };
}

/** Facts about `service:Name`, compared without case; `undefined` when there is no such action, or the service is not known here. */
export function findAction(action: string): ActionFacts | undefined {
  const colon = action.indexOf(':');
  if (colon < 0) return undefined;
  return SERVICES.get(action.slice(0, colon).toLowerCase())?.actions.get(action.slice(colon + 1).toLowerCase());
}

/** Whether an action only shows something. */
export function isReading({ access }: Pick<ActionFacts, 'access'>): boolean {
  return access === 'Read' || access === 'List';
}

/** Whether a key is the one that a name of the catalogue, in which `*` is a variable part, stands for. Both in lower case. */
export function isKey(name: string, key: string): boolean {
  const star = name.indexOf('*');
  if (star < 0) return name === key;
  const head = name.slice(0, star);
  const tail = name.slice(star + 1);
  return key.length > head.length + tail.length && key.startsWith(head) && key.endsWith(tail);
}

/** Facts about a condition key, compared without case; `undefined` when there is no such key, or its service is not known here. */
export function findKey(key: string): KeyFacts | undefined {
  const lower = key.toLowerCase();
  return PLAIN_KEYS.get(lower) ?? PATTERN_KEYS.find(({ name }) => isKey(name, lower))?.facts;
}

/**
 * Whether no request for an action has a condition key of S3 or KMS (in lower case): it has those that AWS's tables name for it. `false` for
 * what is not known here.
 */
export function lacksKey(action: string, key: string): boolean {
  const facts = /^(s3|kms):/.test(key) && findKey(key)?.global === false ? findAction(action) : undefined;
  return facts !== undefined && !facts.keys.some((name) => isKey(name, key));
}

/** All condition keys that are known, as AWS spells them. */
export const KEY_NAMES: readonly string[] = KEYS.map(({ key }) => key);
