import { describe, expect, it } from 'vitest';
import { invalidClients, readFleet } from '../../src/documents/read-fleet.ts';
import { KitError } from '../../src/model/errors.ts';

const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const good = (name: string, more = '') => `  - name: ${name}\n    roleArn: ${ROLE}\n    bucket: ${name}-data\n${more}`;

/** The rules that entries of a file break, with their places. */
function problemsOf(text: string): readonly string[] {
  return readFleet(text, 'fleet.yaml').invalid.flatMap(({ name, problems }) =>
    problems.map(({ field, value, rule }) => `${name}: ${field}${value === undefined ? '' : ` ${value}`}: ${rule}`),
  );
}

function refusalOf(text: string): string {
  try {
    readFleet(text, 'fleet.yaml');
  } catch (error) {
    if (error instanceof KitError) return error.message;
    throw error;
  }
  return '';
}

describe('a fleet file', () => {
  it('gives each client with its buckets, folders with their closing slash, and what defaults say', () => {
    const text = `defaults: { region: eu-west-1, profile: channelmix, access: extended }
clients:
${good('acme', '    prefix: Client1\n')}
  - name: beta
    accessKeyId: AKIAIOSFODNN7EXAMPLE
    secretEnv: BETA_SECRET
    access: minimal
    buckets:
      - name: beta-one
        prefixes: [a/, b]
      - name: beta-two
        kmsKeyArn: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
`;
    expect(readFleet(text, 'fleet.yaml')).toEqual({
      invalid: [],
      clients: [
        {
          name: 'acme',
          place: 'fleet.yaml:3:5',
          roleArn: ROLE,
          profile: 'channelmix',
          buckets: [{ name: 'acme-data', prefixes: ['Client1/'] }],
          access: 'extended',
          region: 'eu-west-1',
        },
        {
          name: 'beta',
          place: 'fleet.yaml:8:5',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          secretEnv: 'BETA_SECRET',
          buckets: [
            { name: 'beta-one', prefixes: ['a/', 'b/'] },
            {
              name: 'beta-two',
              prefixes: [],
              kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
            },
          ],
          access: 'minimal',
          region: 'eu-west-1',
        },
      ],
    });
  });

  it('may be JSON, which is YAML, too', () => {
    const text = JSON.stringify({ clients: [{ name: 'a', roleArn: ROLE, bucket: 'a-data' }] });
    expect(readFleet(text, 'fleet.json').clients).toHaveLength(1);
  });

  it.each([
    [
      'a bucket with capitals',
      good('a').replace('a-data', 'A-data'),
      'a: fleet.yaml:4:13 clients[0].bucket A-data: must not have uppercase letters',
    ],
    [
      'no way in',
      '  - name: a\n    bucket: a-data\n',
      'a: fleet.yaml:2:5 clients[0].roleArn: is missing: name the role, or an access key with "accessKeyId"',
    ],
    ['a role in another partition', good('a').replace('arn:aws:', 'arn:aws-cn:'), 'is in partition "aws-cn"'],
    ['an unknown key', good('a', '    bukcet: x\n'), 'did you mean "bucket"?'],
    [
      'a wrong level',
      good('a', '    access: minimum\n'),
      'must be one of minimal, extended, full; did you mean "minimal"?',
    ],
    [
      'a folder with a star',
      good('a', '    prefix: x*\n'),
      "fleet.yaml:5:13 clients[0].prefix x*: must not have '*' or '?'",
    ],
    ['folders with full access', good('a', '    prefix: x/\n    access: full\n'), 'cannot be limited to prefixes'],
    ['two ways to name folders', good('a', '    prefix: x/\n    prefixes: [y/]\n'), 'cannot stand beside "prefix"'],
    ['two ways to name buckets', good('a', '    buckets: [{name: b-data}]\n'), 'cannot stand beside "buckets"'],
    ['the same other bucket', good('a', '    otherBucket: a-data\n'), 'must be another bucket'],
    ['a number as name', good('1'), 'must be text; put it in quotes'],
    ['an empty entry', '  -\n', 'client 1: fleet.yaml:2:4 clients[0]: must be a map of keys and values'],
    [
      'invisible characters',
      good('a').replace('name: a', 'name: "a\\u202Eb"'),
      'must not have control, invisible or bidirectional characters',
    ],
  ])('tells of %s where it stands and what AWS wants', (_what, entry, told) => {
    expect(problemsOf(`clients:\n${entry}`).join('\n')).toContain(told);
  });

  it.each([
    ['neither source of the secret', '', 'needs its secret'],
    ['both sources of the secret', '    secretEnv: A_B\n    profile: c\n', 'needs its secret'],
    [
      'the secret instead of its variable',
      '    secretEnv: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
      'must be the name of an environment variable',
    ],
    [
      'the secret in a key of its own',
      '    secretEnv: A_B\n    secretAccessKey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
      'must not stand here',
    ],
    [
      'the secret as the id',
      '    secretEnv: A_B\n    accessKeyId: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
      'is not the id of an access key',
    ],
    ['whose credentials', '    secretEnv: A_B\n    as: channelmix\n', 'is for the role way'],
  ])('of an access key refuses %s, and never shows a secret', (_what, more, told) => {
    const id = more.includes('accessKeyId') ? '' : '    accessKeyId: AKIAIOSFODNN7EXAMPLE\n';
    const found = problemsOf(`clients:\n  - name: a\n    bucket: a-data\n${id}${more}`).join('\n');
    expect(found).toContain(told);
    expect(found).not.toContain('wJalr');
  });

  it('tells which entry has a name already, and where', () => {
    expect(problemsOf(`clients:\n${good('a')}${good('b')}${good('a')}`)).toEqual([
      'a: fleet.yaml:8:11 clients[2].name: is the name of fleet.yaml:2:5, too',
    ]);
  });

  it.each([
    ['no clients', 'defaults: {}\n', 'clients: is missing'],
    ['an empty list', 'clients: []\n', 'must name at least one'],
    ['a list', '- name: a\n', 'must be a map with the key "clients"'],
    ['another key', `client:\n${good('a')}`, 'did you mean "clients"?'],
    ['a syntax error', 'clients:\n  - name: "a\n', 'fleet.yaml:3:1: Missing closing'],
    ['a key twice', `clients:\n${good('a', '    bucket: x\n')}`, 'fleet.yaml:5:5'],
    ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nclients: [*b,*b,*b,*b,*b]\n`, ''],
    ['depth', `clients: ${'['.repeat(200)}`, 'must nest at most 64 levels'],
    ['more than 8 MiB', ' '.repeat(8_388_609), 'must be at most 8388608 bytes'],
  ])('as a whole is refused with %s', (_what, text, told) => {
    if (told === '') expect(() => readFleet(text, 'fleet.yaml')).toThrow();
    else expect(refusalOf(text)).toContain(told);
  });

  it('with one bad entry among 1,000 is read in well under a second, and the entry is named', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => good(`client-${index}`));
    entries[417] = good('client-417').replace(ROLE, 'arn:aws:iam::111122223333:user/x');
    const began = performance.now();
    const fleet = readFleet(`clients:\n${entries.join('')}`, 'fleet.yaml');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(fleet.clients).toHaveLength(999);
    const { message, hint } = invalidClients('fleet.yaml', fleet.invalid);
    expect(message).toContain('one entry is wrong');
    expect(message).toContain('fleet.yaml:1254:14 clients[417].roleArn');
    expect(message).toContain('(client-417)');
    expect(hint).toContain('Nothing was started');
  });
});
