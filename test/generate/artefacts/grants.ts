import { readGrant } from '../../../src/documents/read-grant.ts';
import { ACCESS_LEVELS, type Grant } from '../../../src/model/grant.ts';

const KEYS = ['1234abcd-12ab-34cd-56ef-1234567890ab', 'mrk-1234abcd12ab34cd56ef1234567890ab'];
const PREFIXES: readonly (readonly string[])[] = [
  [],
  ['Client123/'],
  ['Client 1/Campaign-Report/', 'b/', "it's/100%/"],
];
const CREATES = ['none', 'all', 'first'] as const;
const DETAILS = [
  {},
  {
    roleName: 'channelmix+reports@example.com',
    rolePath: '/vendors/marketing-data/',
    permissionsBoundary: 'boundary',
    tags: { team: 'marketing', 'cost-center': 'a=b: c', empty: '' },
    protectBucket: false,
  },
] as const;
const PLACES = [
  { auth: 'role', partition: 'aws', region: 'eu-west-1' },
  { auth: 'key', partition: 'aws', region: 'us-east-1' },
  { auth: 'key', partition: 'aws-cn', region: 'cn-north-1' },
  { auth: 'key', partition: 'aws-us-gov', region: 'us-gov-west-1' },
] as const;

/** Grants of every kind, each another one: over a thousand, by the product of what can differ. */
export function everyKindOfGrant(): readonly Grant[] {
  const grants = new Map<string, Grant>();
  const add = (input: object) => {
    const grant = readGrant(input, { name: `grant ${grants.size}` });
    grants.set(JSON.stringify(grant), grant);
  };
  for (const place of PLACES) {
    for (const access of ACCESS_LEVELS) {
      for (const create of CREATES) {
        for (const count of [1, 2, 4]) {
          for (const prefixes of access === 'full' ? [[]] : PREFIXES) {
            for (const keys of [0, 1, 2]) {
              for (const detail of DETAILS) {
                const { auth, partition, region } = place;
                const arn = (key: string | undefined) => `arn:${partition}:kms:${region}:111122223333:key/${key}`;
                const buckets = Array.from({ length: count }, (_, index) => ({
                  name: `channelmix-data.${index}`,
                  create: create === 'all' || (create === 'first' && index === 0),
                  // Every second one is given whole.
                  ...(prefixes.length > 0 && index % 2 === 0 ? { prefixes } : {}),
                  ...(index < keys ? { kmsKeyArn: arn(KEYS[index]) } : {}),
                }));
                const boundary = `arn:${partition}:iam::111122223333:policy/boundaries/vendors`;
                add({
                  auth,
                  access,
                  partition,
                  buckets,
                  ...detail,
                  ...('permissionsBoundary' in detail ? { permissionsBoundary: boundary } : {}),
                });
              }
            }
          }
        }
      }
    }
  }
  for (const auth of ['role', 'key'] as const) add({ auth, buckets: manyBuckets(60) });
  return [...grants.values()];
}

/** More than one policy can hold. */
function manyBuckets(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` }));
}
