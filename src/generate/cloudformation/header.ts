import type { Grant } from '../../model/grant.ts';
import type { TemplateOptions } from './options.ts';

/** What a reader of the template must know: what it is, how it is deployed, what comes next. Nothing of the grant's stands in it. */
export function header(
  { auth, access }: Pick<Grant, 'auth' | 'access'>,
  { stackSet = false }: TemplateOptions,
): string {
  const isRole = auth === 'role';
  const verify = `${isRole ? '--role-arn ARN' : '--access-key-id ID'} --bucket BUCKET --access ${access}`;
  return [
    `An IAM ${isRole ? 'role' : 'user'} for ChannelMix, and what it may do in S3. Made by channelmix-s3; a template for CloudFormation.`,
    ...(stackSet ? STACK_SET : STACK),
    `Prove that it works: channelmix-s3 verify ${verify}`,
    isRole
      ? 'Then give ChannelMix the output RoleArn.'
      : 'Then give ChannelMix the output AwsAccessKeyId, and by a safe way the secret, which Secrets Manager keeps.',
  ].join('\n');
}

const STACK = [
  'Deploy, and bring up to date:',
  '  aws cloudformation deploy --stack-name channelmix-s3 --template-file channelmix-s3.yaml --capabilities CAPABILITY_NAMED_IAM',
];

const STACK_SET = [
  'For a stack set of an organization. IAM is the same in all regions: deploy it to ONE region, which is that of the buckets it makes:',
  '  aws cloudformation create-stack-set --stack-set-name channelmix-s3 --template-body file://channelmix-s3.yaml --capabilities CAPABILITY_NAMED_IAM --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false',
  '  aws cloudformation create-stack-instances --stack-set-name channelmix-s3 --deployment-targets OrganizationalUnitIds=ou-xxxx-xxxxxxxx --regions eu-west-1',
];
