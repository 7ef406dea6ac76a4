import { describe, expect, it } from 'vitest';
import { expectationOf } from '../../src/audit/index.ts';
import { auditMatrix } from '../../src/audit/matrix.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { everyKindOfGrant } from '../generate/artefacts/grants.ts';
import { bruteForce } from './brute-force.ts';
import { all, changed, deployed, expectedOf, GRANT, NOW } from './documents.ts';
import { MATRIX_ACCOUNTS, type MatrixAccount } from './matrix-accounts.ts';

function accountNamed(wanted: string): MatrixAccount {
  const found = MATRIX_ACCOUNTS.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(wanted);
  return found;
}

describe('the matrix of an account', () => {
  it.each(MATRIX_ACCOUNTS)('agrees with requests decided one by one: $name', ({ documents, expected }) => {
    const { requests, disagreements } = bruteForce(documents, expected, { now: NOW });
    expect(disagreements).toEqual([]);
    expect(requests).toBeGreaterThanOrEqual(10_000);
  });

  it('would be found wrong if it were that of a little less or more, or if it said nothing of excess or missing', () => {
    const { documents, expected } = accountNamed('more than is needed, but for what is denied');
    const statements = documents.principal.identity.read.flatMap(
      ({ document }) => (document as { readonly Statement: readonly JsonValue[] }).Statement,
    );
    const cells = auditMatrix(documents, expected, NOW);
    const wrong = [
      ...statements.map((_, without) => {
        const document = { Version: '2012-10-17', Statement: statements.filter((_, index) => index !== without) };
        const principal = { ...documents.principal, identity: all({ name: 'less', document }) };
        return auditMatrix({ ...documents, principal }, expected, NOW);
      }),
      cells.map((cell) => ({ ...cell, excess: [] })),
      cells.map((cell) => ({ ...cell, missing: [] })),
      cells.map((cell) => ({ ...cell, excess: cell.parts })),
    ];
    for (const each of wrong) {
      expect(bruteForce(documents, expected, { now: NOW, cells: each }).disagreements.length).toBeGreaterThan(0);
    }
  });

  it('takes the folders that the policies name for what is meant, where nobody said', () => {
    const meant = (documents: AuditDocuments) => expectationOf(documents, 'minimal', []).buckets;
    const buckets = [
      { name: 'acme-raw', create: true, prefixes: ['a/', 'b/c/'] },
      { name: 'acme-reports', create: true, prefixes: [] },
    ];
    const documents = deployed({ ...GRANT, buckets });
    expect(meant(documents)).toEqual(buckets.map(({ name, prefixes }) => ({ name, prefixes })));
    const wide = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::acme-r*' };
    expect(meant(changed(documents, { allow: [wide] })).map(({ prefixes }) => prefixes)).toEqual([[], []]);
  });

  it('finds nothing too much and nothing missing in a grant that the kit made', () => {
    const grants = everyKindOfGrant();
    for (const grant of grants.filter((_, index) => index % 37 === 0 || index >= grants.length - 2)) {
      const wrong = auditMatrix(deployed(grant), expectedOf(grant), NOW).filter(
        ({ excess, missing }) => excess.length + missing.length > 0,
      );
      expect(wrong, JSON.stringify(grant)).toEqual([]);
    }
  });
});
