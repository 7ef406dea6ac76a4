import { parseArn } from '../../model/arn.ts';
import type { Blueprint } from '../blueprint.ts';
import type { Names } from './names.ts';
import type { TemplateOptions } from './options.ts';
import {
  ACCOUNT,
  leftOut,
  PARTITION,
  reference,
  type TemplateObject,
  type TemplateValue,
  tagsOf,
  textOf,
} from './values.ts';

/** Names of the resources of the principal. */
export const IDS = { role: 'Role', user: 'User', accessKey: 'AccessKey', secret: 'SecretAccessKey' } as const;

/** The role or the user, and what belongs to it. */
export function principalResources(plan: Blueprint, names: Names, options: TemplateOptions): TemplateObject {
  const { principal, attachedPolicyArns } = plan;
  const common = {
    Path: principal.path,
    ...(principal.permissionsBoundary === undefined
      ? {}
      : { PermissionsBoundary: boundary(principal.permissionsBoundary, names, options) }),
    ...(attachedPolicyArns.length === 0 ? {} : { ManagedPolicyArns: attachedPolicyArns.map(names.arnOf) }),
    ...tagsOf(principal.tags),
  };
  const managed = managedPolicies(plan, names);
  if (principal.kind === 'role') return { ...role(plan, names, common), ...managed };
  return { ...user(names, common), ...managed, ...accessKey(plan, Object.keys(managed)) };
}

/** A boundary is a policy of the account that it is used in, or one of AWS. */
function boundary(arn: string, { arnOf }: Names, { stackSet = false }: TemplateOptions): TemplateValue {
  const { service = '', account = '', resource = '' } = parseArn(arn) ?? {};
  if (!stackSet || !/^\d+$/.test(account)) return arnOf(arn);
  return textOf('arn:', PARTITION, `:${service}::`, ACCOUNT, `:${resource}`);
}

/** An update changes them in place: neither their names nor their path ever differ. */
function managedPolicies({ principal, policies }: Blueprint, names: Names): TemplateObject {
  const managed = policies.filter(({ kind }) => kind === 'managed');
  return Object.fromEntries(
    managed.map(({ name, document }, index) => [
      `Policy${index + 1}`,
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          ManagedPolicyName: textOf(names.principal, ...(name === '' ? [] : [name])),
          Path: principal.path,
          PolicyDocument: names.documentOf(document),
          [principal.kind === 'role' ? 'Roles' : 'Users']: [textOf(reference(IDS[principal.kind]))],
        },
      },
    ]),
  );
}

function role({ principal, policies }: Blueprint, names: Names, common: TemplateObject): TemplateObject {
  const { description, trustPolicy } = principal;
  const inline = policies
    .filter(({ kind }) => kind === 'inline')
    .map(({ name, document }) => ({ PolicyName: name, PolicyDocument: names.documentOf(document) }));
  return {
    [IDS.role]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: textOf(names.principal),
        ...(description === undefined ? {} : { Description: description }),
        ...(trustPolicy === undefined ? {} : { AssumeRolePolicyDocument: names.documentOf(trustPolicy) }),
        ...(inline.length === 0 ? {} : { Policies: inline }),
        ...common,
      },
    },
  };
}

function user({ principal }: Names, common: TemplateObject): TemplateObject {
  return { [IDS.user]: { Type: 'AWS::IAM::User', Properties: { UserName: textOf(principal), ...common } } };
}

/**
 * The key comes after the permissions, and its secret goes from IAM into Secrets Manager without a stop: outputs of a stack can be read by
 * everybody who may describe it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html
 */
function accessKey({ principal }: Blueprint, policies: readonly string[]): TemplateObject {
  return {
    [IDS.accessKey]: {
      Type: 'AWS::IAM::AccessKey',
      ...(policies.length === 0 ? {} : { DependsOn: policies }),
      Properties: { UserName: textOf(reference(IDS.user)) },
    },
    [IDS.secret]: {
      Type: 'AWS::SecretsManager::Secret',
      ...leftOut('CKV_AWS_149', 'a KMS key of its own protects no better from those who may read the secret'),
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        Description: textOf('Secret access key that ChannelMix uses, of the access key ', reference(IDS.accessKey)),
        SecretString: textOf(reference(`${IDS.accessKey}.SecretAccessKey`)),
        ...tagsOf(principal.tags),
      },
    },
  };
}
