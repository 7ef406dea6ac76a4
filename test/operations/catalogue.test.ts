import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildActionArns, buildCatalogue } from '../../scripts/build-catalogue.ts';
import { RISKY_ACTIONS } from '../../src/audit/facts/catalogue.ts';
import {
  arnServicesOf,
  CATALOGUE_VERSION,
  findAction,
  findKey,
  SERVICE_PREFIXES,
  SERVICES,
} from '../../src/operations/catalogue.ts';

describe('the catalogue', () => {
  it('is what the data package says now', async () => {
    const text = readFileSync(new URL('../../policies/catalogue/iam.json', import.meta.url), 'utf8');
    expect(text).toBe(await buildCatalogue());
    expect(CATALOGUE_VERSION.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(CATALOGUE_VERSION.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('knows what the actions of the tables of risks are about', async () => {
    const text = readFileSync(new URL('../../policies/catalogue/action-arns.json', import.meta.url), 'utf8');
    expect(text).toBe(await buildActionArns(RISKY_ACTIONS));
    expect(arnServicesOf('ebs')).toEqual(['ec2']);
    expect(arnServicesOf('execute-api')).toEqual(['execute-api']);
  });

  it('agrees with the catalogue of the operations table', () => {
    const facts = JSON.parse(
      readFileSync(new URL('../../policies/catalogue/actions.json', import.meta.url), 'utf8'),
    ).actions;
    for (const [action, { access, resources }] of Object.entries<{ access: string; resources: string[] }>(facts)) {
      expect(findAction(action)?.access, action).toBe(access.replace(', Write', ''));
      expect([...(findAction(action)?.resources ?? [])].sort(), action).toEqual([...resources].sort());
    }
  });

  it('knows the actions, resource types and keys of five services, whatever the case', () => {
    expect([...SERVICES.keys()].sort()).toEqual(['iam', 'kms', 's3', 's3-object-lambda', 'sts']);
    expect(findAction('S3:getobject')).toMatchObject({ action: 's3:GetObject', access: 'Read' });
    expect(findAction('s3:ListBucket')?.keys).toContain('s3:prefix');
    expect(findAction('s3:ListAllMyBuckets')?.resources).toEqual([]);
    expect(findAction('s3:HeadObject')).toBeUndefined();
    expect(findAction('s3:constructor')).toBeUndefined();
    expect(SERVICES.get('s3')?.resources.get('bucket')).toBe('arn:$'.concat('{Partition}:s3:::$', '{BucketName}'));
    expect(SERVICE_PREFIXES.has('ec2')).toBe(true);
  });

  it('knows the type of a key, also of one with a variable part', () => {
    expect(findKey('AWS:SourceIp')).toMatchObject({ key: 'aws:SourceIp', type: 'IPAddress', global: true });
    expect(findKey('aws:PrincipalTag/team')).toMatchObject({ type: 'String', global: true });
    expect(findKey('aws:PrincipalTag/')).toBeUndefined();
    expect(findKey('s3:ExistingObjectTag/a/b')).toMatchObject({ type: 'String', global: false });
    expect(findKey('kms:EncryptionContext:AppName')).toMatchObject({ type: 'String' });
    expect(findKey('aws:SourceIP4')).toBeUndefined();
  });
});
