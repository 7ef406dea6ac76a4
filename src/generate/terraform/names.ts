import { parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import { type Code, type HclValue, KEYWORDS, reference, template } from './hcl.ts';

/** How the file speaks of the buckets of a grant: by variables, so that they can be others in another account. */
export interface BucketNames {
  /** The label of a bucket: part of the names of its resources. */
  readonly labelOf: (bucket: string) => string;
  /** The variable that holds the name of a bucket. */
  readonly nameOf: (bucket: string) => Code;
  /** A text of a policy, with the variable in it where it is the ARN of a bucket or of objects in it. */
  readonly textOf: (text: string) => HclValue;
}

/** The names of a grant's buckets in the file. */
export function bucketNames({ buckets }: Pick<Grant, 'buckets'>): BucketNames {
  const labels = labelsOf(buckets.map(({ name }) => name));
  const labelOf = (bucket: string) => labels.get(bucket) ?? '';
  const nameOf = (bucket: string) =>
    buckets.length === 1 ? reference('var.bucket_name') : reference('var.bucket_names', labelOf(bucket));
  return { labelOf, nameOf, textOf: (text) => bucketText(text, labels, nameOf) };
}

function bucketText(text: string, labels: ReadonlyMap<string, string>, nameOf: (bucket: string) => Code): HclValue {
  const arn = parseArn(text);
  if (arn?.service !== 's3') return text;
  const [bucket = ''] = arn.resource.split('/', 1);
  if (!labels.has(bucket)) return text;
  const before = text.slice(0, text.length - arn.resource.length);
  return template(before, nameOf(bucket), arn.resource.slice(bucket.length));
}

/** A name of Terraform's for each bucket: `my-bucket.eu` is `my_bucket_eu`; one that is taken gets a number. */
function labelsOf(buckets: readonly string[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const bucket of buckets) {
    const plain = bucket.replaceAll(/[^a-z0-9]/g, '_');
    const label = /^\d/.test(plain) || KEYWORDS.includes(plain) ? `bucket_${plain}` : plain;
    let free = label;
    for (let number = 2; taken.has(free); number++) free = `${label}_${number}`;
    taken.add(free);
    labels.set(bucket, free);
  }
  return labels;
}
