import type { AccessDocuments, NamedPolicy, OrganizationDocuments, Piece } from '../../model/access-documents.ts';
import type { DiagnosisLayer } from '../../model/check.ts';

/** The layer of a policy by that name. */
export function layerOf(documents: AccessDocuments, name: string): DiagnosisLayer | undefined {
  const { principal, bucket, keys, organization } = documents;
  const isIt = (piece: Piece<NamedPolicy>) => piece.state === 'read' && piece.value.name === name;
  const inLevels = (piece: OrganizationDocuments['scps']) =>
    piece.state === 'read' && piece.value.some(({ policies }) => policies.some((policy) => policy.name === name));
  if (isIt(bucket.policy)) return 'bucket-policy';
  if (isIt(principal.trust)) return 'trust';
  if (isIt(principal.boundary)) return 'boundary';
  if (principal.identity.read.some((policy) => policy.name === name)) return 'identity';
  if (keys.some(({ policy }) => isIt(policy))) return 'kms';
  if (inLevels(organization.scps)) return 'scp';
  return inLevels(organization.rcps) ? 'rcp' : undefined;
}

/** A policy by the name under which the evaluator knows it. */
export function policyNamed(
  { principal, bucket, otherBucket, keys, organization }: AccessDocuments,
  name: string,
): NamedPolicy | undefined {
  const single = [principal.trust, principal.boundary, bucket.policy, ...keys.map(({ policy }) => policy)].concat(
    otherBucket === undefined ? [] : [otherBucket.policy],
  );
  const levels = [organization.scps, organization.rcps].flatMap((piece) => (piece.state === 'read' ? piece.value : []));
  return [
    ...principal.identity.read,
    ...single.flatMap((piece) => (piece.state === 'read' ? [piece.value] : [])),
    ...levels.flatMap(({ policies }) => policies),
  ].find((policy) => policy.name === name);
}
