import type { Grant } from '../../model/grant.ts';
import { shellWord } from '../../model/shell.ts';
import type { Blueprint } from '../blueprint.ts';
import { verifyFlags } from '../verify-flags.ts';

/** What a reader of the file must know: what it is, how it is deployed, what comes next, and how it goes. */
export function header(grant: Grant, { principal, buckets }: Blueprint): string {
  const protectedBuckets = buckets.some(({ protect }) => protect);
  return [
    `An IAM ${principal.kind} for ChannelMix, and what it may do in S3. Made by channelmix-s3; for Terraform 1.2 or OpenTofu 1.6, or newer.`,
    'With tofu instead of terraform every command below is the same.',
    '',
    'Deploy, with the credentials of the account and AWS_REGION in the environment:',
    '  terraform init && terraform apply',
    'Prove that it works, and tell ChannelMix:',
    `  ${verifyCommand(grant)}`,
    '  terraform output connection',
    ...(principal.kind === 'user'
      ? [
          '  terraform output -raw secret_access_key',
          'The state holds that secret: keep it encrypted, or set the variable pgp_key.',
        ]
      : []),
    ...(protectedBuckets
      ? [
          'Take the access away and keep the buckets, which nothing here deletes:',
          "  terraform state rm $(terraform state list | grep '^aws_s3_bucket') && terraform destroy",
          'Before this file or a bucket leaves your configuration do the first half, too: prevent_destroy counts only while it is written here.',
        ]
      : ['Take it away:', '  terraform destroy']),
  ].join('\n');
}

/** For the first bucket; the others are verified in the same way. */
function verifyCommand({ auth, access, buckets }: Grant): string {
  const [bucket] = buckets;
  const who = auth === 'role' ? ['--role-arn', 'role_arn'] : ['--access-key-id', 'access_key_id'];
  return [
    `channelmix-s3 verify ${who[0]} "$(terraform output -raw ${who[1]})"`,
    ...(bucket === undefined ? [] : verifyFlags(bucket, access).map(shellWord)),
  ].join(' ');
}
