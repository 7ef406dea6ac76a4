import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import { type Stated, statementsOf } from './statements.ts';

/** A policy and what kind it is. */
export interface Placed {
  readonly kind: 'identity' | 'trust' | 'boundary' | 'bucket' | 'key' | 'scp' | 'rcp';
  readonly policy: NamedPolicy;
  /** The bucket or key that it belongs to: its ARN's last part. */
  readonly of?: string;
}

/** Every policy that was read. */
export function policiesOf({ principal, buckets, keys, organization }: AuditDocuments): readonly Placed[] {
  const { scps, rcps } = organization;
  return [
    ...principal.identity.read.map((policy): Placed => ({ kind: 'identity', policy })),
    ...single('trust', principal.trust),
    ...single('boundary', principal.boundary),
    ...buckets.flatMap(({ name, policy }) => single('bucket', policy, name)),
    ...keys.flatMap(({ arn, policy }) => single('key', policy, arn)),
    ...[['scp', scps] as const, ['rcp', rcps] as const].flatMap(([kind, levels]) =>
      levels.state === 'read'
        ? levels.value.flatMap(({ policies }) => policies.map((policy): Placed => ({ kind, policy })))
        : [],
    ),
  ];
}

function single(kind: Placed['kind'], piece: Piece<NamedPolicy>, of?: string): readonly Placed[] {
  return piece.state === 'read' ? [{ kind, policy: piece.value, ...(of === undefined ? {} : { of }) }] : [];
}

/** The statement that a reference means; `undefined` where its policy was not read. */
export function statementOf(documents: AuditDocuments, { policy, index }: StatementRef): Stated | undefined {
  const found = policiesOf(documents).find((one) => one.policy.name === policy);
  return found && statementsOf(found.policy).find(({ ref }) => ref.index === index);
}
