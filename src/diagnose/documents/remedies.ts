import { trustPolicy } from '../../generate/policy-documents.ts';
import type { AccessDocuments, NamedPolicy } from '../../model/access-documents.ts';
import type { Diagnosis, Remedy } from '../../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { NearMiss, StatementRef } from '../../model/decision.ts';
import type { PolicyDocument } from '../../model/policy.ts';
import { withoutDeadPrincipals } from '../principals.ts';
import type { DiagnosisFacts } from '../types.ts';
import { isOnlyFor, statementAt, withException, withoutKeys, withStatement } from './edits.ts';

/** The statement of a bucket or key policy that denies, with the exception in it. */
export function exceptionRemedy(
  { index }: StatementRef,
  policy: NamedPolicy | undefined,
  { layer, remedy }: Diagnosis,
  { principalArn }: DiagnosisFacts,
): Remedy | undefined {
  const statement = policy === undefined ? undefined : statementAt(policy.document, index);
  if (statement === undefined || remedy?.condition === undefined) return undefined;
  if (layer !== 'bucket-policy' && layer !== 'kms') return undefined;
  return { ...remedy, edited: withException(statement, principalArn) };
}

/** Conditions that ChannelMix cannot meet, since it sends neither. */
const NOT_SUPPORTED: readonly string[] = ['sts:externalid', 'aws:multifactorauthpresent', 'aws:multifactorauthage'];

/**
 * The trust policy as it should be: without the condition that does not fit, where the statement is for ChannelMix alone; with the kit's
 * own statement beside what is there, where it is not.
 */
export function trustRemedy(
  near: NearMiss | undefined,
  { principal }: AccessDocuments,
  { remedy }: Diagnosis,
  { partition }: DiagnosisFacts,
): Remedy | undefined {
  const trust = principal.trust.state === 'read' ? principal.trust.value : undefined;
  const document = trust?.document as PolicyDocument | undefined;
  if (trust === undefined || document?.Statement === undefined || remedy?.policy !== 'trust') return undefined;
  const index = near?.reason === 'condition' ? near.statement.index : conditionedFor(document);
  const statement = index === undefined ? undefined : statementAt(trust.document, index);
  if (index !== undefined && statement !== undefined && isOnlyFor(statement, CHANNELMIX_ACCOUNT_ID)) {
    const key = near?.reason === 'condition' ? near.detail.split(' ').at(-1)?.toLowerCase() : undefined;
    const edited = withoutKeys(statement, [...NOT_SUPPORTED, ...(key === undefined ? [] : [key])]);
    return { ...remedy, edited, document: withStatement(trust.document, index, edited) };
  }
  const [added] = [trustPolicy(partition).Statement].flat();
  if (added === undefined) return undefined;
  return {
    ...remedy,
    document: {
      ...document,
      Statement: [
        ...[document.Statement].flat().flatMap((one) => withoutDeadPrincipals(one) ?? []),
        withFreeSid(added, document),
      ],
    },
  };
}

/** A statement for ChannelMix that asks for several things at once is no near miss, and still the one to mend. */
function conditionedFor(document: PolicyDocument): number | undefined {
  const index = [document.Statement]
    .flat()
    .findIndex((one) => one.Effect === 'Allow' && one.Condition !== undefined && isOnlyFor(one, CHANNELMIX_ACCOUNT_ID));
  return index < 0 ? undefined : index;
}

function withFreeSid(
  statement: NonNullable<ReturnType<typeof statementAt>>,
  document: PolicyDocument,
): NonNullable<ReturnType<typeof statementAt>> {
  const taken = [document.Statement].flat().some(({ Sid }) => Sid !== undefined && Sid === statement.Sid);
  if (!taken) return statement;
  const { Sid: _, ...rest } = statement;
  return rest;
}
