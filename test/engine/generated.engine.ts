import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GrantInput, readGrant } from '../../src/documents/read-grant.ts';
import { identityPolicies } from '../../src/generate/policy-documents.ts';
import { pulumiProject } from '../../src/generate/pulumi/index.ts';
import { permissionsOf } from '../stacks/reading.ts';
import { standInForNpm, typeErrors } from './package.ts';
import { type EngineStack, findPulumi, openFolder, type Ran, realProviderConfig } from './project.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
const EXISTING = 'existing-bucket';
const NAME = 'channelmix_s3_access';
const UP = 'pulumi up --skip-preview';
const UP_AGAIN = `${UP} --expect-no-changes`;

let npm: string;
let stack: EngineStack;

describe.skipIf(findPulumi() === undefined)('what is generated, with the Pulumi engine', () => {
  beforeAll(() => {
    npm = standInForNpm();
  });

  beforeEach(async () => {
    stack = await openFolder();
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await stack.account.s3.createBucket({ Bucket: EXISTING, CreateBucketConfiguration });
  });

  afterEach(() => stack.close());

  it('has types that fit the package, which refuse what does not fit', async () => {
    generate({ bucket: EXISTING });
    await succeed('npm install');
    expect(typeErrors(stack.project)).toBe('');
    appendFileSync(join(stack.project, 'index.ts'), 'export const wrong = () => channelMixStack(() => 7);\n');
    expect(typeErrors(stack.project)).toMatch(
      /index\.ts.*error TS2345: .*\n *Type 'number' is not assignable to type 'Grant'/,
    );
  });

  describe.each([
    { way: 'role', input: { bucket: EXISTING }, made: [`role ${NAME}`], left: [] },
    { way: 'key', input: { bucket: EXISTING, auth: 'key' }, made: [`policy ${NAME}`, `user ${NAME}`], left: [] },
    {
      way: 'bucket',
      input: { bucket: 'new-bucket', createBucket: true },
      made: [`role ${NAME}`],
      left: ['bucket new-bucket'],
    },
  ] as const)('the $way way', ({ way, input, made, left }) => {
    it('is deployed, verified and removed as the README of a generated project says', async () => {
      generate(input);
      await followReadme();
    });

    it('is deployed, verified and removed as the README says that comes with its template', async () => {
      const answers = Object.entries({ 'aws:region': 'eu-west-1', bucket: input.bucket, ...realProviderConfig() });
      const config = answers.map(([key, value]) => `-c ${key}=${value}`).join(' ');
      await succeed(`pulumi new '${TEMPLATES}/${way}' --yes --force --name my-access --stack dev ${config}`);
      expect(typeErrors(stack.project)).toBe('');
      await followReadme();
    });

    async function followReadme(): Promise<void> {
      const [deploy = '', handOver = '', remove = ''] = readmeCommands(input.bucket);
      await succeed(deploy);
      expect(await stack.account.inventory()).toEqual([`bucket ${EXISTING}`, ...left, ...made]);
      await succeed(UP_AGAIN);
      expect((await succeed(handOver, await secretOf())).output).toContain('"Role ARN"');
      await succeed(remove);
      expect(await stack.account.inventory()).toEqual([`bucket ${EXISTING}`, ...left]);
    }
  });

  it.each([
    [
      'a role for several buckets',
      { buckets: [{ name: EXISTING, prefixes: ['a/', 'b/'] }, { name: 'other-one' }], tags: { team: 'a b' } },
    ],
    ['a key in a path', { auth: 'key', access: 'full', bucket: EXISTING, rolePath: '/vendors/' }],
    ['a role that cannot be guessed', { bucket: EXISTING, uniqueName: true }],
  ] as const)('makes %s, changes nothing when run again, and takes it away', async (_, input) => {
    generate(input);
    await succeed(readmeCommands()[0] ?? '');
    expect(await stack.account.inventory()).not.toEqual([`bucket ${EXISTING}`]);
    await succeed(UP_AGAIN);
    await succeed('pulumi destroy --skip-preview');
    expect(await stack.account.inventory()).toEqual([`bucket ${EXISTING}`]);
  });

  it.each(['role', 'key'] as const)(
    'changes a grant in place, between several policies, one, and full access, by %s',
    async (auth) => {
      const buckets = Array.from({ length: 60 }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` }));
      generate({ auth, bucket: EXISTING });
      await succeed(readmeCommands()[0] ?? '');
      const before = await identity(auth);
      for (const change of [
        { buckets },
        { bucket: EXISTING },
        { bucket: EXISTING, access: 'full' },
        { buckets },
      ] as const) {
        const grant = generate({ auth, ...change });
        await succeed(UP);
        const { own, managed } = await permissionsOf(stack.account, auth, NAME);
        expect(inOrder(own)).toEqual(inOrder(identityPolicies(grant)));
        expect(managed).toHaveLength(grant.access === 'full' ? 1 : 0);
        expect(await identity(auth)).toEqual(before);
      }
      await succeed(UP_AGAIN);
      await succeed('pulumi destroy --skip-preview');
      expect(await stack.account.inventory()).toEqual([`bucket ${EXISTING}`]);
    },
  );

  it.each([
    [
      'has an unknown key',
      `bucket: ${EXISTING}\nacess: full\n`,
      'channelmix.yaml:2:8 acess: is not a known key; did you mean "access"?',
    ],
    ['is not YAML', 'bucket: "my-bucket\n', 'channelmix.yaml is not valid YAML'],
    [
      'is for another partition',
      `auth: key\nbucket: ${EXISTING}\npartition: aws-cn\n`,
      'the partition of aws:region "eu-west-1"',
    ],
    ['is not there', undefined, 'ENOENT: no such file or directory'],
  ])('declares nothing, and says why in one message, where channelmix.yaml %s', async (_, text, message) => {
    generate({ bucket: EXISTING });
    await succeed((readmeCommands()[0] ?? '').replace(/^pulumi up$/m, ''));
    const file = join(stack.project, 'channelmix.yaml');
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
    const { code, output } = await sh(UP);
    expect(code).not.toBe(0);
    expect(output).toContain(message);
    expect(output).not.toMatch(/^ +at .*:\d+/m);
    expect(await stack.account.inventory()).toEqual([`bucket ${EXISTING}`]);
  });
});

function sh(lines: string, input?: string): Promise<Ran> {
  return stack.sh(lines, { path: npm, ...(input !== undefined && { input }) });
}

async function succeed(lines: string, input?: string): Promise<Ran> {
  const ran = await sh(lines, input);
  expect(ran.code, `${lines}\n${ran.output}`).toBe(0);
  return ran;
}

/** Writes the project of a grant, as `generate pulumi --out` does. */
function generate(input: GrantInput) {
  const grant = readGrant(input, { name: 'the test' });
  for (const { path, text } of pulumiProject(grant)) writeFileSync(join(stack.project, path), text);
  return grant;
}

/** The blocks of commands in the README of the project, with what the reader fills in. */
function readmeCommands(bucket = EXISTING): readonly string[] {
  const readme = readFileSync(join(stack.project, 'README.md'), 'utf8');
  const provider = Object.entries(realProviderConfig()).map(([key, value]) => `\npulumi config set ${key} ${value}`);
  return [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, lines = '']) =>
    lines.replaceAll('REGION', `eu-west-1${provider.join('')}`).replaceAll('BUCKET', bucket),
  );
}

/** What the reader of a README enters when `verify` asks for the secret. */
async function secretOf(): Promise<string> {
  const { output } = await succeed('pulumi stack output --json --show-secrets');
  const { secretAccessKey = '' } = JSON.parse(output) as { readonly secretAccessKey?: string };
  return `${secretAccessKey}\n`;
}

/** What ChannelMix was told, and what IAM knows it by. */
async function identity(auth: 'role' | 'key'): Promise<readonly unknown[]> {
  const { iam } = stack.account;
  if (auth === 'role') return [(await iam.getRole({ RoleName: NAME })).Role?.RoleId];
  const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName: NAME });
  return [
    (await iam.getUser({ UserName: NAME })).User?.UserId,
    ...AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId),
  ];
}

function inOrder(documents: readonly object[]): readonly string[] {
  return documents.map((document) => JSON.stringify(document)).sort();
}
