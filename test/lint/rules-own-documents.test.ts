import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../../src/documents/policy-source.ts';
import {
  type DocumentGrant,
  fullAccessDocument,
  identityPolicy,
  tlsOnlyBucketPolicy,
  trustPolicy,
} from '../../src/generate/policy-documents.ts';
import { lintText } from '../../src/lint/lint.ts';
import type { LintOptions } from '../../src/lint/types.ts';
import type { AccessLevel } from '../../src/model/grant.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function findings(document: unknown, kind: DocumentKind, options: Partial<LintOptions> = {}): readonly string[] {
  return lintText(JSON.stringify(document), { path: 'policy.json', kind, ...options }).map(
    ({ severity, ruleId }) => `${severity} ${ruleId}`,
  );
}

function grant(access: AccessLevel, prefixes: readonly string[], key?: string, create = false): DocumentGrant {
  const bucket = { name: 'acme-reports', create, prefixes, ...(key === undefined ? {} : { kmsKeyArn: key }) };
  return { access, partition: 'aws', buckets: [bucket] };
}

describe('the documents that the kit makes', () => {
  for (const access of ['minimal', 'extended'] as const) {
    for (const prefixes of [[], ['reports/', 'archive/2026/']]) {
      for (const key of [undefined, KEY]) {
        for (const create of [false, true]) {
          it(`have no findings: ${access}, ${prefixes.length} prefixes, ${key ? 'with' : 'without'} key, ${create ? 'new' : 'old'} bucket`, () => {
            const document = identityPolicy(grant(access, prefixes, key, create));
            expect(findings(document, 'identity', { access, buckets: ['acme-reports'] })).toEqual([]);
          });
        }
      }
    }
  }

  it('have no findings: full access', () => {
    expect(findings(fullAccessDocument(), 'identity', { access: 'full' })).toEqual([]);
  });

  it('have no findings: bucket policy that refuses plain HTTP', () => {
    expect(findings(tlsOnlyBucketPolicy('acme-reports', 'aws'), 'bucket')).toEqual([]);
  });

  it('say of the trust policy only what no external ID means', () => {
    expect(findings(trustPolicy('aws'), 'trust')).toEqual(['suggestion confused-deputy']);
  });
});
