import { describe, expect, it } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import { KitError } from '../../src/model/errors.ts';
import cases from '../cases/grants.json' with { type: 'json' };

const source = { name: 'the grant' };

/** The error that reading the input throws. */
function refusal(input: unknown): KitError {
  try {
    readGrant(input, source);
  } catch (error) {
    if (error instanceof KitError) return error;
    throw error;
  }
  throw new Error('the grant was accepted');
}

describe('readGrant', () => {
  it.each(cases.accepted)('accepts $name', ({ input }) => {
    expect(readGrant(input, source).buckets.length).toBeGreaterThan(0);
  });

  it.each(cases.refused)('refuses $name', ({ input, field, rule }) => {
    const error = refusal(input);
    expect(error.code).toBe('input');
    expect(error.problems.map((problem) => problem.field)).toContain(field);
    expect(error.message).toContain(rule);
  });

  it('fills in the defaults of the design', () => {
    expect(readGrant({ bucket: 'my-bucket' }, source)).toEqual({
      auth: 'role',
      access: 'minimal',
      buckets: [{ name: 'my-bucket', create: false, prefixes: [] }],
      roleName: 'channelmix_s3_access',
      rolePath: '/',
      uniqueName: false,
      tags: {},
      protectBucket: true,
      partition: 'aws',
    });
  });

  it('closes a prefix with a slash, so that Client1 does not open Client12', () => {
    expect(readGrant({ bucket: 'my-bucket', prefix: 'Client1' }, source).buckets[0]?.prefixes).toEqual(['Client1/']);
  });

  it('names every problem at once', () => {
    const error = refusal({ bucket: 'My', prefix: '/a', roleName: 'a b' });
    expect(error.problems.map((problem) => problem.field)).toEqual(['bucket', 'prefix', 'roleName']);
  });

  it('does not take __proto__ from a document for the prototype', () => {
    const error = refusal(JSON.parse('{"bucket":"my-bucket","__proto__":{"access":"full"}}'));
    expect(error.message).toContain('__proto__');
  });
});
