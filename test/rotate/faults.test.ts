import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KitError } from '../../src/model/errors.ts';
import { type RotateReport, rotateExitCode } from '../../src/rotate/index.ts';
import { CLIENT_ACCOUNT, rootClients } from '../verify/helpers.ts';
import { DAY, HOUR, keyOf, openScene, type RunChanges, type Scene } from './helpers.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  expect(scene.sandbox.bugs()).toEqual([]);
  await scene.close();
});

/** What came of a run: its report or its error; in neither is a secret. */
async function outcome(changes?: RunChanges): Promise<RotateReport | KitError> {
  const came = await scene.run(changes).catch((error: unknown) => error);
  const text = came instanceof Error ? `${came.stack}\n${JSON.stringify(came)}` : JSON.stringify(came);
  for (const secret of scene.secrets) expect(text).not.toContain(secret);
  if (came instanceof Error && !(came instanceof KitError)) throw came;
  return came as RotateReport | KitError;
}

const isError = (came: RotateReport | KitError): came is KitError => came instanceof KitError;
const ids = async () => (await scene.keys()).map(({ id }) => id);
const answers = (...given: readonly boolean[]) => {
  const left = [...given];
  return async () => left.shift() ?? false;
};

describe('making the second key', () => {
  it.each([
    'drop=before,iam:CreateAccessKey,at=1',
    'error=503,iam:CreateAccessKey,at=1',
    'throttle=iam:CreateAccessKey,at=1,times=2',
  ])('goes on after %s, and makes one key only', async (fault) => {
    scene.sandbox.faults.add(fault);
    const came = await outcome();
    expect(came).toMatchObject({ step: 'create', done: true });
    expect(scene.sandbox.faults.struck()).toBeGreaterThan(0);
    expect(await ids()).toEqual([scene.old.accessKeyId, keyOf(scene.forms[0]).accessKeyId]);
  });

  it.each([
    'drop=after,iam:CreateAccessKey,at=1',
    'answer=truncated,iam:CreateAccessKey,at=1',
    'answer=empty,iam:CreateAccessKey,at=1',
    'answer=html,iam:CreateAccessKey,at=1',
  ])('whose answer was lost (%s) is told, and removed after a yes', async (fault) => {
    scene.sandbox.faults.add(fault);
    const kinds: string[] = [];
    const came = await outcome({
      confirm: async ({ kind }) => {
        kinds.push(kind);
        return true;
      },
    });
    expect(kinds).toEqual(['lost']);
    expect(came).toMatchObject({ code: 'network', hint: expect.stringContaining('was removed again') });
    expect(await ids()).toEqual([scene.old.accessKeyId]);
    expect(await outcome()).toMatchObject({ step: 'create', done: true });
  });

  it('whose answer was lost is left with the command when nobody says yes, and that command removes it', async () => {
    scene.sandbox.faults.add('drop=after,iam:CreateAccessKey,at=1');
    const came = await outcome({ confirm: answers(false) });
    const extra = (await ids()).find((id) => id !== scene.old.accessKeyId) ?? '';
    expect(came).toMatchObject({ code: 'leftover' });
    expect((came as KitError).message).toContain(
      `channelmix-s3 rotate --user channelmix_s3_access --discard --yes ${extra}`,
    );
    expect(await outcome({ step: 'discard', confirm: answers(true) })).toMatchObject({ done: true });
    expect(await ids()).toEqual([scene.old.accessKeyId]);
  });

  it('says that nobody knows when IAM does not answer afterwards, either', async () => {
    scene.sandbox.faults.add('drop=after,iam:CreateAccessKey');
    scene.sandbox.faults.add('drop=before,iam:ListAccessKeys,at=2,times=99');
    const came = await outcome();
    expect(came).toMatchObject({ code: 'leftover' });
    expect((came as KitError).message).toContain('aws iam list-access-keys --user-name channelmix_s3_access');
  });

  it('tells of a key that was made behind a lost answer also where the list is late', async () => {
    scene.sandbox.faults.add('drop=after,iam:CreateAccessKey,at=1');
    const came = await outcome({ lateLists: true });
    expect(await ids()).toHaveLength(2);
    expect(came).toMatchObject({ code: 'leftover', hint: expect.stringContaining('--discard') });
  });

  it('names the new key where the list is late', async () => {
    const came = await outcome({ lateLists: true });
    const { accessKeyId } = keyOf(scene.forms[0]);
    expect(came).toMatchObject({ done: true, next: 'deactivate', keys: [{}, { id: accessKeyId, status: 'Active' }] });
  });

  it('is done by one of two who rotate at the same moment', async () => {
    const waiting: (() => void)[] = [];
    const end = scene.sandbox.observe(({ operation, phase }) => {
      if (operation !== 'CreateAccessKey' || phase !== 'before') return undefined;
      return new Promise((resolve) => {
        waiting.push(() => resolve(undefined));
        if (waiting.length >= 2) for (const go of waiting) go();
      });
    });
    const came = await Promise.all([outcome(), outcome()]);
    end();
    expect(came.map((one) => !isError(one) && one.done).sort()).toEqual([false, true]);
    expect(came.flatMap((one) => (isError(one) ? [] : one.objections.map(({ id }) => id)))).toEqual([
      'changed-meanwhile',
    ]);
    expect(await ids()).toEqual([scene.old.accessKeyId, keyOf(scene.forms[0]).accessKeyId]);
  });
});

describe('a new key that is not good', () => {
  const deny = async () => {
    const { endpoint } = scene.sandbox;
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    await iam.deleteUserPolicy({ UserName: 'channelmix_s3_access', PolicyName: 'channelmix' });
  };

  it('is removed again, and the report says what it may not do', async () => {
    await deny();
    const came = await outcome({ ways: { waitMs: 0 } });
    expect(came).toMatchObject({ step: 'create', done: false, interrupted: false, left: [] });
    expect(rotateExitCode(came as RotateReport)).toBe(1);
    expect((came as RotateReport).verified?.[0]?.checks.some(({ result }) => result === 'deny')).toBe(true);
    expect(await ids()).toEqual([scene.old.accessKeyId]);
    expect(scene.forms).toEqual([]);
  });

  it('is told with the command when it cannot be removed', async () => {
    await deny();
    scene.sandbox.faults.add('error=500,iam:DeleteAccessKey');
    const came = (await outcome({ ways: { waitMs: 0 } })) as RotateReport;
    const extra = (await ids())[1] ?? '';
    expect(came.left).toEqual([
      {
        what: expect.stringContaining(extra),
        command: `aws iam delete-access-key --user-name channelmix_s3_access --access-key-id ${extra}`,
      },
    ]);
    expect(rotateExitCode(came)).toBe(4);
  });

  it('is removed again when the secret cannot be given to the user', async () => {
    const deliver = async () => {
      throw new KitError('input', 'no space left');
    };
    expect(await outcome({ ways: { deliver } })).toMatchObject({
      code: 'input',
      message: 'no space left',
      hint: expect.stringContaining('removed again'),
    });
    expect(await ids()).toEqual([scene.old.accessKeyId]);
    scene.sandbox.faults.add('error=500,iam:DeleteAccessKey');
    const came = await outcome({ ways: { deliver } });
    expect(came).toMatchObject({
      code: 'leftover',
      message: expect.stringMatching(/no space left[\s\S]*delete-access-key/),
    });
  });

  it('waits until IAM has spread it', async () => {
    scene.sandbox.faults.add('iam-delay=400ms');
    expect(await outcome()).toMatchObject({ done: true });
    expect(await ids()).toHaveLength(2);
  });
});

describe('an interrupt', () => {
  /** Aborts a run at its n-th call. Gives how many calls there were. */
  async function interruptedAt(nth: number, phase: 'before' | 'after', changes: RunChanges = {}) {
    const controller = new AbortController();
    let calls = 0;
    const end = scene.sandbox.observe((event) => {
      calls = Math.max(calls, event.call);
      if (event.call === nth && event.phase === phase) controller.abort('SIGINT');
      return undefined;
    });
    const came = await outcome({ ...changes, signal: controller.signal });
    end();
    return { came, reached: calls >= nth };
  }

  it.each([
    ['before', 1],
    ['after', 3],
  ] as const)(
    'while the second key is made (%s each fourth call from %i on) leaves none that the user does not have',
    async (phase, from) => {
      const s3 = scene.sandbox.snapshot().s3;
      for (let nth = from; ; nth += 4) {
        const { came, reached } = await interruptedAt(nth, phase);
        if (!reached) break;
        const done = !isError(came) && came.done;
        expect(await ids()).toEqual([scene.old.accessKeyId, ...scene.forms.map((form) => keyOf(form).accessKeyId)]);
        expect(scene.forms).toHaveLength(done ? 1 : 0);
        if (isError(came)) expect(came.code).toBe('interrupted');
        expect(scene.sandbox.snapshot().s3).toEqual(s3);
        if (done) await scene.run({ step: 'discard', confirm: answers(true) });
        scene.forms.length = 0;
      }
    },
    20_000,
  );

  it('while the old key goes leaves it as it was or as the report says', async () => {
    await scene.run();
    const fresh = keyOf(scene.forms[0]);
    scene.sandbox.clock.advance(2 * HOUR);
    await scene.use(fresh);
    scene.sandbox.clock.advance(2 * DAY);
    for (const phase of ['before', 'after'] as const) {
      for (let nth = 1; ; nth++) {
        const { came, reached } = await interruptedAt(nth, phase, { step: 'deactivate' });
        const [old] = await scene.keys();
        expect(old?.status).toBe(!isError(came) && came.done ? 'Inactive' : 'Active');
        await scene.run({ step: 'undo' });
        if (!reached) break;
      }
    }
  });

  it('stops a removal when it comes twice, and tells what is left', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const end = scene.sandbox.observe(({ operation, phase }) => {
      if (operation === 'PutObject') first.abort('SIGINT');
      if (operation === 'DeleteAccessKey' && phase === 'before') {
        second.abort('SIGINT');
        return 'drop';
      }
      return undefined;
    });
    const came = await outcome({ signal: first.signal, hurry: second.signal });
    end();
    const extra = (await ids())[1] ?? 'none';
    expect(isError(came) ? came.message : JSON.stringify(came.left)).toContain(extra);
  });
});

describe('a lost answer', () => {
  beforeEach(async () => {
    await scene.run();
    const fresh = keyOf(scene.forms[0]);
    scene.sandbox.clock.advance(2 * HOUR);
    await scene.use(fresh);
    scene.sandbox.clock.advance(2 * DAY);
  });

  it.each([
    'drop=after,iam:UpdateAccessKey',
    'answer=truncated,iam:UpdateAccessKey',
    'answer=html,iam:UpdateAccessKey',
  ])('to the deactivation (%s) is made up for by a look', async (fault) => {
    scene.sandbox.faults.add(fault);
    expect(await outcome()).toMatchObject({ step: 'deactivate', done: true });
    expect((await scene.keys())[0]?.status).toBe('Inactive');
  });

  it('to the deletion, too', async () => {
    await scene.run();
    scene.sandbox.clock.advance(8 * DAY);
    scene.sandbox.faults.add('drop=after,iam:DeleteAccessKey');
    expect(await outcome({ step: 'delete', confirm: answers(true) })).toMatchObject({ done: true });
    expect(await ids()).toHaveLength(1);
  });

  it('to a change that was not made is an error, and the key is as it was', async () => {
    scene.sandbox.faults.add('error=503,iam:UpdateAccessKey');
    expect(await outcome()).toMatchObject({ code: 'service' });
    expect((await scene.keys())[0]?.status).toBe('Active');
  });

  it('to a change and to the look after it says that nobody knows', async () => {
    scene.sandbox.faults.add('drop=after,iam:UpdateAccessKey');
    scene.sandbox.faults.add('drop=before,iam:ListAccessKeys,at=2,times=99');
    const came = await outcome();
    expect(came).toMatchObject({
      code: 'network',
      hint: expect.stringContaining('rotate --user channelmix_s3_access --plan'),
    });
    expect((came as KitError).message).toContain('it is not known whether');
  });

  it('leaves one key active when two people deactivate each the other', async () => {
    const fresh = keyOf(scene.forms[0]).accessKeyId;
    const waiting: (() => void)[] = [];
    const end = scene.sandbox.observe(({ operation, phase }) => {
      if (operation !== 'UpdateAccessKey' || phase !== 'before' || waiting.length >= 2) return undefined;
      return new Promise((resolve) => {
        waiting.push(() => resolve(undefined));
        if (waiting.length === 2) for (const go of waiting) go();
      });
    });
    await Promise.all([outcome(), outcome({ oldKeyId: fresh, force: true })]);
    end();
    expect((await scene.keys()).some(({ status }) => status === 'Active')).toBe(true);
  });
});
