import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGrant } from '../../../src/documents/read-grant.ts';
import { awsCliScript } from '../../../src/generate/aws-cli/index.ts';
import { blueprint } from '../../../src/generate/blueprint.ts';
import type { Grant } from '../../../src/model/grant.ts';
import { runScript } from './fake-aws.ts';
import { GRANTS } from './grants.ts';
import { HOSTILE } from './hostile.ts';

const ACCOUNT = '111122223333';
/** The shells of this machine; on Debian sh is dash. */
const SHELLS = [['/bin/sh'], ['/bin/dash'], ['/bin/bash'], ['/bin/busybox', 'sh']].filter(
  ([path = ''], index) => existsSync(path) && (index === 0 || realpathSync(path) !== realpathSync('/bin/sh')),
);

const scriptOf = (input: object) => awsCliScript(readGrant(input, { name: 'the grant' }));
const ROLE = scriptOf({ bucket: 'my-bucket' });
const USER = scriptOf({ bucket: 'my-bucket', auth: 'key' });
const NEW_BUCKET = scriptOf({ bucket: 'new-bucket', createBucket: true });
const forUser = ['--account', ACCOUNT, '--secret-file', 'secret'];

type Calls = readonly (readonly string[])[];

/** The calls that change something, without the options that all have. */
function changesIn(calls: Calls): Calls {
  return calls
    .map((words) => words.filter((word, at) => word !== '--output' && words[at - 1] !== '--output'))
    .filter(([service, operation = '']) => service !== 'sts' && !/^(get|list|wait)/.test(operation));
}

/** The value of an option, in either of its forms. */
function option(words: readonly string[], name: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`--${name}=`));
  return joined?.slice(name.length + 3) ?? words[words.indexOf(`--${name}`) + 1];
}

function json(words: readonly string[], name: string): unknown {
  return JSON.parse(option(words, name) ?? 'null');
}

/** What a grant comes to, as the calls of the AWS CLI that make it in an empty account. */
function expectChanges(calls: Calls, grant: Grant): void {
  const { principal, policies, attachedPolicyArns, buckets } = blueprint(grant);
  const { kind, name, path, trustPolicy, tags } = principal;
  const changes = changesIn(calls);
  const of = (operation: string) => changes.filter((words) => words[1] === operation);
  const [created = []] = of(`create-${kind}`);
  expect([option(created, `${kind}-name`), option(created, 'path')]).toEqual([name, path]);
  if (trustPolicy !== undefined) expect(json(created, 'assume-role-policy-document')).toEqual(trustPolicy);
  if (principal.permissionsBoundary !== undefined)
    expect(option(created, 'permissions-boundary')).toBe(principal.permissionsBoundary);
  const given = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (given.length > 0) expect(json(created, 'tags')).toEqual(given);
  const documents = [...of(`put-${kind}-policy`), ...of('create-policy')];
  expect(documents.map((words) => json(words, 'policy-document'))).toEqual(policies.map(({ document }) => document));
  const own = policies
    .filter((policy) => policy.kind === 'managed')
    .map((policy) => `arn:${grant.partition}:iam::${ACCOUNT}:policy${path}${name}${policy.name}`);
  const attached = of(`attach-${kind}-policy`).map((words) => option(words, 'policy-arn'));
  expect(attached).toEqual([...own, ...attachedPolicyArns]);
  expect(of('create-bucket').map((words) => option(words, 'bucket'))).toEqual(buckets.map((bucket) => bucket.name));
  expect(of('put-bucket-policy').map((words) => json(words, 'policy'))).toEqual(buckets.map(({ policy }) => policy));
  expect(of('create-access-key').length).toBe(kind === 'user' ? 1 : 0);
}

describe.each(SHELLS)('a generated script, run by %s %s', (...shell) => {
  // The two last have every part of a script between them.
  it.each(shell[0] === '/bin/sh' ? GRANTS : GRANTS.slice(-2))(
    'asks the AWS CLI for what the grant comes to: %s',
    async (_, input) => {
      const grant = readGrant(input, { name: 'the grant' });
      const secret = grant.auth === 'key' ? ['--secret-file', 'secret'] : [];
      const answers =
        grant.partition === 'aws'
          ? ''
          : `*' get-caller-identity '*) printf '${ACCOUNT}\\tarn:${grant.partition}:iam::${ACCOUNT}:root\\n' ;;`;
      const run = {
        args: [`--account=${ACCOUNT}`, ...secret],
        shell: shell.filter((word) => word !== undefined),
        answers,
      };
      const done = await runScript(awsCliScript(grant), run);
      expect(done.code, done.stderr).toBe(0);
      expectChanges(done.calls, grant);
      const tried = await runScript(awsCliScript(grant), { ...run, args: ['--dry-run'] });
      expect(tried.code, tried.stderr).toBe(0);
      expect(changesIn(tried.calls)).toEqual([]);
      expect(tried.stdout).toBe('');
      expect(tried.stderr.match(/^would /gm)?.length).toBe(changesIn(done.calls).length);
      expect([...done.temporary, ...tried.temporary]).toEqual([]);
    },
  );
});

it('is the same text for the same grant', () => {
  expect(scriptOf({ bucket: 'my-bucket' })).toBe(ROLE);
});

describe('a grant that no reader of grants would let through', () => {
  const at = (index: number) => HOSTILE[index % HOSTILE.length] ?? '';
  const grants = HOSTILE.map((_, index): Grant => {
    const [name, path, tag, bucket, prefix] = [at(index), at(index + 1), at(index + 2), at(index + 3), at(index + 4)];
    return {
      ...readGrant({ bucket: 'my-bucket', auth: index % 2 === 0 ? 'role' : 'key' }, { name: 'the grant' }),
      roleName: name,
      rolePath: path,
      tags: { [tag]: tag },
      buckets: [
        { name: `new-${bucket}`, create: true, prefixes: [prefix] },
        { name: bucket, create: false, prefixes: [prefix] },
      ],
    };
  });

  it('stays data in the script: nothing of it is run, and it reaches the AWS CLI as it is', async () => {
    const runs = grants.map(async (grant) => {
      const { roleName, rolePath, tags, auth } = grant;
      const args = auth === 'role' ? ['--account', ACCOUNT] : forUser;
      const { calls, files, stderr } = await runScript(awsCliScript(grant), { args });
      expect(Object.keys(files).filter((name) => name !== 'secret')).toEqual([]);
      const [created = []] = changesIn(calls).filter(([, operation]) => /^create-(role|user)$/.test(operation ?? ''));
      if (created.length === 0) throw new Error(stderr);
      expect(option(created, auth === 'role' ? 'role-name' : 'user-name')).toBe(roleName);
      expect(option(created, 'path')).toBe(rolePath);
      expect(json(created, 'tags')).toEqual(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
    });
    await Promise.all(runs);
  });
});

describe('a script that must not go on', () => {
  const role = (trust: string, path = '/') => `*' get-role '*) printf '${path}\\t${trust}\\tNone\\tTrue\\n' ;;`;
  const user = "*' get-user '*) printf '/\\tNone\\tTrue\\n' ;;\n*' list-access-keys '*) ;;";
  it.each<readonly [string, string, { args?: readonly string[]; answers?: string; path?: string }, number, RegExp]>([
    ['in another account', ROLE, { args: ['--account', '999999999999'] }, 1, /of account 111122223333, not of 9{12}/],
    ['in an account that nobody named', ROLE, { args: [] }, 2, /--account ID/],
    ['with an option that it does not know', ROLE, { args: ['--acount', ACCOUNT] }, 2, /unknown option --acount/],
    ['with an option that has no value', ROLE, { args: ['--account'] }, 2, /--account needs a value/],
    ['without the AWS CLI', ROLE, { path: '' }, 2, /no AWS CLI/],
    ['without credentials', ROLE, { answers: "*' sts '*) no ExpiredToken ;;" }, 1, /ExpiredToken/],
    ['when AWS refuses to be asked', ROLE, { answers: "*' get-role '*) no AccessDenied ;;" }, 1, /AccessDenied/],
    ['in another partition', scriptOf({ bucket: 'b-1', auth: 'key', partition: 'aws-cn' }), {}, 1, /partition aws-cn/],
    ['with a role that trusts somebody else', ROLE, { answers: role('False') }, 1, /trusts somebody else/],
    ['with a role on another path', ROLE, { answers: role('True', '/other/') }, 1, /the path \/other\/ instead of \//],
    [
      'without the bucket',
      ROLE,
      { answers: "*' get-bucket-location '*) no NoSuchBucket ;;" },
      1,
      /no bucket my-bucket/,
    ],
    [
      'with a bucket of others',
      ROLE,
      { answers: "*' get-bucket-location '*) no AccessDenied ;;" },
      1,
      /another account/,
    ],
    [
      'with a bucket that is not where its key is',
      scriptOf({
        bucket: 'my-bucket',
        kmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${'1'.repeat(8)}-1111-1111-1111-${'1'.repeat(12)}`,
      }),
      {},
      1,
      /is in the region eu-west-1, its key in us-east-1/,
    ],
    [
      'with a boundary of another account',
      scriptOf({ bucket: 'my-bucket', permissionsBoundary: 'arn:aws:iam::999999999999:policy/b' }),
      {},
      1,
      /boundary .* of another account/,
    ],
    [
      'with a bucket of that name that holds data',
      NEW_BUCKET,
      { answers: "*' get-bucket-location '*) echo None ;;\n*' list-object-versions '*) echo 1 ;;" },
      1,
      /did not make/,
    ],
    ['with a secret and nowhere to show it', USER, {}, 2, /--secret-file/],
    [
      'with a secret for a file that is there',
      USER,
      { args: ['--account', ACCOUNT, '--secret-file', '/etc/passwd'] },
      2,
      /is there already/,
    ],
    [
      'with a user who is in a group',
      USER,
      { args: forUser, answers: `${user}\n*' list-groups-for-user '*) echo admins ;;` },
      1,
      /the group admins/,
    ],
    [
      'with a user who has a password',
      USER,
      { args: forUser, answers: `${user}\n*' get-login-profile '*) echo yes ;;` },
      1,
      /a password/,
    ],
  ])('changes nothing %s', async (_, script, options, code, message) => {
    const done = await runScript(script, options);
    expect(done.stderr).toMatch(message);
    expect(done.code).toBe(code);
    expect(changesIn(done.calls)).toEqual([]);
    expect([done.stdout, ...done.temporary]).toEqual(['']);
  });

  it('goes on with --force where something of the same name is another, and says so', async () => {
    const done = await runScript(ROLE, { args: ['--account', ACCOUNT, '--force'], answers: role('False') });
    expect(done.stderr).toMatch(/note: there is a role .* that trusts somebody else/);
    expect(changesIn(done.calls).map(([, operation]) => operation)).toContain('update-assume-role-policy');
  });

  it('says what AWS refused to change, and leaves nothing behind', async () => {
    const done = await runScript(ROLE, { answers: "*' put-role-policy '*) no LimitExceeded ;;" });
    expect([done.code, done.temporary]).toEqual([1, []]);
    expect(done.stderr).toMatch(/LimitExceeded.*\n.*refused to write the inline policy channelmix-s3/);
  });

  it.each([
    ['INT', 130],
    ['TERM', 143],
    ['HUP', 129],
  ])('leaves no file when it is ended by %s', async (signal, code) => {
    const done = await runScript(ROLE, { answers: `*' put-role-policy '*) kill -${signal} $PPID ;;` });
    expect([done.code, done.temporary]).toEqual([code, []]);
  });
});

describe('the access key', () => {
  const SECRET = 'SECRETEXAMPLEKEY';

  it('is written to a file for its owner alone, and stands nowhere else, not even with sh -x', async () => {
    const done = await runScript(USER, { args: forUser, shell: ['/bin/sh', '-x'] });
    expect(done.code, done.stderr).toBe(0);
    expect(done.files.secret?.mode).toBe(0o600);
    expect(done.files.secret?.text).toMatch(
      /AWS access key id +AKIAIOSFODNN7EXAMPLE\nAWS secret access key +SECRETEXAMPLEKEY\n/,
    );
    expect(`${done.stdout}${done.stderr}${JSON.stringify(done.calls)}`).not.toContain(SECRET);
  });

  it('is not made when the user has one', async () => {
    const answers = `*' get-user '*) printf '/\\tNone\\tTrue\\n' ;;
      *' list-attached-user-policies '*) echo arn:aws:iam::${ACCOUNT}:policy/channelmix_s3_access ;;
      *' list-access-keys '*) echo AKIAI44QH8DHBEXAMPLE ;;`;
    const done = await runScript(USER, { answers });
    expect(done.code, done.stderr).toBe(0);
    expect(changesIn(done.calls).map(([, operation]) => operation)).not.toContain('create-access-key');
    expect(done.stdout).toMatch(/AKIAI44QH8DHBEXAMPLE\n.*\(secret: hand it over/);
  });

  it('leaves no file when AWS makes none', async () => {
    const done = await runScript(USER, { args: forUser, answers: "*' create-access-key '*) no LimitExceeded ;;" });
    expect([done.code, done.files]).toEqual([1, {}]);
  });
});

// util-linux: part of every Linux system, and absent or different elsewhere.
const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const typed = (text: string) => ['/bin/sh', '-c', `printf '%s\\n' '${text}' | script -qec "sh $0" /dev/null`];

  it('the account is asked for, and the secret is shown once', async () => {
    const { code, stdout, calls, files } = await runScript(USER, { args: [], shell: typed(ACCOUNT) });
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/Type the number of the account to go on: /);
    expect(stdout.match(/SECRETEXAMPLEKEY/g)).toHaveLength(1);
    expect([JSON.stringify(calls).includes('SECRETEXAMPLEKEY'), files]).toEqual([false, {}]);
  });

  it('another number changes nothing', async () => {
    const { code, stdout, calls } = await runScript(USER, { args: [], shell: typed('yes') });
    expect([code, changesIn(calls)]).toEqual([1, []]);
    expect(stdout).toContain(`these credentials are of account ${ACCOUNT}, not of yes`);
  });
});

describe('--undo', () => {
  const args = ['--undo', '--account', ACCOUNT];
  const role = `*' get-role '*) printf '/\\tTrue\\tNone\\tTrue\\n' ;;`;
  const bucket = `*' get-bucket-location '*) echo eu-west-1 ;;`;
  const operations = (calls: Calls) => changesIn(calls).map(([, operation]) => operation);

  it('has nothing to do where there is nothing', async () => {
    for (const script of [ROLE, USER, NEW_BUCKET]) {
      const { code, stderr, calls } = await runScript(script, { args });
      expect([code, changesIn(calls)], stderr).toEqual([0, []]);
      expect(stderr).toMatch(/^Nothing to remove\.$/m);
    }
  });

  it('leaves a role alone that has policies of others, unless it is forced', async () => {
    const answers = `${role}\n*' list-attached-role-policies '*) echo arn:aws:iam::aws:policy/ReadOnlyAccess ;;`;
    const refused = await runScript(ROLE, { args, answers });
    expect([refused.code, changesIn(refused.calls)]).toEqual([1, []]);
    expect(refused.stderr).toContain(
      'policies that this script did not give it: arn:aws:iam::aws:policy/ReadOnlyAccess',
    );
    const forced = await runScript(ROLE, { args: [...args, '--force'], answers });
    expect([forced.code, operations(forced.calls)]).toEqual([0, ['detach-role-policy', 'delete-role']]);
  });

  it.each([
    ['it is protected', { bucket: 'a-bucket', createBucket: true }, bucket, /stays, as it is protected/],
    [
      'it has not what the script writes',
      { bucket: 'a-bucket', createBucket: true, protectBucket: false },
      bucket,
      /stays: it has not what this script writes/,
    ],
    [
      'it holds data',
      { bucket: 'a-bucket', createBucket: true, protectBucket: false },
      `${bucket}
*' get-caller-identity --query length'*) echo True ;;
*' get-bucket-policy '*) echo '{}' ;;
*' list-object-versions '*) echo 1 ;;`,
      /stays: it holds data/,
    ],
  ])('leaves a bucket when %s, and says so', async (_, grant, answers, message) => {
    const done = await runScript(scriptOf(grant), { args, answers: `${role}\n${answers}` });
    expect(done.stderr).toMatch(message);
    expect([done.code, operations(done.calls)]).toEqual([0, ['delete-role']]);
  });
});

it('explains itself without the AWS CLI and without an account', async () => {
  for (const script of [ROLE, USER]) {
    const { code, stdout, calls } = await runScript(script, { args: ['--help'], path: '/usr/bin:/bin' });
    expect([code, calls]).toEqual([0, []]);
    expect(stdout).toMatch(/--dry-run .*\n {2}--undo /);
  }
});
