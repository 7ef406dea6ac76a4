const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DETAILS = {
  roleName: '-channelmix+reports@example.com',
  rolePath: '/vendors/*/it\'s/"a"`b`/',
  permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
  tags: { team: 'marketing: a=b', Größe: 'ÿ', empty: '' },
};

/** A spread of grants: each part of a script is in one of them. */
export const GRANTS: readonly (readonly [string, object])[] = [
  ['a role for one bucket', { bucket: 'my-bucket' }],
  ['a role for folders', { bucket: 'my-bucket', access: 'extended', prefix: "it's `100%` \u00FF/" }],
  ['a role for all buckets', { bucket: 'my-bucket', access: 'full', ...DETAILS }],
  [
    'a role with many buckets',
    { buckets: Array.from({ length: 60 }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` })) },
  ],
  ['a user with all buckets', { auth: 'key', bucket: 'my-bucket', access: 'full', kmsKeyArn: KEY }],
  ['a user in China', { auth: 'key', bucket: 'my-bucket', partition: 'aws-cn' }],
  ['a role with a new bucket', { bucket: 'new-bucket', createBucket: true, kmsKeyArn: KEY, ...DETAILS }],
  [
    'a user with several buckets',
    {
      auth: 'key',
      protectBucket: false,
      buckets: [
        { name: 'new-one', create: true },
        { name: 'new-two', create: true, kmsKeyArn: KEY },
        { name: 'my-bucket', prefixes: ['a/', 'b c/'] },
      ],
      ...DETAILS,
    },
  ],
];
