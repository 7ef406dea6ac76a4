import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addStatement, removeStatements, temporaryStatements } from '../../src/verify/trust-text.ts';

const SID = `ChannelMixVerify${'a'.repeat(32)}`;
const OTHER = `ChannelMixVerify${'b'.repeat(32)}`;
const own = (Sid: string) => ({
  Sid,
  Effect: 'Allow' as const,
  Principal: { AWS: 'arn:aws:iam::111122223333:user/ann' },
  Action: 'sts:AssumeRole',
  Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-25T03:00:00Z' } },
});
const isOwn = (sid: string) => sid === SID;

const FOREIGN =
  '{"Sid":"x, ]}\\"","Effect":"Allow" , "Principal":{"AWS":"arn:aws:iam::031871504755:root"},"Action":"sts:AssumeRole"}';
const TEXTS = [
  `{"Version":"2012-10-17","Statement":[${FOREIGN}]}`,
  `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${FOREIGN},\n    ${FOREIGN}\n  ]\n}\n`,
  `{"Statement":${FOREIGN},"Version":"2008-10-17"}`,
  `{"Statement": [ ${FOREIGN} ] ,"Id":"]"}`,
];

test.each(TEXTS)('what is added is taken out again, byte for byte: %j', (text) => {
  const added = addStatement(text, own(SID)) ?? '';
  expect(JSON.parse(added).Statement.at(-1)).toEqual(own(SID));
  expect(temporaryStatements(added)).toEqual([{ sid: SID, runId: 'a'.repeat(32), expires: Date.UTC(2026, 10, 25, 3) }]);
  expect(removeStatements(added, isOwn, text)).toBe(text);
});

test('foreign statements keep their bytes, whoever comes and goes between', () => {
  for (const text of TEXTS) {
    const both = addStatement(addStatement(text, own(SID)) ?? '', own(OTHER)) ?? '';
    const rest = removeStatements(both, isOwn, text) ?? '';
    expect(temporaryStatements(rest).map(({ sid }) => sid)).toEqual([OTHER]);
    expect(rest.split(FOREIGN)).toHaveLength(text.split(FOREIGN).length);
    expect(removeStatements(rest, (sid) => sid === OTHER, text)).toBe(text);
  }
});

test('a statement whose Sid is not a run’s is never taken out', () => {
  const text = `{"Statement":[{"Sid":"ChannelMixVerify","Effect":"Allow"},${FOREIGN}]}`;
  expect(removeStatements(text, () => true)).toBe(text);
});

test.each(['', '[]', 'null', '{}', '{"Statement":1}', '{"Statement":[', `${'['.repeat(100_000)}`, '{"Statement":[]}x'])(
  'text that is no policy document is not touched: %.30s',
  (text) => {
    expect(addStatement(text, own(SID))).toBeUndefined();
    expect(removeStatements(text, isOwn)).toBeUndefined();
    expect(temporaryStatements(text)).toEqual([]);
  },
);

test('a policy that would have no statement any more is not written', () => {
  expect(removeStatements(JSON.stringify({ Statement: [own(SID)] }), isOwn)).toBeUndefined();
  expect(removeStatements(JSON.stringify({ Statement: own(SID) }), isOwn)).toBeUndefined();
});

test('any policy comes back byte for byte, however it is written', () => {
  const statement = fc.record(
    { Sid: fc.string(), Effect: fc.constant('Allow'), Action: fc.array(fc.string()), Condition: fc.jsonValue() },
    { requiredKeys: ['Effect'] },
  );
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.boolean(), (all, indent, single) => {
      const Statement = single ? all[0] : all;
      const text = JSON.stringify({ Version: '2012-10-17', Statement, Id: 'x' }, null, indent);
      const added = addStatement(text, own(SID)) ?? '';
      expect(JSON.parse(added).Statement).toEqual([
        ...(single ? [all[0]] : all).map((one) => JSON.parse(JSON.stringify(one))),
        own(SID),
      ]);
      expect(removeStatements(added, isOwn, text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
