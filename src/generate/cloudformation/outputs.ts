import type { ConnectionFields } from '../../model/connection.ts';
import type { Blueprint } from '../blueprint.ts';
import { connectionFields } from '../connection.ts';
import { keyPolicyStatement } from '../policy-documents.ts';
import { IDS } from './principal.ts';
import { type Part, reference, type TemplateObject, type TemplateValue, textOf } from './values.ts';

/** Outputs are named by letters and digits alone; the field's own name is the description. */
const OUTPUTS: Readonly<Record<keyof ConnectionFields, string>> = {
  'AWS access key id': 'AwsAccessKeyId',
  'AWS secret access key': 'AwsSecretAccessKey',
  'Role ARN': 'RoleArn',
  'ChannelMix AWS Account ID': 'ChannelMixAwsAccountId',
};

/** The four fields of ChannelMix's connection form, and what else is to be done by hand. */
export function outputsOf({ principal, kmsKeyArns }: Blueprint): TemplateObject {
  const isRole = principal.kind === 'role';
  const arn = reference(`${isRole ? IDS.role : IDS.user}.Arn`);
  // What only the stack knows is left empty here.
  const fields = connectionFields(isRole ? { auth: 'role', roleArn: '' } : { auth: 'key', accessKeyId: '' });
  const known = textOf(isRole ? arn : reference(IDS.accessKey));
  const form = Object.entries(OUTPUTS).map(([field, id]) => {
    const value = fields[field as keyof ConnectionFields];
    return [id, output(`Connection form of ChannelMix: ${field}`, value === '' ? known : value)] as const;
  });
  return {
    ...Object.fromEntries(form),
    ...(isRole
      ? {}
      : {
          SecretAccessKeyArn: output(
            'Where Secrets Manager keeps the AWS secret access key',
            textOf(reference(IDS.secret)),
          ),
        }),
    ...(kmsKeyArns.length === 0
      ? {}
      : {
          KeyPolicyStatement: output(
            'For the policies of the KMS keys, where they do not leave permissions to IAM',
            textOf(...keyPolicyText(arn)),
          ),
        }),
  };
}

/** The statement as JSON, with a reference where the ARN of the principal stands. */
function keyPolicyText(arn: Part): readonly Part[] {
  const [before = '', after = ''] = JSON.stringify(keyPolicyStatement('\n')).split('\\n');
  return [before, arn, after];
}

function output(description: string, value: TemplateValue): TemplateObject {
  return { Description: description, Value: value };
}
