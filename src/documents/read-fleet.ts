import { parseRoleArn, partitionOfRegion } from '../model/arn.ts';
import { inputError, KitError, type Problem } from '../model/errors.ts';
import type { Fleet, FleetBucket, FleetClient, FleetMode, InvalidClient } from '../model/fleet.ts';
import type { AccessLevel } from '../model/grant.ts';
import { printable } from '../model/printable.ts';
import { readAccessKeyId } from './read-access-key-id.ts';
import { type GrantInput, readGrant } from './read-grant.ts';
import { readRoleArn } from './read-role-arn.ts';
import { bucketNameRule, iamNameRule, iamPathRule, RULE_DOCS } from './rules.ts';
import { schemaPath, schemaProblem } from './schema-problems.ts';
import { validateFleet } from './validators.generated.js';
import { parseYaml, type YamlData } from './yaml-document.ts';

/** The largest fleet file that is read, in bytes: 20,000 clients in some detail. */
export const MAX_FLEET_BYTES = 8_388_608;

/** A client as it is written: the shape of policies/schemas/fleet.schema.json. */
interface ClientInput {
  readonly name: string;
  readonly roleArn?: string;
  readonly accessKeyId?: string;
  readonly secretEnv?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly prefixes?: readonly string[];
  readonly kmsKeyArn?: string;
  readonly otherBucket?: string;
  readonly buckets?: readonly BucketInput[];
  readonly access?: AccessLevel;
  readonly as?: FleetMode;
  readonly profile?: string;
  readonly region?: string;
  readonly auditorRole?: string;
}

interface BucketInput {
  readonly name: string;
  readonly prefixes?: readonly string[];
  readonly kmsKeyArn?: string;
}

type Defaults = Pick<ClientInput, 'access' | 'as' | 'profile' | 'region' | 'auditorRole'>;

const FLEET_KEYS = ['defaults', 'clients'];
const DEFAULT_KEYS = ['access', 'as', 'profile', 'region', 'auditorRole'];
const BUCKET_KEYS = ['name', 'prefixes', 'kmsKeyArn'];
const CLIENT_KEYS = [
  'name',
  'roleArn',
  'accessKeyId',
  'secretEnv',
  'bucket',
  'prefix',
  'prefixes',
  'kmsKeyArn',
  'otherBucket',
  'buckets',
  ...DEFAULT_KEYS,
];

/**
 * Reads the text of a `fleet.yaml`. An entry that is wrong is told apart from the others, so that it can be skipped.
 *
 * @param text the file's content
 * @param name the file's name, for errors
 * @throws KitError `input` when the file as a whole cannot be read, with file, line and column
 */
export function readFleet(text: string, name: string): Fleet {
  const yaml = parseYaml(text, name, MAX_FLEET_BYTES);
  const shape = shapeProblems(yaml);
  if (shape.whole.length > 0) throw inputError(`${name} is not a valid fleet file:`, shape.whole);
  const { clients: inputs, defaults = {} } = yaml.input as { clients: readonly unknown[]; defaults?: Defaults };
  const clients: FleetClient[] = [];
  const invalid: InvalidClient[] = [];
  const places = new Map<string, string>();
  inputs.forEach((raw, index) => {
    const path = ['clients', String(index)];
    const place = yaml.position(path);
    const broken = shape.clients.get(index) ?? [];
    const input = raw as ClientInput;
    const known = isNamed(raw) ? input.name : `client ${index + 1}`;
    const taken = isNamed(raw) ? places.get(input.name) : undefined;
    const problems = [
      ...broken,
      ...(taken === undefined ? [] : [{ field: yaml.place([...path, 'name']), rule: `is the name of ${taken}, too` }]),
    ];
    if (isNamed(raw) && taken === undefined) places.set(input.name, place);
    const client = problems.length > 0 ? problems : readClient(input, defaults, path, yaml);
    if (isClient(client)) clients.push(client);
    else invalid.push({ name: printable(known.slice(0, 128)), place, problems: client });
  });
  return { clients, invalid };
}

/** The error for entries that are wrong: every one is named, of many the first. */
export function invalidClients(name: string, invalid: readonly InvalidClient[]): KitError {
  const shown = invalid.slice(0, MOST_SHOWN);
  const problems = shown.flatMap((client) =>
    client.problems.map((problem) => ({ ...problem, rule: `${problem.rule} (${client.name})` })),
  );
  const more = invalid.length > shown.length ? `, the first ${shown.length}` : '';
  const count = invalid.length === 1 ? 'one entry is wrong' : `${invalid.length} entries are wrong${more}`;
  return inputError(
    `${name}: ${count}:`,
    problems,
    'Nothing was started. Mend the file, or add --skip-invalid to verify the others.',
  );
}

const MOST_SHOWN = 20;

function isNamed(raw: unknown): raw is { readonly name: string } {
  return typeof raw === 'object' && raw !== null && typeof (raw as { name?: unknown }).name === 'string';
}

function isClient(read: FleetClient | readonly Problem[]): read is FleetClient {
  return !Array.isArray(read);
}

/** What the schema finds, of the file as a whole and of each entry. */
function shapeProblems(yaml: YamlData): {
  readonly whole: readonly Problem[];
  readonly clients: ReadonlyMap<number, readonly Problem[]>;
} {
  const whole: Problem[] = [];
  const clients = new Map<number, Problem[]>();
  if (validateFleet(yaml.input)) return { whole, clients };
  const words = { label: yaml.place, keysAt, whole: 'must be a map with the key "clients", a list of clients' };
  for (const error of validateFleet.errors ?? []) {
    const [first, index] = schemaPath(error);
    const problem = secretProblem(error.params.additionalProperty, schemaPath(error), yaml);
    if (first !== 'clients' || index === undefined) {
      whole.push(problem ?? schemaProblem(error, yaml.input, words));
      continue;
    }
    const known = clients.get(Number(index)) ?? [];
    if (known.length < MOST_SHOWN) known.push(problem ?? schemaProblem(error, yaml.input, words));
    clients.set(Number(index), known);
  }
  return { whole, clients };
}

function keysAt(path: readonly string[]): readonly string[] {
  if (path.length === 0) return FLEET_KEYS;
  if (path[0] === 'defaults') return DEFAULT_KEYS;
  return path.length === 2 ? CLIENT_KEYS : BUCKET_KEYS;
}

/** A secret that somebody wrote into the file; it is never shown. */
function secretProblem(key: unknown, path: readonly string[], yaml: YamlData): Problem | undefined {
  if (typeof key !== 'string' || !/secret|password|session_?token/i.test(key) || /^secretenv$/i.test(key)) {
    return undefined;
  }
  return {
    field: yaml.place([...path, key]),
    rule: 'must not stand here: put the secret into an environment variable and name it with "secretEnv", or name a profile',
  };
}

function readClient(
  input: ClientInput,
  defaults: Defaults,
  path: readonly string[],
  yaml: YamlData,
): FleetClient | readonly Problem[] {
  const label = (...keys: readonly string[]) => yaml.place([...path, ...keys]);
  const problems: Problem[] = [...nameProblems(input, label), ...wayProblems(input, label)];
  const { roleArn, accessKeyId, otherBucket } = input;
  const role = roleArn === undefined ? undefined : caught(() => readRoleArn(roleArn, label('roleArn')), problems);
  if (accessKeyId !== undefined) {
    caught(() => readAccessKeyId(accessKeyId, label('accessKeyId')), problems, label('accessKeyId'));
  }
  const access = input.access ?? defaults.access ?? 'minimal';
  const region = input.region ?? defaults.region;
  const grant = caught(
    () => readGrant(grantInput(input, access, region), { name: 'It', label: (at) => label(...asWritten(at, input)) }),
    problems,
  );
  problems.push(...bucketProblems(input, access, label));
  const auditorRole = auditorRoleOf(input, defaults, label, problems);
  if (problems.length > 0 || grant === undefined) return problems;
  const profile = input.profile ?? (input.secretEnv === undefined ? defaults.profile : undefined);
  const as = input.as ?? (input.accessKeyId === undefined ? defaults.as : undefined);
  return {
    name: input.name,
    place: yaml.position(path),
    ...(role === undefined ? {} : { roleArn: roleArn?.trim() ?? '' }),
    ...(accessKeyId === undefined ? {} : { accessKeyId: accessKeyId.trim() }),
    ...(input.secretEnv === undefined ? {} : { secretEnv: input.secretEnv }),
    ...(profile === undefined ? {} : { profile }),
    buckets: grant.buckets.map(
      ({ name, prefixes, kmsKeyArn }): FleetBucket => ({
        name,
        prefixes,
        ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      }),
    ),
    access,
    ...(otherBucket === undefined ? {} : { otherBucket }),
    ...(region === undefined ? {} : { region }),
    ...(as === undefined ? {} : { as }),
    ...(auditorRole === undefined ? {} : { auditorRole }),
  };
}

/** ARN of the role that audits the client: as it is written, or of that name in the account of the client's role. */
function auditorRoleOf(input: ClientInput, defaults: Defaults, label: Label, problems: Problem[]): string | undefined {
  const written = (input.auditorRole ?? defaults.auditorRole)?.trim();
  if (written === undefined || parseRoleArn(written) !== undefined) return written;
  const field = label('auditorRole');
  const name = written.replace(/^\//, '');
  const cut = name.lastIndexOf('/') + 1;
  const rule = iamNameRule(64)(name.slice(cut)) ?? iamPathRule(`/${name.slice(0, cut)}`);
  const role = parseRoleArn(input.roleArn?.trim() ?? '');
  if (rule !== undefined) {
    problems.push({ field, value: written.slice(0, 100), rule: `must be the ARN or the name of a role: ${rule}` });
  } else if (role !== undefined) return `arn:${role.partition}:iam::${role.account}:role/${name}`;
  else if (input.auditorRole !== undefined) {
    problems.push({ field, value: written, rule: 'must be an ARN: an access key does not tell its account' });
  }
  return undefined;
}

/** The problems of a reader that throws them all at once. */
function caught<T>(read: () => T, problems: Problem[], field?: string): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    if (error.problems.length > 0) problems.push(...error.problems);
    // What was refused is not shown: it may be the secret.
    else problems.push({ field: field ?? '', rule: error.message.replace(`${field} `, '') });
    return undefined;
  }
}

/** The grant in the form with a list of buckets. The partition of a role stands in its ARN, and must be `aws`. */
function grantInput(input: ClientInput, access: AccessLevel, region: string | undefined): GrantInput {
  const folders = input.prefixes ?? (input.prefix === undefined ? undefined : [input.prefix]);
  const single: BucketInput = {
    name: input.bucket ?? '',
    ...(folders === undefined ? {} : { prefixes: folders }),
    ...(input.kmsKeyArn === undefined ? {} : { kmsKeyArn: input.kmsKeyArn }),
  };
  const buckets = input.buckets ?? (input.bucket === undefined ? undefined : [single]);
  const key = input.accessKeyId !== undefined;
  return {
    auth: key ? 'key' : 'role',
    access,
    partition: key ? partitionOfRegion(region ?? '') : 'aws',
    ...(buckets === undefined ? {} : { buckets }),
  };
}

/** From the form with a list of buckets to what stands in the file. */
function asWritten(at: readonly string[], input: ClientInput): readonly string[] {
  const [first, , third, number] = at;
  if (first !== 'buckets' || input.buckets !== undefined) return at;
  if (third === 'name' || third === undefined) return ['bucket'];
  if (third === 'kmsKeyArn') return ['kmsKeyArn'];
  return input.prefixes === undefined || number === undefined ? ['prefix'] : ['prefixes', number];
}

type Label = (...keys: readonly string[]) => string;

function nameProblems({ name }: ClientInput, label: Label): readonly Problem[] {
  const field = label('name');
  if (name.trim() !== name || name === '') return [{ field, rule: 'must not be empty or have spaces around it' }];
  if (name.length > 128) return [{ field, rule: `must have at most 128 characters, this has ${name.length}` }];
  if (printable(name) === name) return [];
  return [{ field, value: printable(name), rule: 'must not have control, invisible or bidirectional characters' }];
}

function wayProblems(input: ClientInput, label: Label): readonly Problem[] {
  const { roleArn, accessKeyId, secretEnv, profile, as } = input;
  if (roleArn === undefined && accessKeyId === undefined) {
    return [{ field: label('roleArn'), rule: 'is missing: name the role, or an access key with "accessKeyId"' }];
  }
  if (roleArn !== undefined) {
    return [
      ...(accessKeyId === undefined
        ? []
        : [{ field: label('accessKeyId'), rule: 'cannot stand beside "roleArn": make two clients of it' }]),
      ...(secretEnv === undefined ? [] : [{ field: label('secretEnv'), rule: 'is for the access key way' }]),
    ];
  }
  const sources = [secretEnv, profile].filter((source) => source !== undefined);
  return [
    ...(as === undefined ? [] : [{ field: label('as'), rule: 'is for the role way' }]),
    ...(sources.length === 1
      ? []
      : [{ field: label('accessKeyId'), rule: 'needs its secret: name either "secretEnv" or "profile"' }]),
    // The value is not shown: whoever misunderstands the key has put the secret here.
    ...(secretEnv === undefined || /^[A-Z_][A-Z0-9_]{0,127}$/.test(secretEnv)
      ? []
      : [
          {
            field: label('secretEnv'),
            rule: 'must be the name of an environment variable: capital letters, digits and _. The secret itself never stands here',
          },
        ]),
  ];
}

function bucketProblems(input: ClientInput, access: AccessLevel, label: Label): readonly Problem[] {
  const { otherBucket, prefix, prefixes, buckets } = input;
  const beside = (['bucket', 'prefix', 'prefixes', 'kmsKeyArn'] as const).filter(
    (key) => buckets !== undefined && input[key] !== undefined,
  );
  const broken = otherBucket === undefined ? undefined : bucketNameRule(otherBucket);
  const names = buckets?.map(({ name }) => name) ?? [input.bucket];
  return [
    ...beside.map((key) => ({ field: label(key), rule: 'cannot stand beside "buckets": put it into the list' })),
    ...(buckets === undefined && prefix !== undefined && prefixes !== undefined
      ? [{ field: label('prefixes'), rule: 'cannot stand beside "prefix": put it into the list' }]
      : []),
    ...(broken === undefined
      ? []
      : [
          {
            field: label('otherBucket'),
            value: (otherBucket ?? '').slice(0, 100),
            rule: broken,
            docs: RULE_DOCS.bucketName,
          },
        ]),
    ...(otherBucket !== undefined && names.includes(otherBucket)
      ? [{ field: label('otherBucket'), value: otherBucket, rule: 'must be another bucket than the granted ones' }]
      : []),
    ...(otherBucket !== undefined && access === 'full'
      ? [{ field: label('otherBucket'), rule: 'means nothing with access full, which opens every bucket' }]
      : []),
  ];
}
