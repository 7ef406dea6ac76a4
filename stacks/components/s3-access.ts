import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type Blueprint, blueprint, type PolicyBlueprint } from '../../src/generate/blueprint.ts';
import type { Grant } from '../../src/model/grant.ts';
import { COMPONENT_TYPES, declare, numbered, type Transform } from './component.ts';
import { managedPolicyArgs } from './managed-policy.ts';
import { principalName } from './principal-name.ts';

export interface S3AccessArgs {
  /** What is given; made by `readGrant`, so its values obey AWS's rules. */
  readonly grant: Grant;
  /** Changes to the child resources. */
  readonly transform?: {
    readonly role?: Transform<iam.RoleArgs>;
    /** The permissions, where one inline policy holds them. */
    readonly policy?: Transform<iam.RolePolicyArgs>;
    /** Each of the managed policies that they take otherwise, and its attachment. */
    readonly managedPolicy?: Transform<iam.PolicyArgs>;
    readonly attachment?: Transform<iam.RolePolicyAttachmentArgs>;
    readonly fullAccess?: Transform<iam.RolePolicyAttachmentArgs>;
  };
}

/**
 * The recommended way in: a role that ChannelMix's account may assume, and what the role may do.
 *
 * The permissions are an inline policy, or several managed ones where they are too large for it: `PolicyBlueprint` says why.
 */
export class S3Access extends pulumi.ComponentResource {
  /** ARN of the role: the field `Role ARN` of ChannelMix's connection form. */
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: S3AccessArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.s3Access, name, {}, options);
    const plan = blueprint(args.grant);
    const role = this.createRole(name, args, plan);
    for (const [index, policy] of plan.policies.entries()) {
      const policyName = numbered(`${name}-policy`, index);
      if (policy.kind === 'inline') this.createInlinePolicy(policyName, args, policy, role);
      else this.createManagedPolicy(policyName, args, policy, role);
    }
    for (const [index, policyArn] of plan.attachedPolicyArns.entries()) {
      this.attach(numbered(`${name}-full-access`, index), args.transform?.fullAccess, role, policyArn);
    }
    this.roleArn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ roleArn: this.roleArn, roleName: this.roleName });
  }

  private createRole(name: string, { grant, transform }: S3AccessArgs, plan: Blueprint): iam.Role {
    const { path, description, trustPolicy, permissionsBoundary, tags } = plan.principal;
    const principal = principalName(grant);
    return new iam.Role(
      `${name}-role${principal.logicalSuffix}`,
      ...declare(
        transform?.role,
        {
          name: principal.name,
          path,
          ...(description !== undefined && { description }),
          assumeRolePolicy: JSON.stringify(trustPolicy),
          ...(permissionsBoundary !== undefined && { permissionsBoundary }),
          tags,
        },
        { parent: this, ...principal.options },
      ),
    );
  }

  private createInlinePolicy(
    policyName: string,
    { transform }: S3AccessArgs,
    { name, document }: PolicyBlueprint,
    role: iam.Role,
  ): void {
    const declaration = { name, role: role.name, policy: JSON.stringify(document) };
    new iam.RolePolicy(policyName, ...declare(transform?.policy, declaration, { parent: this }));
  }

  private createManagedPolicy(
    policyName: string,
    { grant, transform }: S3AccessArgs,
    policy: PolicyBlueprint,
    role: iam.Role,
  ): void {
    const declaration = managedPolicyArgs(grant, role.name, policy);
    const { arn } = new iam.Policy(policyName, ...declare(transform?.managedPolicy, declaration, { parent: this }));
    this.attach(`${policyName}-attachment`, transform?.attachment, role, arn);
  }

  private attach(
    name: string,
    transform: Transform<iam.RolePolicyAttachmentArgs> | undefined,
    role: iam.Role,
    policyArn: pulumi.Input<string>,
  ): void {
    new iam.RolePolicyAttachment(name, ...declare(transform, { role: role.name, policyArn }, { parent: this }));
  }
}
