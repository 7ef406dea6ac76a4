const key = (region: string, partition = 'aws') =>
  `arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A grant for everything that a template can have in it. */
export const GRANTS: Readonly<Record<string, object>> = {
  role: { bucket: 'my-bucket' },
  'role-extended-prefixes-new-bucket': {
    access: 'extended',
    tags: { team: 'marketing', 'cost center': 'a=b: c', Größe: 'ü', yes: 'no', '012': '1e3' },
    rolePath: '/vendors/',
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
    buckets: [
      { name: 'my-bucket', create: true, prefixes: ["it's/100%/", 'b (c) "d"/', '# e: f/'] },
      { name: 'another.bucket', create: true, kmsKeyArn: key('eu-west-1') },
      { name: 'an-old-bucket' },
    ],
  },
  'role-full-unprotected': { access: 'full', bucket: 'my-bucket', createBucket: true, protectBucket: false },
  'role-many': {
    buckets: Array.from({ length: 60 }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` })),
  },
  'role-kms': { bucket: 'my-bucket', kmsKeyArn: key('eu-west-1') },
  key: { auth: 'key', bucket: 'my-bucket' },
  'key-full': { auth: 'key', access: 'full', bucket: 'my-bucket', createBucket: true, kmsKeyArn: key('eu-west-1') },
  'key-china': { auth: 'key', partition: 'aws-cn', bucket: 'my-bucket', kmsKeyArn: key('cn-north-1', 'aws-cn') },
};
