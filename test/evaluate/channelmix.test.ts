import { describe, expect, it } from 'vitest';
import { trustsChannelMix, wayInto } from '../../src/evaluate/channelmix.ts';
import type { JsonValue } from '../../src/model/policy.ts';

const ACCOUNT = '111122223333';
const CHANNELMIX = '031871504755';
const PRINCIPAL = `arn:aws:iam::${ACCOUNT}:role/vendors/channelmix`;
const USER = `arn:aws:iam::${ACCOUNT}:user/channelmix`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/channelmix/admin`;
const OTHER = `arn:aws:iam::${ACCOUNT}:role/other`;

function trust(AWS: JsonValue, Condition?: JsonValue, more: Readonly<Record<string, JsonValue>> = {}): JsonValue {
  const condition = Condition === undefined ? {} : { Condition };
  return { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...condition, ...more };
}

const equals = (key: string, value: JsonValue) => ({ StringEquals: { [key]: value } });
const deny = (Condition: JsonValue) => trust('*', Condition, { Effect: 'Deny' });

type Case = readonly [name: string, way: string | undefined, ...statements: JsonValue[]];

const WAYS: readonly Case[] = [
  ['its account', 'trusted', trust(CHANNELMIX)],
  [
    'a role of its account, and an external ID',
    'trusted, open',
    trust(`arn:aws:iam::${CHANNELMIX}:role/prod`, equals('sts:ExternalId', 'x')),
  ],
  ['its account, by another action', undefined, trust(CHANNELMIX, undefined, { Action: 'sts:TagSession' })],
  [
    'its account, which a Deny keeps out',
    undefined,
    trust(CHANNELMIX),
    deny(equals('aws:PrincipalAccount', CHANNELMIX)),
  ],
  ['its account, in an organization', 'trusted, open', trust(CHANNELMIX, equals('aws:PrincipalOrgID', 'o-1'))],
  ['everybody of its account', 'trusted', trust('*', equals('aws:PrincipalAccount', CHANNELMIX))],
  ['everybody', 'everyone', trust('*')],
  ['everybody with an external ID', 'everyone, open', trust('*', equals('sts:ExternalId', 'x'))],
  ['everybody of another account', undefined, trust('*', equals('aws:PrincipalAccount', '444455556666'))],
  [
    'one role of the own account, as a condition',
    undefined,
    trust('*', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/ops` } }),
  ],
  ['everybody of the own organization', 'chained, open', trust('*', equals('aws:PrincipalOrgID', 'o-1'))],
  ['everybody of the own account', 'chained', trust('*', equals('aws:PrincipalAccount', ACCOUNT))],
  ['the own account, where an Allow is needed, too', undefined, trust(`arn:aws:iam::${ACCOUNT}:root`)],
  ['the role', 'chained', trust(PRINCIPAL)],
  [
    'the role with MFA, which a role never has',
    undefined,
    trust(PRINCIPAL, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  ],
  [
    'the role from some addresses',
    'chained, open',
    trust(PRINCIPAL, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
  ],
  ['the role, as a condition', 'chained', trust('*', { ArnEquals: { 'aws:PrincipalArn': PRINCIPAL } })],
  ['a session of the role', 'chained, open', trust(SESSION)],
  ['another role', undefined, trust(`arn:aws:iam::${ACCOUNT}:role/ops`)],
  [
    'a service',
    undefined,
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
];

describe('a way of ChannelMix into another role', () => {
  it.each(WAYS)('by its trust in %s: %s', (_name, way, ...statements) => {
    const found = wayInto(
      { arn: OTHER, trust: { Version: '2012-10-17', Statement: statements as readonly JsonValue[] } },
      PRINCIPAL,
    );
    expect(found && `${found.because}${found.open === true ? ', open' : ''}`).toBe(way);
  });

  it('is one by way of a user, who may have MFA', () => {
    const of = (Condition?: JsonValue) => wayInto({ arn: OTHER, trust: { Statement: trust(USER, Condition) } }, USER);
    expect(of()).toEqual({ because: 'chained' });
    expect(of({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })).toEqual({ because: 'chained', open: true });
  });

  it('is none by way of a role of another account, which its own policies must let out', () => {
    const arn = 'arn:aws:iam::444455556666:role/other';
    expect(wayInto({ arn, trust: { Statement: trust(PRINCIPAL) } }, PRINCIPAL)).toBeUndefined();
  });
});

describe('a role that may be meant for ChannelMix', () => {
  it('names its account, under whatever conditions', () => {
    const is = (statement: JsonValue) => trustsChannelMix({ Statement: statement });
    expect(is(trust(CHANNELMIX, equals('sts:ExternalId', 'x')))).toBe(true);
    expect(is(trust('*'))).toBe(false);
  });
});
