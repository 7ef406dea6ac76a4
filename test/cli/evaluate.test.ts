import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'channelmix-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ALLOW = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }],
};
const CASE = {
  name: 'read',
  request: {
    principal: 'arn:aws:iam::111122223333:user/alice',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/key',
  },
  identityPolicies: [ALLOW],
  resourceAccount: '111122223333',
};
const ALLOWED = {
  name: 'read',
  decision: 'allow',
  layer: 'identity',
  statement: { policy: 'identityPolicies[0]', index: 0, sid: 'Read' },
};
const WRITE = { ...CASE, name: 'write', request: { ...CASE.request, action: 's3:PutObject' } };

function stdin(...chunks: readonly (string | Uint8Array)[]) {
  return {
    streamStdin: async function* () {
      for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    },
  };
}

const evaluate = (...chunks: readonly (string | Uint8Array)[]) => runCli(['evaluate', '-'], stdin(...chunks));

describe('evaluate', () => {
  it('answers one object, also one over several lines, with one object', async () => {
    for (const text of [JSON.stringify(CASE), JSON.stringify(CASE, null, 2), `\ufeff${JSON.stringify(CASE)}\r\n`]) {
      const { code, stdout, stderr } = await evaluate(text);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual(ALLOWED);
    }
  });

  it('answers an array with an array, in order', async () => {
    const { code, stdout } = await evaluate(JSON.stringify([WRITE, CASE]));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'write',
        decision: 'implicitDeny',
        layer: 'identity',
        nearMiss: {
          layer: 'identity',
          statement: { policy: 'identityPolicies[0]', index: 0, sid: 'Read' },
          reason: 'action',
          detail: 'Action s3:GetObject',
        },
      },
      ALLOWED,
    ]);
    expect((await evaluate('[]')).stdout).toBe('[]\n');
  });

  it('answers lines with lines, in order, each when it has been read', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => ({ ...(index % 2 ? CASE : WRITE), name: String(index) }));
    const { code, stdout } = await evaluate(lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'));
    expect(code).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ name }) => name)).toEqual(lines.map(({ name }) => name));
    expect(answers.map(({ decision }) => decision)).toEqual(lines.map((_, i) => (i % 2 ? 'allow' : 'implicitDeny')));
  });

  it('reads a file, and ignores members that it does not know', async () => {
    const file = join(folder, 'case.json');
    writeFileSync(file, JSON.stringify({ ...CASE, expected: 'x', request: { ...CASE.request, time: 3 } }));
    const { code, stdout } = await runCli(['evaluate', file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(ALLOWED);
  });

  it('exits with 0 for a deny: all could be evaluated', async () => {
    const deny = { ...ALLOW.Statement[0], Effect: 'Deny' };
    const { code, stdout } = await evaluate(JSON.stringify({ ...CASE, boundary: { ...ALLOW, Statement: deny } }));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ decision: 'explicitDeny', layer: 'boundary' });
  });

  it('takes null for a layer that is not there, and numbers and booleans as values of keys', async () => {
    const nothing = { resourcePolicy: null, boundary: null, scps: null, rcps: null, sessionPolicies: null };
    const Condition = { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 's3:max-keys': 10 } };
    const identityPolicies = [{ ...ALLOW, Statement: { ...ALLOW.Statement[0], Condition } }];
    const context = { 'aws:SecureTransport': true, 's3:max-keys': 5 };
    const request = { ...CASE.request, context };
    const { stdout } = await evaluate(JSON.stringify({ ...CASE, ...nothing, request, identityPolicies }));
    expect(JSON.parse(stdout)).toMatchObject({ decision: 'allow' });
  });

  it('says which context keys were asked for in vain', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const identityPolicies = [{ ...ALLOW, Statement: { ...ALLOW.Statement[0], Condition } }];
    const { stdout } = await evaluate(JSON.stringify({ ...CASE, identityPolicies }));
    expect(JSON.parse(stdout)).toMatchObject({
      decision: 'implicitDeny',
      missingContextKeys: ['aws:PrincipalTag/team'],
      nearMiss: { reason: 'condition', detail: 'StringEquals aws:PrincipalTag/team' },
    });
  });

  const good = JSON.stringify(CASE);
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing', '', ['stdin', 'empty']],
    ['white space', ' \n ', ['empty']],
    ['no JSON', 'hello', ['case 1 (line 1, column 1)', '"h"']],
    ['a number', '17', ['case 1']],
    ['a broken line', `${good}\n{"name": \n${good}\n`, ['case 2 (line 2, column 1)', 'line ends']],
    ['JSON that is not right', `${good}\n{"name": x}\n`, ['case 2 (line 2, column 10)', 'is not JSON']],
    ['a comment', `[${good},\n  {"name": "b", // why\n}]`, ['case 2 (line 2, column 17)']],
    ['an object that does not end', '{"name": "a"', ['case 1 (line 1, column 1)', 'ends before the object']],
    ['an array that does not end', `[${good}`, ['ends before the array']],
    ['an array without commas', `[${good} ${good}]`, ['"{" was not expected']],
    ['an array in an array', `[${good}, [${good}]]`, ['case 2', '"[" was not expected']],
    ['a comma too many', `[${good},]`, ['case 2', '"]" was not expected']],
    ['text after the array', `[${good}] x`, ['"x" was not expected']],
    ['no request', '{"identityPolicies": []}', ['case 1', 'request', 'is missing']],
    ['no identity policies', JSON.stringify({ request: CASE.request }), ['identityPolicies', 'is missing']],
    ['a document that is text', JSON.stringify({ ...CASE, identityPolicies: ['x'] }), ['identityPolicies[0]', '"x"']],
    [
      'an action that is none',
      JSON.stringify({ ...CASE, request: { ...CASE.request, action: 'get' } }),
      ['action', '"get"'],
    ],
    ['an account that is a number', JSON.stringify({ ...CASE, resourceAccount: 111122223333 }), ['12 digits']],
    ['a boundary that is a list', JSON.stringify({ ...CASE, boundary: [] }), ['boundary']],
    ['SCPs that are text', JSON.stringify({ ...CASE, scps: ['FullAWSAccess'] }), ['scps[0]']],
    [
      'a context value that is an object',
      JSON.stringify({ ...CASE, request: { ...CASE.request, context: { a: {} } } }),
      ['request.context["a"]'],
    ],
    ['depth', `${good}\n${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, ['case 2', 'deeper than 64']],
    ['a case that is too long', JSON.stringify({ ...CASE, extra: 'x'.repeat(1_048_576) }), ['case 1', 'longer than']],
  ])('refuses %s with exit code 2 and the place', async (_, input, expected) => {
    const { code, stderr, stdout } = await evaluate(input);
    expect(code).toBe(2);
    for (const part of expected) expect(stderr).toContain(part);
    if (!input.startsWith(`${good}\n`)) expect(stdout).toBe('');
  });

  it('refuses what is not UTF-8, a file that is not there, and a folder', async () => {
    expect(await evaluate(new Uint8Array([0x7b, 0xff, 0xfe]))).toMatchObject({ code: 2 });
    expect(await runCli(['evaluate', join(folder, 'none.json')])).toMatchObject({ code: 2 });
    expect((await runCli(['evaluate', folder])).stderr).toContain('it is a folder');
  });

  it('holds no more than one case in memory, and stops reading where the input is broken', async () => {
    let read = 0;
    const endless = {
      streamStdin: async function* () {
        for (; read < 1000; read++) yield new TextEncoder().encode(read === 20 ? 'broken\n' : `${good}\n`);
      },
    };
    const { code, stdout } = await runCli(['evaluate', '-'], endless);
    expect(code).toBe(2);
    expect(read).toBe(20);
    expect(stdout.trimEnd().split('\n')).toHaveLength(20);
  });
});
