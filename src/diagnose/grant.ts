import { fullAccessDocument, fullAccessPolicyArn } from '../generate/policy-documents.ts';
import { bucketArn, objectArn } from '../model/arn.ts';
import type { Diagnosis, Remedy } from '../model/check.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { PolicyDocument, PolicyStatement } from '../model/policy.ts';
import { allowedTo, grantPolicy, keyArn, policyCommand, refusedAction, statementsOf } from './statements.ts';
import type { DiagnosisFacts } from './types.ts';

/** A check that did not come out as expected, and why. */
export interface Explained {
  readonly facts: DiagnosisFacts;
  readonly diagnosis: Diagnosis;
}

/** Policies that must allow everything that the grant allows: for them there is one answer, however many checks failed. */
const WHOLE = ['identity', 'bucket', 'boundary'] as const;
type WholePolicy = (typeof WHOLE)[number];

/**
 * For each policy in which an allow is missing, the whole of what the grant needs there. Mending only what was refused would be found
 * wanting by the next run, by what this one had to skip.
 *
 * @param versions the bucket keeps versions: the role should be able to remove those of the probes
 */
export function grantRemedies(explained: readonly Explained[], versions: boolean): readonly Remedy[] {
  const [first] = explained;
  if (first === undefined) return [];
  const arn = explained.map(({ facts }) => keyArn(facts)).find((one) => one !== undefined);
  const facts = arn === undefined ? first.facts : { ...first.facts, kmsKeyArn: arn };
  const wanted = new Set(explained.flatMap(({ diagnosis }) => allowsOf(diagnosis.remedy)));
  // A whole policy without the key would take away what the role or user may have for it.
  if (arn === undefined && explained.some((one) => refusedAction(one.facts).startsWith('kms:')))
    wanted.delete('identity');
  return [...wanted].flatMap((policy) => wholeRemedy(policy, facts, versions));
}

/** The statement that lets the role remove the versions of its own probes; that the kit gives for buckets that it creates (decision 3). */
export function probeVersionsRemedy(
  facts: Pick<DiagnosisFacts, 'bucket' | 'prefixes' | 'partition'>,
): Remedy | undefined {
  const document = grantPolicy({ ...facts, access: 'minimal' }, true);
  const statement = document === undefined ? undefined : statementsOf(document).find(isProbeStatement);
  return statement === undefined ? undefined : { policy: 'identity', statement };
}

function isProbeStatement({ Resource }: PolicyStatement): boolean {
  return JSON.stringify(Resource).includes(`${PROBE_FOLDER}*`);
}

function allowsOf(remedy: Remedy | undefined): readonly WholePolicy[] {
  if (remedy === undefined) return [];
  const policy = WHOLE.find((one) => one === remedy.policy);
  const adds = remedy.statement !== undefined || remedy.command !== undefined;
  return [...(policy === undefined || !adds ? [] : [policy]), ...allowsOf(remedy.also)];
}

function wholeRemedy(policy: WholePolicy, facts: DiagnosisFacts, versions: boolean): readonly Remedy[] {
  const document = grantPolicy(facts, versions);
  if (policy === 'identity') {
    const attach = facts.access === 'full' ? { attach: fullAccessPolicyArn(facts.partition) } : {};
    if (document === undefined && facts.access !== 'full') return [];
    // The command knows nothing of versions that this run met.
    const command =
      versions && facts.access !== 'full' ? {} : { command: policyCommand({ ...facts, kmsKeyArn: keyArn(facts) }) };
    return [{ policy, ...attach, ...(document === undefined ? {} : { document }), ...command }];
  }
  if (policy === 'bucket') return bucketRemedy(facts, document);
  const bound = facts.access === 'full' ? fullAccessDocument() : document;
  return bound === undefined ? [] : [{ policy, document: { Version: '2012-10-17', Statement: statementsOf(bound) } }];
}

/** A bucket policy says who is allowed, and speaks of its own bucket only. */
function bucketRemedy(facts: DiagnosisFacts, document: PolicyDocument | undefined): readonly Remedy[] {
  const { partition, bucket } = facts;
  const everything = {
    Effect: 'Allow',
    Action: 's3:*',
    Resource: [bucketArn(partition, bucket), objectArn(partition, bucket, '*')],
  } as const;
  const granted =
    document === undefined ? [] : statementsOf(document).filter((statement) => !isKeyStatement(statement));
  const statements = facts.access === 'full' ? [everything] : granted;
  if (statements.length === 0) return [];
  const Statement = statements.map((statement) => allowedTo(facts.principalArn, statement));
  return [{ policy: 'bucket', document: { Version: '2012-10-17', Statement } }];
}

function isKeyStatement({ Action }: PolicyStatement): boolean {
  return JSON.stringify(Action).includes('"kms:');
}
