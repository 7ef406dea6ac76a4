import { type Partition, partitionOfRegion } from '../../model/arn.ts';
import { KitError } from '../../model/errors.ts';
import type { Grant } from '../../model/grant.ts';
import { blueprint } from '../blueprint.ts';
import { accessWords } from '../grant-words.ts';
import { namesOf } from './names.ts';
import { parametersOf } from './parameters.ts';
import { REGIONS } from './regions.ts';
import { bucketRegion } from './rules.ts';

/** Where the template lies, and where the stack is to be. */
export interface QuickCreateOptions {
  /** Address of the template in S3: the console takes no other. */
  readonly templateUrl: string;
  /** The only region to make a link for; default: each region of the partition in which the stack can be. */
  readonly region?: string | undefined;
}

/** Links that open the console with everything filled in. */
export interface QuickCreate {
  readonly links: readonly QuickCreateLink[];
  /** The message that goes with them. */
  readonly text: string;
}

/** A link that opens the console in one region. */
export interface QuickCreateLink {
  readonly region: string;
  readonly url: string;
}

/** Consoles and endpoints of the partitions. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const DOMAINS: Readonly<Record<Partition, { readonly console: string; readonly endpoint: string }>> = {
  aws: { console: 'console.aws.amazon.com', endpoint: 'amazonaws.com' },
  'aws-cn': { console: 'console.amazonaws.cn', endpoint: 'amazonaws.com.cn' },
  'aws-us-gov': { console: 'console.amazonaws-us-gov.com', endpoint: 'amazonaws.com' },
  'aws-eusc': { console: 'console.amazonaws-eusc.eu', endpoint: 'amazonaws.eu' },
};

const STACK_NAME = 'channelmix-s3';

/**
 * Links to the console's page that makes a stack of a grant's template, and the text to send with them. A link holds the values of the
 * parameters; there is no secret among them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stacks-quick-create-links.html
 *
 * @throws KitError `input` when the template is not in S3, or the stack cannot be in the region
 */
export function quickCreate(grant: Grant, { templateUrl, region }: QuickCreateOptions): QuickCreate {
  const required = bucketRegion(blueprint(grant).buckets);
  if (region !== undefined) refuseRegion(region, grant, required);
  const template = templateAddress(templateUrl, grant.partition);
  const only = region ?? required;
  const regions = only === undefined ? REGIONS[grant.partition] : [only];
  const links = regions.map((name) => ({ region: name, url: consoleUrl(grant, template, name) }));
  return { links, text: messageOf(grant, links) };
}

function refuseRegion(region: string, { partition }: Grant, required: string | undefined): void {
  if (!/^[a-z]{2,5}(-[a-z]+)+-\d+$/.test(region) || partitionOfRegion(region) !== partition)
    throw new KitError('input', `"${region.slice(0, 100)}" is no region of the partition ${partition}.`, {
      hint: `Regions of it are ${REGIONS[partition].join(', ')}.`,
    });
  if (required !== undefined && region !== required)
    throw new KitError('input', `The bucket is encrypted with a key in ${required}: it cannot be made in ${region}.`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function templateAddress(text: string, partition: Partition): string {
  const { endpoint } = DOMAINS[partition];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const hosts = new RegExp(`(^|\\.)s3([.-][a-z0-9-]+)*\\.${endpoint.replaceAll('.', '\\.')}$`);
  if (url?.protocol === 'https:' && url.username === '' && hosts.test(url.hostname)) return url.href;
  // What stands behind the question mark of a presigned address opens it.
  const shown = text.replace(/\?.*$/s, '').slice(0, 200);
  throw new KitError('input', `The console takes a template from S3 only; "${shown}" is no address there.`, {
    hint: `Put the template into a bucket that the client can read, and give its address: https://BUCKET.s3.REGION.${endpoint}/channelmix-s3.yaml`,
  });
}

function consoleUrl(grant: Grant, template: string, region: string): string {
  const values = [
    ['templateURL', template],
    ['stackName', STACK_NAME],
    ...parametersOf(grant, namesOf(grant, {}), {}).map(({ id, value }) => [`param_${id}`, value]),
  ];
  // Behind the hash the console reads by itself, and takes a plus for a plus.
  const query = values.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `https://${region}.${DOMAINS[grant.partition].console}/cloudformation/home?region=${region}#/stacks/create/review?${query}`;
}

function messageOf(grant: Grant, links: readonly QuickCreateLink[]): string {
  const { auth, access, buckets, protectBucket } = grant;
  const isRole = auth === 'role';
  const made = buckets.filter(({ create }) => create).map(({ name }) => name);
  const kept = made.length > 0 && protectBucket ? '; the buckets that it made stay, with their data' : '';
  const [first, second] = links;
  return [
    `Please give ChannelMix access to ${buckets.map(({ name, create }) => (create ? `${name} (a new bucket)` : name)).join(', ')} in S3:`,
    '',
    `1. Sign in to the AWS account of the bucket, as somebody who may create IAM ${isRole ? 'roles' : 'users'}.`,
    ...(second === undefined
      ? [`2. Open this link: ${first?.url}`]
      : [
          made.length === 0
            ? '2. Open the link of any region below: what it makes is the same in all of them.'
            : '2. Open the link of the region in which the new bucket shall be, below.',
        ]),
    '3. Look through the values, tick the box about IAM resources with custom names, and choose "Create stack".',
    `4. When the stack says CREATE_COMPLETE open its tab "Outputs". ${isRole ? 'Send us the value of RoleArn.' : 'AwsAccessKeyId is the access key id; the secret access key is in Secrets Manager, under SecretAccessKeyArn. Enter both into the connection form of ChannelMix; never send the secret by mail.'}`,
    '',
    `ChannelMix may then ${accessWords(access)}. Delete the stack ${STACK_NAME}, and the access is gone${kept}.`,
    ...(second === undefined ? [] : ['', ...links.map(({ region, url }) => `${region}: ${url}`)]),
    '',
  ].join('\n');
}
