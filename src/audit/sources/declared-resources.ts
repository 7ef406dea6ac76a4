import type { JsonNode } from '../../documents/json-node.ts';
import { partitionOfRegion } from '../../model/arn.ts';
import { UNNAMED_ACCOUNT } from '../../model/constants.ts';
import type { Declared } from './declared.ts';
import { iamOf } from './declared-iam.ts';
import { keysOf } from './declared-kms.ts';
import { accountIn, namesOf, type Resource } from './declared-resource.ts';
import { bucketsOf } from './declared-s3.ts';
import type { PlanText } from './plan-text.ts';

/**
 * What the resources of a plan or state declare.
 *
 * @param about also `before`: ARNs of what is there already, which say the account
 */
export function declaredResources(
  plan: PlanText,
  resources: readonly Resource[],
  { before, ...about }: Pick<Declared, 'source' | 'date' | 'gaps'> & { readonly before: readonly JsonNode[] },
): Declared {
  const region = resources.find((one) => one.region !== undefined)?.region ?? 'us-east-1';
  const { account = UNNAMED_ACCOUNT, partition = partitionOfRegion(region) } = accountIn(resources, before);
  const names = namesOf(resources, account, partition);
  return {
    ...about,
    account,
    partition,
    ...iamOf(plan, resources, names),
    ...bucketsOf(plan, resources, names),
    keys: keysOf(plan, resources, names),
  };
}
