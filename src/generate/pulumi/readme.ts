/** What a README depends on. No name of the client's is in it. */
export interface ReadmeParts {
  readonly auth: 'role' | 'key';
  /** The project makes a bucket. */
  readonly makesBucket: boolean;
  /** A bucket that it makes is kept when the stack goes. */
  readonly protectsBucket: boolean;
  /** A customer managed key may be in use. */
  readonly usesKey: boolean;
  /** Where the grant stands, and how it is changed. */
  readonly settings: string;
  /** How to get from the files to a stack. */
  readonly deploy: readonly string[];
}

/** The page that goes with a project: deploy, verify, hand over, change, remove. */
export function readme(parts: ReadmeParts): string {
  return [
    '# Access to S3 for ChannelMix',
    `This Pulumi project makes ${parts.auth === 'role' ? 'an IAM role that ChannelMix assumes' : 'an IAM user with an access key for ChannelMix'}${parts.makesBucket ? ', and a bucket with the recommended settings' : ''}. Made by channelmix-s3.`,
    parts.settings,
    ...section('Deploy', commands(parts.deploy), 'Running `pulumi up` again changes nothing.'),
    ...section('Verify, and tell ChannelMix', commands(handOver(parts)), ...keyWords(parts)),
    ...section('Remove', ...removal(parts)),
    ...(parts.makesBucket ? section('The folders of the new bucket', LAYOUT) : []),
    ...section('More of your own', OWN_RESOURCES),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(title: string, ...paragraphs: readonly string[]): readonly string[] {
  return [`## ${title}`, ...paragraphs];
}

function commands(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function handOver({ auth }: ReadmeParts): readonly string[] {
  return auth === 'role'
    ? [
        'npx channelmix-s3 verify --role-arn "$(pulumi stack output roleArn)" --bucket BUCKET',
        'pulumi stack output connection',
      ]
    : [
        'npx channelmix-s3 verify --access-key-id "$(pulumi stack output accessKeyId)" --bucket BUCKET',
        'pulumi stack output connection --show-secrets',
      ];
}

function keyWords({ auth, usesKey }: ReadmeParts): readonly string[] {
  return [
    ...(auth === 'key'
      ? [
          '`verify` asks for the secret, and the last line shows it: hand it over by a safe way. In the state it is encrypted. Keep the log of `pulumi -v=9` to yourself.',
        ]
      : []),
    ...(usesKey
      ? [
          'A KMS key whose policy does not delegate to IAM, as the default one does, needs the statement that `pulumi stack output keyPolicyStatementJson` shows. Nothing here changes the key.',
        ]
      : []),
  ];
}

function removal({ protectsBucket }: ReadmeParts): readonly string[] {
  if (!protectsBucket) return [commands(['pulumi destroy'])];
  return [
    'The access goes and the bucket stays, with its data and settings:',
    commands(['pulumi destroy --exclude-protected']),
    'To delete the bucket as well, set `protectBucket` to `false`, run `pulumi up`, then `pulumi destroy`. A bucket that still holds objects is not deleted.',
  ];
}

const LAYOUT =
  'ChannelMix reads `<client>/<report_type>/<file>.csv`, for example `Client123/Campaign-Report/marketing_campaigns_sep_2024.csv`: a folder for each client, in it a folder for each report. S3 has no empty folders: the first file makes them. Dates belong in the names of files, not of folders, and one file a month is better than one a day, unless it grows too large.';

const OWN_RESOURCES =
  '`index.ts` is an ordinary program: declare what you need beside the call. The components `S3Access`, `S3KeyAccess` and `DataBucket` of `channelmix-s3/pulumi` can be used on their own; each takes a `transform` that changes its resources.';
