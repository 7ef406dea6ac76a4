import { Document, isMap, isScalar } from 'yaml';
import type { GrantInput } from '../documents/read-grant.ts';
import { CHANNELMIX_ACCOUNT_ID, DEFAULT_ROLE_NAME } from '../model/constants.ts';
import type { Grant } from '../model/grant.ts';
import { accessWords } from './grant-words.ts';

/** Where the schema lies, seen from a project that has the kit among its packages: for the completion of editors. */
const SCHEMA = './node_modules/channelmix-s3/policies/schemas/grant.schema.json';

/** The text of a `channelmix.yaml` for a grant, with a comment for each key. Read again, it is the same grant. */
export function grantYaml(grant: Grant): string {
  // Parsers of YAML 1.1 are still about: what they would take for something else than text is quoted.
  const document = new Document(grantInput(grant), { version: '1.1' });
  const root = document.contents;
  if (isMap(root)) {
    for (const { key } of root.items) {
      const comment = isScalar(key) ? COMMENTS[key.value as keyof GrantInput]?.(grant) : undefined;
      if (isScalar(key) && comment !== undefined) key.commentBefore = ` ${comment}`;
    }
  }
  document.commentBefore = [
    ` yaml-language-server: $schema=${SCHEMA}`,
    ` What ChannelMix (AWS account ${CHANNELMIX_ACCOUNT_ID}) may do in your S3. The other keys: docs/channelmix-yaml.md of channelmix-s3.`,
  ].join('\n');
  if (!grant.uniqueName) {
    document.comment = [
      ' A name that nobody can guess stands in for the external ID that ChannelMix does not support:',
      ' uniqueName: true',
    ].join('\n');
  }
  return document.toString({ lineWidth: 0 });
}

/** What a reader wants to know of a key before it is changed. */
const COMMENTS: Readonly<Partial<Record<keyof GrantInput, (grant: Grant) => string>>> = {
  auth: ({ auth }) =>
    auth === 'role'
      ? 'ChannelMix assumes a role (key: it uses the access key of a user).'
      : 'ChannelMix uses the access key of a user (role: it assumes a role, without a secret).',
  access: ({ access }) => `ChannelMix may ${accessWords(access)}.`,
  bucket: () => 'The bucket.',
  createBucket: ({ buckets }) =>
    buckets.some(({ create }) => create)
      ? 'It is made, with the recommended settings.'
      : 'It exists already, and is not changed.',
  prefix: () => 'Only files below this folder.',
  kmsKeyArn: () => "The key that encrypts the bucket; the key's own policy must allow its account to delegate by IAM.",
  buckets: () => 'Buckets: create makes one with the recommended settings, prefixes limit access to folders.',
  roleName: ({ auth }) => `Name of the ${auth === 'role' ? 'role' : 'user'}.`,
  rolePath: () => 'Its path in IAM.',
  uniqueName: () =>
    'Adds random letters to the name, which stand in for the external ID that ChannelMix does not support.',
  permissionsBoundary: () => 'The upper limit that your organization sets; it must allow what is granted here.',
  tags: () => 'Tags of everything that is made.',
  protectBucket: () => 'false: buckets that are made may be deleted with the rest.',
  partition: () => 'AWS partition of the account.',
};

/** The grant as it is written: without what goes without saying. */
function grantInput(grant: Grant): GrantInput {
  const { auth, access, roleName, rolePath, uniqueName, permissionsBoundary, tags, protectBucket, partition } = grant;
  return {
    auth,
    access,
    ...bucketsInput(grant),
    ...(roleName === DEFAULT_ROLE_NAME ? {} : { roleName }),
    ...(rolePath === '/' ? {} : { rolePath }),
    ...(uniqueName ? { uniqueName } : {}),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(protectBucket ? {} : { protectBucket }),
    ...(partition === 'aws' ? {} : { partition }),
  };
}

function bucketsInput({
  buckets,
}: Grant): Pick<GrantInput, 'bucket' | 'createBucket' | 'prefix' | 'kmsKeyArn' | 'buckets'> {
  const [first, second] = buckets;
  const key = (kmsKeyArn: string | undefined) => (kmsKeyArn === undefined ? {} : { kmsKeyArn });
  if (first !== undefined && second === undefined && first.prefixes.length < 2) {
    const [prefix] = first.prefixes;
    return {
      bucket: first.name,
      createBucket: first.create,
      ...(prefix === undefined ? {} : { prefix }),
      ...key(first.kmsKeyArn),
    };
  }
  return {
    buckets: buckets.map(({ name, create, prefixes, kmsKeyArn }) => ({
      name,
      create,
      ...(prefixes.length === 0 ? {} : { prefixes }),
      ...key(kmsKeyArn),
    })),
  };
}
