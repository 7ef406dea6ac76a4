import { statementsOf } from '../evaluate/matrix/bounds.ts';
import type { NamedPolicy, Unreadable } from '../model/access-documents.ts';
import { parseArn } from '../model/arn.ts';
import { isJsonObject } from '../model/policy.ts';

/** More buckets than this are read only when they are named: each takes a dozen calls. */
const MOST_BUCKETS = 20;

/** The buckets to read, and what of the policies' buckets is left out. */
export interface BucketChoice {
  readonly names: readonly string[];
  readonly leftOut: readonly Unreadable[];
}

/**
 * The buckets that policies name without wildcards, in their order. What only a pattern reaches is told, since who audits could name it;
 * so are those above the limit, which leaves the answer open.
 */
export function bucketsNamedIn(policies: readonly NamedPolicy[], most: number = MOST_BUCKETS): BucketChoice {
  const names = new Set<string>();
  const patterns = new Set<string>();
  for (const resource of policies.flatMap(allowedResources)) {
    const name = bucketPart(resource);
    if (name === undefined) continue;
    if (/[*?]|\$\{/.test(name)) patterns.add(resource);
    else names.add(name);
  }
  const all = [...names];
  const above = all.slice(most);
  const tooMany: readonly Unreadable[] =
    above.length === 0
      ? []
      : [
          {
            what: `${above.length} of the ${all.length} buckets that the policies name: ${above.join(', ')}`.slice(
              0,
              500,
            ),
            action: 's3:ListBucket',
            kind: 'unknown',
            said: `no more than ${most} are read unless they are named: name those that matter`,
          },
        ];
  return { names: all.slice(0, most), leftOut: [...tooMany, ...[...patterns].sort().map(unnamed)] };
}

function unnamed(pattern: string): Unreadable {
  const said = 'the policies name no bucket here: name those that matter';
  return {
    what: `the buckets that ${pattern} reaches`.slice(0, 500),
    action: 's3:ListAllMyBuckets',
    kind: 'not-asked',
    said,
  };
}

function allowedResources({ document }: NamedPolicy): readonly string[] {
  return (statementsOf(document) ?? []).flatMap((statement) => {
    if (!isJsonObject(statement) || statement.Effect !== 'Allow') return [];
    // What a NotResource leaves may be in any bucket.
    const resources = statement.NotResource === undefined ? statement.Resource : '*';
    return [resources].flat().filter((one): one is string => typeof one === 'string');
  });
}

/** What stands in the place of the bucket's name; `undefined` where the resource is no bucket or object. */
function bucketPart(resource: string): string | undefined {
  if (resource === '*') return resource;
  const arn = parseArn(resource);
  return arn?.service === 's3' && arn.region === '' && arn.account === '' ? arn.resource.split('/')[0] : undefined;
}
