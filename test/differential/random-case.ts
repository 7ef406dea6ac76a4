// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonObject, JsonValue } from '../../src/model/policy.ts';
import { FEDERATED, KINDS, type Kind, NAMED, OTHER, OWN, PRINCIPALS, ROLE, SESSION, USER, VALUES } from './world.ts';

/** A source of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STRINGS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];
const PREFIXES = ['', '', '', 'ForAnyValue:', 'ForAllValues:'];

/** Everything that is drawn from one source. */
class Draw {
  readonly #random: () => number;
  constructor(random: () => number) {
    this.#random = random;
  }
  chance(probability: number): boolean {
    return this.#random() < probability;
  }
  one<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }
  some<T>(values: readonly T[], most: number): readonly T[] {
    const count = 1 + Math.floor(this.#random() * most);
    return [...new Set(Array.from({ length: count }, () => this.one(values)))];
  }
  list<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: Math.floor(this.#random() * (most + 1)) }, make);
  }
}

function ifExists(draw: Draw, operator: string): string {
  return draw.chance(0.2) ? `${operator}IfExists` : operator;
}

function condition(draw: Draw, kind: Kind): JsonObject {
  switch (
    draw.one(['tag', 'tag', 'tags', 'secure', 'ip', 'arn', 'number', 'date', 'null', 'account', 'service', 'service'])
  ) {
    case 'tag':
      return {
        [ifExists(draw, draw.one(STRINGS))]: {
          [draw.one(['aws:PrincipalTag/team', 'AWS:principaltag/TEAM', 'aws:username'])]: draw.some(
            [
              'red',
              'Red',
              'r*',
              'alice',
              '${aws:username}',
              '${aws:PrincipalTag/team}',
              "${aws:PrincipalTag/x, 'red'}",
              '${*}',
              '',
            ],
            2,
          ),
        },
      };
    case 'tags':
      return {
        [ifExists(draw, draw.one(PREFIXES.slice(3)) + draw.one(STRINGS))]: {
          'aws:TagKeys': draw.some(['a', 'b', 'A', 'c*'], 2),
        },
      };
    case 'secure':
      return {
        [ifExists(draw, 'Bool')]: { 'aws:SecureTransport': draw.one<JsonValue>(['true', 'false', true, false]) },
      };
    case 'ip':
      return {
        [ifExists(draw, draw.one(['IpAddress', 'NotIpAddress']))]: {
          'aws:SourceIp': draw.chance(0.3)
            ? draw.one(['10.1.2.3', '2001:db8::1', '2001:DB8:0:0:0:0:0:1'])
            : draw.some(['10.0.0.0/8', '203.0.113.0/24', '203.0.113.9/32', '2001:db8::/32', '2001:DB8:0:0::1/128'], 2),
        },
      };
    case 'arn':
      return {
        [ifExists(draw, draw.one(['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'StringLike']))]: {
          'aws:PrincipalArn': draw.some(
            [ROLE, USER, `arn:aws:iam::${OWN}:role/*`, 'arn:aws:iam::*:user/*', 'arn:*:iam::*:*'],
            2,
          ),
        },
      };
    case 'number':
      return {
        [ifExists(
          draw,
          draw.one(['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals']),
        )]: {
          'aws:MultiFactorAuthAge': draw.some<JsonValue>(['5', '05', '10', 10, '-1', '5.0'], 2),
        },
      };
    case 'date':
      return {
        [ifExists(
          draw,
          draw.one(['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals', 'DateLessThanEquals']),
        )]: {
          'aws:CurrentTime': draw.one([
            '2026-11-25T00:00:00Z',
            '2026-11-25',
            '2030-01-01T00:00:00+01:00',
            '1795564800',
          ]),
        },
      };
    case 'service': {
      const key = draw.one(kind.keys);
      const patterns = [...(VALUES[key] ?? []), 'a*', 's3.*.amazonaws.com', 'vpce-*', '?*'];
      return { [ifExists(draw, draw.one(STRINGS))]: { [key]: draw.some(patterns, 3) } };
    }
    case 'null':
      return {
        Null: {
          [draw.one(['aws:PrincipalTag/team', 'aws:TagKeys', 'aws:username'])]: draw.one<JsonValue>([
            'true',
            'false',
            true,
          ]),
        },
      };
    default:
      return {
        [draw.one(STRINGS.slice(0, 2))]: {
          [draw.one(['aws:PrincipalAccount', 'aws:ResourceAccount'])]: draw.some([OWN, OTHER], 2),
        },
      };
  }
}

/** `sessions`: callers of this policy may be named with NotPrincipal. */
function statement(draw: Draw, kind: Kind, where: 'identity' | 'resource' | 'trust' | 'scp' | 'rcp'): JsonObject {
  const effect = where === 'rcp' ? 'Deny' : draw.chance(0.75) ? 'Allow' : 'Deny';
  // A statement of an SCP that allows cannot be limited, and one of an RCP only denies.
  const plain = where === 'scp' && effect === 'Allow';
  const principal =
    where === 'rcp' || draw.chance(0.25) ? '*' : { AWS: draw.one([...NAMED, '*']) === '*' ? '*' : draw.some(NAMED, 3) };
  const not =
    where === 'resource' &&
    typeof principal === 'object' &&
    Array.isArray(principal.AWS) &&
    effect === 'Deny' &&
    draw.chance(0.15);
  const actions = draw.some(
    where === 'rcp' ? kind.actionPatterns.filter((pattern) => pattern !== '*') : kind.actionPatterns,
    2,
  );
  return {
    Effect: effect,
    ...(where === 'identity' || where === 'scp' ? {} : { [not ? 'NotPrincipal' : 'Principal']: principal }),
    [!plain && where !== 'rcp' && draw.chance(0.1) ? 'NotAction' : 'Action']: actions,
    ...(where === 'trust'
      ? {}
      : { [!plain && draw.chance(0.15) ? 'NotResource' : 'Resource']: draw.some(kind.resourcePatterns, 2) }),
    ...(draw.chance(0.5)
      ? { Condition: { ...condition(draw, kind), ...(draw.chance(0.2) ? condition(draw, kind) : {}) } }
      : {}),
  };
}

function document(draw: Draw, kind: Kind, where: Parameters<typeof statement>[2], most = 3): JsonObject {
  const version = where !== 'scp' && where !== 'rcp' && draw.chance(0.1) ? '2008-10-17' : '2012-10-17';
  const first = statement(draw, kind, where);
  return { Version: version, Statement: [first, ...draw.list(most - 1, () => statement(draw, kind, where))] };
}

const FULL: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

function context(draw: Draw, kind: Kind, principal: string): Readonly<Record<string, string | readonly string[]>> {
  const account = principal === '*' ? undefined : (principal.split(':')[4] ?? '');
  const type =
    principal === USER || principal.endsWith('bob') ? 'User' : principal === SESSION ? 'AssumedRole' : 'FederatedUser';
  return {
    ...(account === undefined
      ? {}
      : {
          'aws:PrincipalArn': principal === SESSION ? ROLE : principal,
          'aws:PrincipalAccount': account,
          'aws:PrincipalType': type,
        }),
    ...(type === 'User' && account !== undefined
      ? { 'aws:username': principal.slice(principal.lastIndexOf('/') + 1) }
      : {}),
    ...(draw.chance(0.6) ? { 'aws:PrincipalTag/team': draw.one(['red', 'alice', 'Red', '*']) } : {}),
    ...(draw.chance(0.8) ? { 'aws:SecureTransport': draw.one(['true', 'false']) } : {}),
    ...(draw.chance(0.7)
      ? { 'aws:SourceIp': draw.one(['10.1.2.3', '203.0.113.9', '2001:db8::1', '198.51.100.1']) }
      : {}),
    ...(draw.chance(0.5) ? { 'aws:TagKeys': draw.some(['a', 'b', 'c1'], 2) } : {}),
    ...(draw.chance(0.5) ? { 'aws:MultiFactorAuthAge': draw.one(['5', '10', '300']) } : {}),
    ...Object.fromEntries(kind.keys.filter(() => draw.chance(0.6)).map((key) => [key, draw.one(VALUES[key] ?? [])])),
    'aws:CurrentTime': draw.one(['2026-11-25T00:00:00Z', '2026-11-24T12:00:00Z', '2029-12-31T23:00:00Z']),
  };
}

/** A case from a small world, so that policies often fit the request; every layer may be there or not. */
export function randomCase(random: () => number): EvaluationCase {
  const draw = new Draw(random);
  const kind = draw.one([...KINDS.slice(0, 2), ...KINDS]);
  const action = draw.one(kind.actions);
  const resource = draw.one(kind.resources);
  const trust = action.startsWith('sts:');
  const principal = draw.one(trust ? PRINCIPALS.filter((one) => one !== '*' && one !== FEDERATED) : PRINCIPALS);
  const anonymous = principal === '*';
  const sessions = principal === SESSION || principal === FEDERATED;
  const resourceAccount = resource.startsWith('arn:aws:s3') ? draw.one([OWN, OWN, OTHER]) : OWN;
  const keys = { ...context(draw, kind, principal), 'aws:ResourceAccount': resourceAccount };
  const withResource = trust || action.startsWith('kms:') || draw.chance(0.5);
  return {
    request: { principal, action, resource, context: keys },
    identityPolicies: anonymous ? [] : draw.list(2, () => document(draw, kind, 'identity')),
    resourceAccount,
    ...(withResource ? { resourcePolicy: document(draw, kind, trust ? 'trust' : 'resource') } : {}),
    ...(!anonymous && principal !== FEDERATED && draw.chance(0.3)
      ? { boundary: draw.chance(0.4) ? FULL : document(draw, kind, 'identity') }
      : {}),
    ...(sessions && draw.chance(0.4)
      ? { sessionPolicies: [draw.chance(0.4) ? FULL : document(draw, kind, 'identity')] }
      : {}),
    ...(!anonymous && draw.chance(0.3)
      ? { scps: draw.list(2, () => draw.list(2, () => (draw.chance(0.5) ? FULL : document(draw, kind, 'scp')))) }
      : {}),
    ...(draw.chance(0.2) ? { rcps: draw.list(2, () => document(draw, kind, 'rcp', 2)) } : {}),
  };
}
