import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseXml, xmlChildren, xmlText } from '../../../src/sandbox/xml.ts';
import { createBench, type S3Bench } from './support.ts';

/** What S3 documents of versions, said the slow way: each key has a list of versions, the newest first. */
interface ModelVersion {
  readonly id: string;
  readonly body: string | undefined;
}

const keys = fc.constantFrom('a', 'b', 'b/1', 'b/2', 'c');
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: keys }),
  fc.record({ do: fc.constant('delete' as const), key: keys }),
  fc.record({ do: fc.constant('remove' as const), key: keys, index: fc.nat(3) }),
  fc.record({ do: fc.constant('enable' as const), key: keys }),
  fc.record({ do: fc.constant('suspend' as const), key: keys }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function send(bench: S3Bench, method: string, path: string, query = '', body = '') {
  return bench.send({ method, path: `/bucket${path}`, query, body: Buffer.from(body) }, bench.rootCaller);
}

/** Does one step on both, and gives the state of versioning after it. */
async function apply(
  bench: S3Bench,
  model: Map<string, ModelVersion[]>,
  one: Step,
  state: string,
  text: string,
): Promise<string> {
  const versions = model.get(one.key) ?? [];
  const add = (version: ModelVersion): void => {
    const others = version.id === 'null' ? versions.filter((other) => other.id !== 'null') : versions;
    model.set(one.key, [version, ...others]);
  };
  if (one.do === 'enable' || one.do === 'suspend') {
    const status = one.do === 'enable' ? 'Enabled' : 'Suspended';
    const document = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
    expect((await send(bench, 'PUT', '', 'versioning', document)).status).toBe(200);
    return status;
  }
  if (one.do === 'put') {
    const answer = await send(bench, 'PUT', `/${one.key}`, '', text);
    add({ id: answer.headers['x-amz-version-id'] ?? 'null', body: text });
  } else if (one.do === 'delete') {
    const answer = await send(bench, 'DELETE', `/${one.key}`);
    expect(answer.status).toBe(204);
    if (state === '') model.set(one.key, []);
    else add({ id: answer.headers['x-amz-version-id'] ?? '', body: undefined });
  } else {
    const version = versions[one.index];
    if (version === undefined) return state;
    expect((await send(bench, 'DELETE', `/${one.key}`, `versionId=${version.id}`)).status).toBe(204);
    model.set(
      one.key,
      versions.filter((other) => other !== version),
    );
  }
  return state;
}

async function listAll(bench: S3Bench, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let marker = '';
  for (;;) {
    const answer = await send(bench, 'GET', '', `versions&max-keys=${limit}${marker}`);
    const page = parseXml(answer.body);
    for (const name of ['Version', 'DeleteMarker']) {
      for (const one of xmlChildren(page, name)) {
        seen.push([name, xmlText(one, 'Key'), xmlText(one, 'VersionId'), xmlText(one, 'IsLatest')].join(' '));
      }
    }
    if (xmlText(page, 'IsTruncated') !== 'true') return seen.sort();
    const key = encodeURIComponent(xmlText(page, 'NextKeyMarker') ?? '');
    marker = `&key-marker=${key}&version-id-marker=${xmlText(page, 'NextVersionIdMarker') ?? ''}`;
  }
}

test('after any steps, reads and listings show what the list of versions says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
      const bench = createBench();
      await send(bench, 'PUT', '');
      const model = new Map<string, ModelVersion[]>();
      let state = '';
      for (const [index, one] of steps.entries()) state = await apply(bench, model, one, state, `body ${index}`);

      const expected: string[] = [];
      const listed: string[] = [];
      for (const [key, versions] of model) {
        for (const [index, version] of versions.entries()) {
          const kind = version.body === undefined ? 'DeleteMarker' : 'Version';
          expected.push(`${kind} ${key} ${version.id} ${index === 0}`);
          const read = await send(bench, 'GET', `/${key}`, `versionId=${version.id}`);
          expect(read.status).toBe(version.body === undefined ? 405 : 200);
          if (version.body !== undefined) expect(read.body.toString()).toBe(version.body);
        }
        const current = await send(bench, 'GET', `/${key}`);
        const wanted = versions[0]?.body;
        expect(current.status).toBe(wanted === undefined ? 404 : 200);
        if (wanted !== undefined) listed.push(key);
      }
      expect(await listAll(bench, limit)).toEqual(expected.sort());
      const plain = parseXml((await send(bench, 'GET', '', 'list-type=2')).body);
      expect(xmlChildren(plain, 'Contents').map((one) => xmlText(one, 'Key'))).toEqual(listed.sort());
    }),
    { numRuns: 60 },
  );
});
