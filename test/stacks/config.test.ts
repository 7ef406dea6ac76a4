import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGrant } from '../../src/documents/read-grant.ts';
import { KitError } from '../../src/model/errors.ts';
import { readConfig } from '../../stacks/config.ts';
import cases from '../cases/pulumi-config.json' with { type: 'json' };

const PROJECT = 'channelmix-s3';

describe('readConfig', () => {
  it.each(cases.accepted)('accepts $name', ({ config }) => {
    expect(() => readConfig(namespaced(config), PROJECT)).not.toThrow();
  });

  it.each(cases.refused)('refuses $name, with the key, the value and the rule', ({ config, error }) => {
    const failure = catchError(() => readConfig(namespaced(config), PROJECT));
    expect(failure).toBeInstanceOf(KitError);
    expect(failure).toMatchObject({ code: 'input' });
    expect((failure as Error).message).toContain(error);
  });

  it('reads text, flags, lists and maps as what they are', () => {
    const grant = readConfig(
      namespaced({
        auth: 'key',
        access: 'extended',
        buckets: '[{"name":"one-bucket","create":true,"prefixes":["a"]}]',
        tags: '{"team":"marketing"}',
        uniqueName: 'true',
        protectBucket: 'false',
      }),
      PROJECT,
      'aws',
    );
    expect(grant).toMatchObject({
      auth: 'key',
      access: 'extended',
      buckets: [{ name: 'one-bucket', create: true, prefixes: ['a/'] }],
      tags: { team: 'marketing' },
      uniqueName: true,
      protectBucket: false,
    });
  });

  it('leaves the config of other namespaces alone', () => {
    const config = { ...namespaced({ bucket: 'my-bucket' }), 'aws:region': 'eu-west-1', 'other:bucket': 'NOT OURS' };
    expect(readConfig(config, PROJECT).buckets).toMatchObject([{ name: 'my-bucket' }]);
  });

  it('follows the name of the project, which a client may change', () => {
    expect(() => readConfig({ 'acme:buket': 'x' }, 'acme')).toThrow('acme:buket');
  });

  it('refuses a role where the provider works in another partition', () => {
    expect(() => readConfig(namespaced({ bucket: 'my-bucket' }), PROJECT, 'aws-us-gov')).toThrow(
      'channelmix-s3:auth: "role" must be key: a role cannot be assumed across partitions',
    );
  });
});

describe('Pulumi.yaml', () => {
  const project = parse(readFileSync(new URL('../../Pulumi.yaml', import.meta.url), 'utf8')) as {
    readonly main: string;
    readonly config: Readonly<
      Record<string, { readonly type: string; readonly description: string; readonly default: unknown }>
    >;
  };

  it('has the defaults of the grant and no other, since each counts as given', () => {
    const grant: Readonly<Record<string, unknown>> = { ...readGrant({ bucket: 'my-bucket' }, { name: 'a test' }) };
    for (const [key, { default: value }] of Object.entries(project.config))
      expect({ [key]: grant[key] }).toEqual({ [key]: value });
  });

  it('declares no key that cannot stand beside a list of buckets', () => {
    const given = Object.entries(project.config).map(([key, { default: value }]) => [key, String(value)]);
    const config = { ...Object.fromEntries(given), buckets: '[{"name":"my-bucket"}]' };
    expect(() => readConfig(namespaced(config), PROJECT)).not.toThrow();
  });

  it('names a file: for a folder the engine would run what package.json exports', () => {
    expect(project.main).toMatch(/\.ts$/);
  });
});

function namespaced(config: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => (value === undefined ? [] : [[`${PROJECT}:${key}`, value]])),
  );
}

function catchError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
