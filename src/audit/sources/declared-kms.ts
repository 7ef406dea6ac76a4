import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import { parseArn } from '../../model/arn.ts';
import { defaultKeyPolicy } from '../../model/key-policy.ts';
import type { DeclaredKey } from './declared.ts';
import { policyPiece } from './declared-policy.ts';
import { attribute, type Names, type Resource } from './declared-resource.ts';
import { given, type PlanText, textOf } from './plan-text.ts';
import { untold } from './untold.ts';

/** What resources of the AWS provider say of KMS keys. */
export function keysOf(plan: PlanText, resources: readonly Resource[], names: Names): readonly DeclaredKey[] {
  const about = (type: string, attributeName: string, key: Resource) =>
    resources.filter((one) => {
      const named = one.type === type ? names.given(one, ['aws_kms_key'], attributeName) : undefined;
      return named !== undefined && (named === names.of(key) || names.of(key).endsWith(`key/${named}`));
    });
  return resources
    .filter(({ type, isData }) => type === 'aws_kms_key' && !isData)
    .map((key) => {
      const arn = names.of(key);
      const aliases = about('aws_kms_alias', 'target_key_id', key).flatMap(
        ({ node }) => textOf(given(node, 'name')) ?? [],
      );
      const written = attribute(key, 'policy') ?? given(about('aws_kms_key_policy', 'key_id', key)[0]?.node, 'policy');
      const what = `the policy of key ${arn}`;
      const of = { name: `policy of key ${arn}`, what, action: 'kms:GetKeyPolicy' };
      const missing = key.isNew
        ? unwrittenPolicy(arn)
        : untold(`${plan.path} does not say it`, 'unknown')(what, 'kms:GetKeyPolicy');
      return declaredKey(plan, {
        arn,
        aliases,
        isNew: key.isNew,
        isEnabled: textOf(given(key.node, 'is_enabled')) !== 'false',
        policy: written === undefined ? missing : policyPiece(plan, written, of),
      });
    });
}

/** A key with its other names. */
export function declaredKey(
  { path }: Pick<PlanText, 'path'>,
  key: {
    readonly arn: string;
    readonly aliases: readonly string[];
    readonly isNew: boolean;
    readonly isEnabled: boolean;
    readonly policy: Piece<NamedPolicy>;
  },
): DeclaredKey {
  const { arn, aliases, isNew, isEnabled, policy } = key;
  return {
    names: [
      arn,
      arn.slice(arn.lastIndexOf('/') + 1),
      ...aliases,
      ...aliases.map((one) => arn.replace(/key\/[^/]*$/, one)),
    ],
    documents: {
      arn,
      account: parseArn(arn)?.account ?? '',
      keyState: { state: 'read', value: isEnabled ? 'Enabled' : 'Disabled' },
      manager: { state: 'read', value: 'CUSTOMER' },
      policy,
      grants: isNew
        ? { state: 'read', value: [] }
        : untold(`${path} does not say it`)(`the grants of key ${arn}`, 'kms:ListGrants'),
    },
  };
}

/** The policy of a key for which none is written. */
export function unwrittenPolicy(arn: string): Piece<NamedPolicy> {
  const { partition = 'aws', account = '' } = parseArn(arn) ?? {};
  return { state: 'read', value: { name: `policy of key ${arn}`, document: defaultKeyPolicy(partition, account) } };
}
