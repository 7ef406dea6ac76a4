import type { Blueprint } from '../blueprint.ts';
import { type ConnectionFields, connectionFields } from '../connection.ts';
import { keyPolicyStatement } from '../policy-documents.ts';
import {
  attributes,
  type BodyPart,
  block,
  type Code,
  checkovSkips,
  code,
  type HclValue,
  members,
  reference,
} from './hcl.ts';
import { documentJson, policyDocument } from './policy-document.ts';
import { LABEL, principalAttribute } from './principal.ts';

const KEY_POLICY = 'channelmix_key_policy';

/** Stands in a text for what only Terraform will know, until its reference takes the place. */
const KNOWN_LATER = 'known after apply';

/** What ChannelMix is told, and what a KMS key must say. */
export function outputs(plan: Blueprint): readonly BodyPart[] {
  return [...(plan.principal.kind === 'role' ? roleOutputs() : keyOutputs()), ...keyPolicyOutput(plan)];
}

function roleOutputs(): readonly BodyPart[] {
  const arn = principalAttribute({ kind: 'role' }, 'arn');
  return [
    output('role_arn', 'ARN of the role: what ChannelMix is told.', arn),
    connection(connectionFields({ auth: 'role', roleArn: KNOWN_LATER }), arn),
  ];
}

function keyOutputs(): readonly BodyPart[] {
  const id = reference('aws_iam_access_key', LABEL, 'id');
  const secret = code`var.pgp_key == null ? aws_iam_access_key.channelmix.secret : aws_iam_access_key.channelmix.encrypted_secret`;
  return [
    output('access_key_id', 'The access key of the user.', id),
    block(
      'output',
      ['secret_access_key'],
      attributes({
        description: 'Its secret; with a PGP key encrypted, in base64. Hand it over by a safe way.',
        value: secret,
        sensitive: true,
      }),
    ),
    connection(connectionFields({ auth: 'key', accessKeyId: KNOWN_LATER }), id),
  ];
}

function connection(fields: ConnectionFields, known: Code): BodyPart {
  const values = Object.entries(fields).map(([name, text]) => [name, text === KNOWN_LATER ? known : text]);
  return output('connection', "The fields of ChannelMix's connection form.", members(Object.fromEntries(values)));
}

/** The key's policy is not the file's to change. */
function keyPolicyOutput({ principal, kmsKeyArns }: Blueprint): readonly BodyPart[] {
  if (kmsKeyArns.length === 0) return [];
  const arn = principalAttribute(principal, 'arn');
  const skips = checkovSkips(
    'CKV_AWS_111:In the policy of a key, * is this key.',
    'CKV_AWS_356:In the policy of a key, * is this key.',
  );
  const document = { Version: '2012-10-17', Statement: keyPolicyStatement(KNOWN_LATER) } as const;
  return [
    policyDocument(KEY_POLICY, document, (text) => (text === KNOWN_LATER ? arn : text), skips),
    output(
      'key_policy',
      `What the policy of a KMS key must say where it does not leave permissions to IAM, or is of another account. Keys: ${kmsKeyArns.join(', ')}.`,
      documentJson(KEY_POLICY),
    ),
  ];
}

function output(name: string, description: string, value: HclValue): BodyPart {
  return block('output', [name], attributes({ description, value }));
}
