import type { KeyDocuments, KeyGrant } from '../../model/access-documents.ts';
import { shellWord } from '../../model/shell.ts';
import { allowStatement, exceptCondition, isForeignKey, keyArn, keyStatement, refusedAction } from '../statements.ts';
import type { DiagnosisFacts, DiagnosisRule } from '../types.ts';
import { actions, explicit, isDenied, kind, layerOf, said, who } from './words.ts';

const isKey = (facts: DiagnosisFacts) => isDenied(facts) && refusedAction(facts).startsWith('kms:');
const theKey = (facts: DiagnosisFacts) => keyArn(facts) ?? 'that encrypts the bucket';

/** The key that the refusal is about, where it could be read. */
function keyOf(facts: DiagnosisFacts): KeyDocuments | undefined {
  const keys = facts.documents?.keys ?? [];
  const arn = keyArn(facts);
  return arn === undefined ? keys[0] : keys.find((key) => key.arn === arn);
}

/** Grants of the key to the role or user. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
function grantsOf(facts: DiagnosisFacts): readonly KeyGrant[] {
  const grants = keyOf(facts)?.grants;
  if (grants?.state !== 'read') return [];
  return grants.value.filter(({ granteePrincipal }) => granteePrincipal === facts.principalArn);
}

const has = (grant: KeyGrant, action: string) => grant.operations.includes(action.replace('kms:', ''));
const isGranted = (facts: DiagnosisFacts) =>
  grantsOf(facts).some((grant) => has(grant, refusedAction(facts)) && !grant.constrained);

function grantText(facts: DiagnosisFacts): string {
  const grants = grantsOf(facts);
  const bound = grants.find((grant) => has(grant, refusedAction(facts)));
  if (bound !== undefined) return `grant ${bound.id} allows it for some objects only (its encryption context)`;
  return `it has ${grants.map(({ id, operations }) => `grant ${id} for ${operations.join(', ')}`).join(' and ')}, which leaves ${refusedAction(facts)} out`;
}

/** The key that AWS names in the answer: S3 passes on KMS's words, which have the ARN. */
function namedKey(facts: DiagnosisFacts): string {
  return (
    /arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+/.exec(facts.failure?.message ?? '')?.[0] ??
    keyArn(facts) ??
    'KEY-ARN'
  );
}

const code =
  (...codes: readonly string[]) =>
  (facts: DiagnosisFacts) =>
    kind('kms')(facts) && codes.includes(facts.failure?.code ?? '');

/**
 * The key that encrypts the objects. Its own policy must allow (alone, or by handing the decision to the account's policies), or a grant.
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export const kmsRules: readonly DiagnosisRule[] = [
  {
    id: 'kms-key-policy-explicit',
    when: (facts) => isKey(facts) && layerOf(facts) === 'kms' && explicit(facts),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `a Deny statement in the policy of the KMS key ${theKey(facts)} refuses ${actions(facts)} to ${who(facts)}`,
    fix: (facts) => `In the key policy, remove or narrow that Deny statement, or except ${facts.principalArn} from it.`,
    remedy: (facts) => ({ policy: 'key', condition: exceptCondition(facts) }),
  },
  {
    id: 'kms-grant-new',
    when: (facts) => isKey(facts) && !explicit(facts) && isGranted(facts),
    layer: 'consistency',
    evidence: 'inferred',
    cause: (facts) =>
      `a grant of the KMS key ${theKey(facts)} allows ${actions(facts)} to ${who(facts)}, and KMS still refuses it: a new grant takes up to five minutes to be known everywhere`,
    fix: () => 'Verify again in five minutes. If it is refused then, add the statement to the key policy.',
    remedy: (facts) => ({ policy: 'key', statement: keyStatement(facts) }),
  },
  {
    id: 'kms-grant',
    when: (facts) => isKey(facts) && !explicit(facts) && grantsOf(facts).length > 0,
    layer: 'kms-grant',
    evidence: 'inferred',
    cause: (facts) =>
      `${who(facts)} uses the KMS key ${theKey(facts)} by a grant, and ${grantText(facts)}; the key policy does not allow ${actions(facts)} either`,
    fix: () =>
      'Create a grant that has both operations and no constraint, then retire the old one; or add the statement to the key policy.',
    remedy: (facts) => ({
      policy: 'key',
      statement: keyStatement(facts),
      command: [
        'aws',
        'kms',
        'create-grant',
        '--key-id',
        theKey(facts),
        '--grantee-principal',
        facts.principalArn,
        '--operations',
        'GenerateDataKey',
        'Decrypt',
      ]
        .map(shellWord)
        .join(' '),
    }),
  },
  {
    id: 'kms-key-policy',
    when: (facts) => isKey(facts) && layerOf(facts) === 'kms' && !isForeignKey(facts),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `neither the policy of the KMS key ${theKey(facts)} nor a grant lets ${who(facts)} call ${actions(facts)}`,
    fix: (facts) => `Add this statement to the key policy of ${keyArn(facts) ?? 'that key'}.`,
    remedy: (facts) => ({ policy: 'key', statement: keyStatement(facts) }),
  },
  {
    id: 'kms-identity',
    when: (facts) => isKey(facts) && layerOf(facts) === 'identity' && !explicit(facts) && !isForeignKey(facts),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `objects are encrypted with the KMS key ${keyArn(facts) ?? 'of the bucket'}, and no policy of ${who(facts)} allows ${actions(facts)} on it`,
    fix: (facts) => `Allow the use of the key in the policy of ${who(facts)}.`,
    remedy: (facts) => ({ policy: 'identity', statement: allowStatement(facts) }),
  },
  {
    id: 'kms-disabled',
    when: code('KMS.DisabledException'),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) => `the KMS key ${namedKey(facts)} is disabled: nobody can write or read what it encrypts`,
    fix: () => 'Whoever looks after the key enables it, or the bucket gets another one. No policy is wrong.',
    remedy: (facts) => ({ command: `aws kms enable-key --key-id ${shellWord(namedKey(facts))}` }),
  },
  {
    id: 'kms-pending-deletion',
    when: (facts) =>
      code('KMS.KMSInvalidStateException')(facts) && /pending deletion/i.test(facts.failure?.message ?? ''),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `the KMS key ${namedKey(facts)} waits for its deletion: when it is gone, what it encrypts is lost for good`,
    fix: () =>
      'Cancel the deletion now if any object still needs the key, then enable it; or give the bucket another key.',
    remedy: (facts) => ({ command: `aws kms cancel-key-deletion --key-id ${shellWord(namedKey(facts))}` }),
  },
  {
    id: 'kms-missing',
    when: code('KMS.NotFoundException'),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) =>
      `there is no such KMS key (${said(facts)}): it was deleted, its ARN or alias is wrong, or it is in another region than the bucket`,
    fix: () =>
      'Set a key that exists in the region of the bucket as its default encryption, or correct the ARN. An alias belongs to one account and one region.',
  },
  {
    id: 'kms-state',
    when: kind('kms'),
    layer: 'kms',
    evidence: 'aws',
    cause: (facts) => `the KMS key cannot be used (${said(facts)})`,
    fix: () => 'Bring the key back into the state "Enabled", or encrypt the bucket with another one.',
  },
];
