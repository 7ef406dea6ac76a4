import type { StatementRef } from '../../model/decision.ts';
import { type ActionFacts, findAction, isReading } from '../../operations/catalogue.ts';
import type { AuditContext } from '../types.ts';
import { blame } from './blame.ts';
import { countedParts } from './s3-excess.ts';

/** One action of KMS that is allowed and not needed. */
export interface KeyExcess {
  readonly facts: ActionFacts;
  /** `manage`: change who uses a key, or whether it can be used. */
  readonly use: 'manage' | 'use' | 'read';
  /** ARNs or patterns of keys, in words. */
  readonly keys: readonly string[];
  readonly statement?: StatementRef;
}

/** Said of what the principal's own policies allow: the policy of a key must leave it to them. */
export const LIMIT = ', as far as their policies leave it to the account’s';

/** What is done with a key, as against to it. */
const USES =
  /^(Decrypt|Encrypt|GenerateDataKey.*|GenerateMac|ReEncrypt.*|Sign|Verify|VerifyMac|DeriveSharedSecret|GenerateRandom)$/;

/** What KMS lets the principal do beyond what is expected, where the key's own policy allows it too. */
export function keyExcessOf(context: AuditContext): readonly KeyExcess[] {
  return context.once(keyExcessOf, () =>
    context
      .matrix()
      .filter(({ action }) => action.startsWith('kms:'))
      .flatMap(({ action, kind, excess, statement }): readonly KeyExcess[] => {
        const facts = findAction(action);
        const counted = countedParts(excess);
        if (facts === undefined || counted.length === 0) return [];
        const use = USES.test(facts.name) ? 'use' : isReading(facts) ? 'read' : 'manage';
        const named = counted.flatMap(({ resources }) => resources);
        const keys =
          kind === 'none'
            ? ['the account']
            : named.map((arn) => (/^arn:[^:]*:kms:\*:\*:/.test(arn) ? 'all keys' : arn));
        const blamed = blame(context, action, named[0] ?? '*', statement);
        return [{ facts, use, keys, ...(blamed === undefined ? {} : { statement: blamed }) }];
      }),
  );
}
