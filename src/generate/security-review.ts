import { CHANNELMIX_ACCOUNT_ID, SESSION_SECONDS } from '../model/constants.ts';
import type { AccessLevel, Grant } from '../model/grant.ts';
import { SCANNER_SUPPRESSIONS, type ScannerSuppression } from '../model/scanner-suppressions.ts';
import { markdownBlock, markdownCode, markdownTable } from '../report/markdown.ts';
import { type Blueprint, blueprint } from './blueprint.ts';
import { accessWords } from './grant-words.ts';
import { UNIQUE_NAME_BYTES } from './unique-name.ts';

const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';

/** Bits of one random character of an unguessable name. */
const BITS_A_CHARACTER = 5;

/**
 * A page for the client's security review, in Markdown: what is granted to whom, why there is no external ID, what limits the risk instead,
 * and what to write so that scanners leave it out. Nothing secret is in it, and no ARN of the role.
 *
 * @throws KitError `input` when IAM cannot hold the policies of the grant
 */
export function securityReviewPage(grant: Grant): string {
  const plan = blueprint(grant);
  const sections = [
    `# Security review: ChannelMix's access to ${grant.buckets.map(({ name }) => markdownCode(name)).join(', ')}`,
    '## In short',
    inShort(grant),
    ...(grant.auth === 'role' ? roleRisk(grant) : keyRisk()),
    '## What limits the risk',
    markdownTable(
      ['Measure', 'Here', 'What it does'],
      measures(grant).map((row) => [...row]),
    ),
    '## The policies, word for word',
    ...policyParts(grant, plan),
    ...(grant.auth === 'role' ? scannerParts() : []),
    '## To check it yourself',
    checks(grant),
  ];
  return `${sections.join('\n\n')}\n`;
}

function inShort(grant: Grant): string {
  const who =
    grant.auth === 'role'
      ? `ChannelMix, AWS account ${CHANNELMIX_ACCOUNT_ID}, may assume one role in your account`
      : 'ChannelMix signs its requests with the access key of one IAM user in your account';
  const folders = grant.buckets.flatMap(({ name, prefixes }) =>
    prefixes.map((prefix) => markdownCode(`${name}/${prefix}`)),
  );
  const where =
    grant.access === 'full'
      ? 'It reaches **every bucket of the account**.'
      : `It reaches ${folders.length === 0 ? 'the buckets named above' : `these folders: ${folders.join(', ')}`}, and no other bucket.`;
  return `${who}. It may ${accessWords(grant.access)}. ${where} It has no permission in IAM, and none to change policies or settings of a bucket${grant.access === 'full' ? ' but those that AmazonS3FullAccess gives, which are all of S3' : ''}.`;
}

function roleRisk({ uniqueName, roleName }: Grant): readonly string[] {
  return [
    '## Why there is no external ID',
    `An external ID is a value that a vendor sends for one customer and no other when it assumes that customer's role. ChannelMix sends none, and no MFA code either: a trust policy that demands one of them refuses ChannelMix always, so none can be demanded ([AWS on external IDs](${USER_GUIDE}/id_roles_common-scenarios_third-party.html)).`,
    `The risk that stays is the [confused deputy](${USER_GUIDE}/confused-deputy.html): another customer of ChannelMix who knows the ARN of your role could enter it as their own, and ChannelMix would then read and write your files for them. They would need your account id **and** the name of the role.`,
    uniqueName
      ? `That name cannot be guessed here: it ends in ${UNIQUE_NAME_BYTES * BITS_A_CHARACTER} random bits. Treat the ARN as confidential.`
      : `**The name is ${markdownCode(roleName)} here, which can be guessed.** \`uniqueName: true\` adds ${UNIQUE_NAME_BYTES * BITS_A_CHARACTER} random bits to it. Treat the ARN as confidential in any case.`,
  ];
}

function keyRisk(): readonly string[] {
  return [
    '## Why a role would be better',
    `An access key works until somebody deactivates it, for whoever holds it, from anywhere. A role needs no secret to be handed over, and its sessions end by themselves. Within the partition \`aws\` prefer \`auth: role\` ([AWS on access keys](${USER_GUIDE}/id_credentials_access-keys.html)). There is no external ID with a key, and none is needed: nobody else is asked to act with it.`,
  ];
}

const LEAST: Readonly<Record<AccessLevel, string>> = {
  minimal: 'yes: four actions',
  extended: 'yes, and what large or tagged uploads need',
  full: '**no**: all of S3, in every bucket',
};

/** Measure, how it is with this grant, what it does. */
function measures(grant: Grant): readonly (readonly [string, string, string])[] {
  const { access, buckets, permissionsBoundary, auth } = grant;
  const made = buckets.filter(({ create }) => create).length;
  const keys = buckets.filter(({ kmsKeyArn }) => kmsKeyArn !== undefined).length;
  const prefixes = buckets.flatMap((bucket) => bucket.prefixes).length;
  return [
    ...(auth === 'role' ? roleMeasures(grant) : keyMeasures()),
    ['Least privilege', LEAST[access], 'What was not granted cannot be done, whoever asks.'],
    [
      'Limited to folders',
      prefixes === 0 ? 'no' : `yes: ${prefixes}`,
      `Files outside of them can be neither read nor listed${access === 'extended' ? '; names of uploads that are under way can be seen in the whole bucket' : ''}.`,
    ],
    [
      'Permissions boundary',
      permissionsBoundary === undefined ? 'none' : markdownCode(permissionsBoundary),
      "Your organization's upper limit; it must allow what is granted.",
    ],
    [
      'Customer managed KMS key',
      keys === 0 ? 'none' : `for ${keys} of ${buckets.length} buckets`,
      'Used through S3 only (kms:ViaService), and withdrawn in one place.',
    ],
    [
      'Recommended bucket settings',
      made === 0 ? 'the buckets are yours: not changed' : `for ${made} new of ${buckets.length} buckets`,
      'Public access blocked, ACLs off, encrypted, plain HTTP refused, old versions kept for 30 days: what is overwritten or deleted can be brought back.',
    ],
    [
      'Log',
      'in your CloudTrail',
      auth === 'role'
        ? `Each AssumeRole of account ${CHANNELMIX_ACCOUNT_ID} is an event in your account; reads and writes of files are where data events are on.`
        : 'Reads and writes of files by this user are events where data events are on.',
    ],
  ];
}

function roleMeasures({ uniqueName }: Grant): readonly (readonly [string, string, string])[] {
  return [
    ['Trust in one account', `yes: ${CHANNELMIX_ACCOUNT_ID}`, 'No other account can assume the role.'],
    ['Unguessable name', uniqueName ? 'yes' : '**no**', 'Stands in for the external ID.'],
    [
      'Condition on aws:PrincipalArn',
      'not set',
      "Would let in only one role of ChannelMix's account and not all of it. Add it once ChannelMix has named that role: with a wrong one nothing works. It does not help against the confused deputy, who acts by that very role.",
    ],
    [
      'Short sessions',
      'at most 1 hour',
      `The default of IAM, which the role keeps; it cannot be set lower. The kit's own verification asks for ${SESSION_SECONDS / 60} minutes.`,
    ],
  ];
}

function keyMeasures(): readonly (readonly [string, string, string])[] {
  return [
    ['A user for this alone', 'yes', 'It has no password, no group and no other key.'],
    ['Rotation', 'by you', 'A key has no end of its own: make a new one, hand it over, then delete the old one.'],
  ];
}

function policyParts(
  { access }: Grant,
  { principal, policies, attachedPolicyArns, buckets }: Blueprint,
): readonly string[] {
  const json = (document: unknown) => markdownBlock(JSON.stringify(document, null, 2), 'json');
  const { trustPolicy } = principal;
  return [
    ...(trustPolicy === undefined ? [] : ['Who may assume the role:', json(trustPolicy)]),
    ...attachedPolicyArns.map(
      (arn) =>
        `What AWS's managed policy ${markdownCode(arn)} says is in its [reference](https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3FullAccess.html).`,
    ),
    ...policies.flatMap(({ document }) => [
      access === 'full' ? 'The use of KMS keys:' : 'What it may do:',
      json(document),
    ]),
    ...buckets.flatMap(({ name, policy }) => [`Policy of the new bucket ${markdownCode(name)}:`, json(policy)]),
  ];
}

function scannerParts(): readonly string[] {
  return [
    '## What scanners will say',
    'They flag a role without external ID. It is no oversight here, but what the vendor supports; each suppression is for this finding alone.',
    ...SCANNER_SUPPRESSIONS.flatMap(suppressionParts),
  ];
}

function suppressionParts({ scanner, about, forms }: ScannerSuppression): readonly string[] {
  return [
    `### ${scanner}`,
    `Flagged, since ${about}.`,
    ...forms.flatMap(({ where, text, place, language }) => [`${where}, ${place}:`, markdownBlock(text, language)]),
  ];
}

function checks({ auth, buckets, access }: Grant): string {
  const [first] = buckets;
  const way = auth === 'role' ? '--role-arn ARN' : '--access-key-id ID';
  const level = access === 'minimal' ? '' : ` --access ${access}`;
  const lines = [
    '# what ChannelMix may do, as a matrix',
    `channelmix-s3 explain ${auth === 'role' ? '--role-arn ARN' : '--identity policy.json'}`,
    '# each permission tried, and that what was not granted is refused',
    `channelmix-s3 verify ${way} --bucket ${first?.name ?? 'BUCKET'}${level} --as ${auth === 'role' ? 'client' : 'simulate'}`,
  ];
  return markdownBlock(lines.join('\n'), 'sh');
}
