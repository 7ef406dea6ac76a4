import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPermissions } from '../../src/audit/index.ts';
import type { CommandOptions } from '../../src/cli/command.ts';
import { command } from '../../src/cli/commands/fleet.ts';
import type { FleetResult } from '../../src/model/fleet.ts';
import { type FleetHouse, startFleet } from '../fleet/setup.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, rootClients } from '../verify/setup.ts';

/** The account of the security team, which audits; here ChannelMix's, whose credentials the house has. */
const AUDITOR_ACCOUNT = '031871504755';
/** Something to audit that needs no AWS. */
const template = fileURLToPath(new URL('../../docs/examples/audit/template.yaml', import.meta.url));
const saved = { ...process.env };
let house: FleetHouse;
let file: string;

beforeAll(async () => {
  house = await startFleet(4, { 1: 'external-id', 2: 'no-delete' });
  Object.assign(process.env, house.env);
  await createAuditor();
  file = house.write('audit.yaml', fleetFile('security/auditor'));
});
afterAll(async () => {
  process.env = saved;
  await house.close();
});

/** A role that may read what an audit needs, of every client. */
async function createAuditor(): Promise<void> {
  const iam = await rootClients(house.sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const Principal = { AWS: `arn:aws:iam::${AUDITOR_ACCOUNT}:root` };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const permissions = auditPermissions({
    partition: 'aws',
    principal: `arn:aws:iam::${CLIENT_ACCOUNT}:role/*`,
    buckets: [],
    kmsKeyArns: [],
    lastAccessed: false,
  });
  const RoleName = 'auditor';
  await iam.createRole({ RoleName, Path: '/security/', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: JSON.stringify(permissions) });
}

const fleetFile = (auditorRole: string) =>
  `defaults:\n  auditorRole: ${auditorRole}\n${readFileSync(house.file, 'utf8')}`;

const fleet = (...args: readonly string[]) => runCli(['fleet', ...args], { env: house.env });

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FleetResult);

describe('fleet audit', () => {
  it('assumes the role of the auditor in each account, and says what is wrong and for whom', async () => {
    const { code, stdout } = await fleet('audit', '-f', file, '--threads', '1');
    expect(stdout).toContain('1 client: error cannot-assume: ');
    expect(stdout).toContain('1 client: error permission-denied: ');
    expect(stdout).toContain('2 of 4 passed, 2 failed');
    expect(code).toBe(1);
  });

  it('gives a line for each client, without the matrix, and is not repeated when it is resumed', async () => {
    const state = join(house.folder, 'audit-state.ndjson');
    const args = ['audit', '-f', file, '--output', 'ndjson', '--state', state, '--threads', '1'];
    const results = lines((await fleet(...args)).stdout);
    expect(results.map(({ name, status }) => [name, status]).sort()).toEqual([
      ['client-0', 'passed'],
      ['client-1', 'failed'],
      ['client-2', 'failed'],
      ['client-3', 'passed'],
    ]);
    for (const { command, audit } of results) {
      expect(command).toBe('fleet audit');
      expect(audit).toMatchObject({ matrix: [], complete: true });
    }
    const again = await fleet(...args, '--resume');
    expect(again.stderr).toContain('4 of 4 are done already');
  });

  it('says what changed since a former run', async () => {
    const former = join(house.folder, 'former.ndjson');
    await fleet('audit', '-f', file, '--output', 'ndjson', '--out', former, '--threads', '1');
    const iam = await rootClients(house.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const attached = { RoleName: 'client-0', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' };
    await iam.attachRolePolicy(attached);
    const { stdout } = await fleet('audit', '-f', file, '--former', former, '--threads', '1');
    await iam.detachRolePolicy(attached);
    expect(stdout).toMatch(/since 20\d\d-\d\d-\d\d: \d+ new findings, 0 gone; changed: client-0 \(\d+ new\)/);
  });

  it('makes one page of all, and of several shards', async () => {
    const shards = ['1/2', '2/2'].map((shard) => join(house.folder, `audit-${shard.replace('/', '-')}.ndjson`));
    for (const [index, out] of shards.entries()) {
      await fleet(
        'audit',
        '-f',
        file,
        '--shard',
        `${index + 1}/2`,
        '--output',
        'ndjson',
        '--out',
        out,
        '--threads',
        '1',
      );
    }
    const { code, stdout } = await fleet('merge', ...shards, '--output', 'html');
    expect(code).toBe(1);
    expect(stdout).toContain('Audit of the access of ChannelMix');
    expect(stdout.match(/<tr class="/g)).toHaveLength(4);
  });

  it('says that it could not find out where the role of the auditor cannot be assumed', async () => {
    const other = house.write('other.yaml', fleetFile('nobody'));
    const { code, stdout } = await fleet('audit', '-f', other, '--threads', '1');
    expect(code).toBe(3);
    expect(stdout).toContain('the role of the auditor cannot be assumed');
    expect(stdout).toContain('4 unknown');
  });

  it('names an auditor that is no role', async () => {
    const wrong = house.write('wrong.yaml', fleetFile('"no such: name"'));
    const { code, stderr } = await fleet('audit', '-f', wrong);
    expect(code).toBe(2);
    expect(stderr).toContain('must be the ARN or the name of a role');
  });

  it('audits what was saved, without AWS, many files at once', async () => {
    const folder = join(house.folder, 'documents');
    mkdirSync(folder);
    for (const name of ['client-0', 'client-1']) {
      const arn = `arn:aws:iam::${CLIENT_ACCOUNT}:role/${name}`;
      const root = { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT };
      const before = { ...process.env };
      Object.assign(process.env, root);
      const args = ['audit', '--role-arn', arn, '--bucket', `${name}-data`, '--save', join(folder, `${name}.json`)];
      await runCli(args, { env: { ...house.env, ...root } });
      process.env = before;
    }
    writeFileSync(join(folder, 'other.json'), '{"name": "not an audit"}');
    const { code, stdout } = await fleet('audit', folder, '--threads', '1');
    expect(code).toBe(1);
    expect(stdout).toContain('1 of 3 passed, 1 failed, 1 unknown');
    expect(stdout).toContain('says nothing of a role or user');
  });

  it('reads the folders in a folder, and says what it leaves out', async () => {
    const folder = join(house.folder, 'nested');
    mkdirSync(join(folder, 'sub', 'deep'), { recursive: true });
    for (const name of ['a.yaml', 'sub/b.yaml', 'sub/deep/c.template']) copyFileSync(template, join(folder, name));
    writeFileSync(join(folder, 'raw.tfstate'), '{}');
    symlinkSync(join(folder, 'a.yaml'), join(folder, 'sub', 'link.yaml'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'sub', 'pipe.json')]);
    const { stdout, stderr } = await fleet('audit', folder, '--output', 'ndjson', '--threads', '1');
    expect(lines(stdout).map(({ name }) => name.slice(folder.length))).toEqual(
      expect.arrayContaining(['/a.yaml', '/sub/b.yaml', '/sub/deep/c.template']),
    );
    expect(lines(stdout)).toHaveLength(3);
    expect(stderr).toMatch(/^note: left out, .*nested\/raw\.tfstate, .*sub\/link\.yaml, .*sub\/pipe\.json\n$/);
  });

  it('refuses a file that is named twice, by whatever name', async () => {
    const folder = join(house.folder, 'twice');
    mkdirSync(folder);
    const file = join(folder, 'a.yaml');
    copyFileSync(template, file);
    for (const other of [file, `${folder}/../twice/a.yaml`, folder]) {
      const { code, stdout, stderr } = await fleet('audit', file, other);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/is named twice|are the same file/);
    }
  });

  it('does not know what is in a file that it cannot read, and reads it again when it is resumed', async () => {
    const folder = join(house.folder, 'unreadable');
    mkdirSync(folder);
    writeFileSync(join(folder, 'cut.json'), '{"kind": "channelmix-s3');
    writeFileSync(join(folder, 'garbage.yaml'), Buffer.from([0, 255, 1, 254]));
    writeFileSync(join(folder, 'large.json'), '');
    truncateSync(join(folder, 'large.json'), 70_000_000);
    const args = ['audit', folder, '--threads', '1', '--state', join(house.folder, 'unreadable.ndjson')];
    const first = await fleet(...args);
    expect([first.code, first.stdout]).toEqual([3, expect.stringContaining('0 of 3 passed, 3 unknown')]);
    expect((await fleet(...args, '--resume')).stderr).toContain('0 of 3 are done already');
  });

  it.each([
    [['audit'], 'no fleet file was named'],
    [['audit', '-f', 'a.yaml', 'b.json'], 'fleet audit -f takes no "b.json"'],
    [['audit', '-f', 'a.yaml', '--as', 'simulate'], '--as means nothing with fleet audit'],
    [['audit', '-f', 'a.yaml', '--access', 'full'], '--access means nothing beside -f'],
    [['verify', '-f', 'a.yaml', '--former', 'x.ndjson'], '--former means nothing with fleet verify'],
    [['verify', '-f', 'a.yaml', '--fail-on', 'suggestion'], '--fail-on means nothing with fleet verify'],
    [['verify', '-f', 'a.yaml', '--last-accessed'], '--last-accessed means nothing with fleet verify'],
    [['audit', '-f', 'a.yaml', '--probes', 'essential'], '--probes means nothing with fleet audit'],
    [['audit', 'a.json', '--wait', '0'], '--wait means nothing with fleet audit'],
    [['audit', 'a.json', '--profile', 'p'], '--profile means nothing where files are audited'],
    [['audit', 'a.json', '--region', 'xx'], '--region means nothing where files are audited'],
    [['audit', 'a.json', '--endpoint-url', 'http://[::1]:9'], '--endpoint-url means nothing where files are audited'],
    [['audit', 'a.json', '--last-accessed'], '--last-accessed means nothing where files are audited'],
    [['audit', 'a.json', '--skip-invalid'], '--skip-invalid means nothing where files are audited'],
    [['merge', 'a.ndjson', '--shard', '1/2'], '--shard means nothing with fleet merge'],
    [['merge', 'a.ndjson', '--resume'], '--resume means nothing with fleet merge'],
    [['merge', 'a.ndjson', '--concurrency', 'x'], '--concurrency means nothing with fleet merge'],
    [['audit', 'no-such-file.json'], 'there is no such file'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await fleet(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

it('fleet merge knows every option that it takes, and refuses all others', async () => {
  const taken = ['action', 'files', 'file', 'output', 'out', 'force'];
  const values: Readonly<Record<string, string>> = {
    as: 'simulate',
    probes: 'all',
    access: 'full',
    'fail-on': 'error',
  };
  for (const [name, option] of Object.entries<CommandOptions[string]>(command.options)) {
    if (taken.includes(name)) continue;
    const given = option.type === 'boolean' ? [`--${name}`] : [`--${name}`, values[name] ?? 'x'];
    const { code, stderr } = await fleet('merge', 'a.ndjson', ...given);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--${name} means nothing with fleet merge`)]);
  }
});
