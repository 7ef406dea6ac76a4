import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { fullAccessPolicyArn, identityPolicy, trustPolicy } from '../../src/generate/policy-documents.ts';
import type { Grant } from '../../src/model/grant.ts';
import { COMPONENT_TYPES, declare, type Transform } from './component.ts';
import { principalName } from './principal-name.ts';

export interface S3AccessArgs {
  /** What is given; made by `readGrant`, so its values obey AWS's rules. */
  readonly grant: Grant;
  /** Changes to the child resources. */
  readonly transform?: {
    readonly role?: Transform<iam.RoleArgs>;
    readonly policy?: Transform<iam.RolePolicyArgs>;
    readonly fullAccess?: Transform<iam.RolePolicyAttachmentArgs>;
  };
}

/**
 * The recommended way in: a role that ChannelMix's account may assume, and what the role may do.
 *
 * The permissions are an inline policy: it belongs to this role alone, is updated in place without a trail of versions, may be larger
 * than a managed one (10,240 characters, not 6,144), and goes when the role goes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-choosing-managed-or-inline.html
 */
export class S3Access extends pulumi.ComponentResource {
  /** ARN of the role: the field `Role ARN` of ChannelMix's connection form. */
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: S3AccessArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.s3Access, name, {}, options);
    const role = this.createRole(name, args);
    this.createPolicy(name, args, role);
    this.attachFullAccess(name, args, role);
    this.roleArn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ roleArn: this.roleArn, roleName: this.roleName });
  }

  private createRole(name: string, { grant, transform }: S3AccessArgs): iam.Role {
    const principal = principalName(grant);
    return new iam.Role(
      `${name}-role${principal.logicalSuffix}`,
      ...declare(
        transform?.role,
        {
          name: principal.name,
          path: grant.rolePath,
          description: 'Lets ChannelMix read and write the files that were agreed on in S3',
          assumeRolePolicy: JSON.stringify(trustPolicy(grant.partition)),
          ...(grant.permissionsBoundary !== undefined && { permissionsBoundary: grant.permissionsBoundary }),
          tags: grant.tags,
        },
        { parent: this, ...principal.options },
      ),
    );
  }

  private createPolicy(name: string, { grant, transform }: S3AccessArgs, role: iam.Role): void {
    const policy = identityPolicy(grant);
    if (policy === undefined) return;
    new iam.RolePolicy(
      `${name}-policy`,
      ...declare(
        transform?.policy,
        { name: 'channelmix-s3', role: role.name, policy: JSON.stringify(policy) },
        { parent: this },
      ),
    );
  }

  private attachFullAccess(name: string, { grant, transform }: S3AccessArgs, role: iam.Role): void {
    if (grant.access !== 'full') return;
    new iam.RolePolicyAttachment(
      `${name}-full-access`,
      ...declare(
        transform?.fullAccess,
        { role: role.name, policyArn: fullAccessPolicyArn(grant.partition) },
        { parent: this },
      ),
    );
  }
}
