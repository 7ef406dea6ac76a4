import { renderConnection } from '../../report/connection.ts';
import type { PrincipalBlueprint } from '../blueprint.ts';
import { connectionFields, SECRET_PLACEHOLDER } from '../connection.ts';
import { keyPolicyStatement } from '../policy-documents.ts';
import { cliJson, join, type Program, sh } from './shell-text.ts';

/** What stand for values that only the script knows. */
const GAP = '%PRINCIPAL%';
const SECOND_GAP = '%SECRET%';

/** What the script ends with: the fields of the form, what else is to be done, and how to check it. */
export function result(kind: PrincipalBlueprint['kind'], hasKeys: boolean): Program {
  return join([connection(kind), verification(kind), hasKeys ? KEY_STATEMENT : undefined]);
}

function connection(kind: PrincipalBlueprint['kind']): Program {
  if (kind === 'role') {
    const fields = renderConnection(connectionFields({ auth: 'role', roleArn: GAP }), 'text');
    return sh`
show_connection() { printf '%s' ${around(fields, [GAP, sh`"$principal_arn"`])}; }
`;
  }
  const key = { auth: 'key', accessKeyId: GAP, secretAccessKey: SECOND_GAP } as const;
  const fields = renderConnection(connectionFields(key), 'text');
  return sh`
hidden_secret=${SECRET_PLACEHOLDER}

show_connection() { printf '%s' ${around(fields, [GAP, sh`"$keys"`], [SECOND_GAP, sh`"$secret"`])}; }
`;
}

/** A text with gaps as one shell word. */
function around(text: string, ...gaps: readonly (readonly [string, Program])[]): Program {
  const [gap, ...others] = gaps;
  if (gap === undefined) return sh`${text}`;
  const [before = '', ...after] = text.split(gap[0]);
  return join([around(before, ...others), ...after.flatMap((part) => [gap[1], around(part, ...others)])]);
}

function verification(kind: PrincipalBlueprint['kind']): Program {
  const who = kind === 'role' ? sh`--role-arn "$principal_arn"` : sh`--access-key-id "$keys"`;
  return sh`
verify_with() { show channelmix-s3 verify ${who} "$@"; }
`;
}

const KEY_STATEMENT = sh`
kms_key() {
  say "The policy of the key $1 must leave access to IAM, as the one does that AWS proposes, or have this statement:"
  say ${around(cliJson(keyPolicyStatement(GAP)), [GAP, sh`"$principal_arn"`])}
}
`;
