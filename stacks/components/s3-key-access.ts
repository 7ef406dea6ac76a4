import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type Blueprint, blueprint, type PolicyBlueprint } from '../../src/generate/blueprint.ts';
import type { Grant } from '../../src/model/grant.ts';
import { COMPONENT_TYPES, declare, numbered, type Transform } from './component.ts';
import { managedPolicyArgs } from './managed-policy.ts';
import { principalName } from './principal-name.ts';

export interface S3KeyAccessArgs {
  /** What is given; made by `readGrant`, so its values obey AWS's rules. */
  readonly grant: Grant;
  /** Changes to the child resources. */
  readonly transform?: {
    readonly user?: Transform<iam.UserArgs>;
    readonly policy?: Transform<iam.PolicyArgs>;
    readonly attachment?: Transform<iam.UserPolicyAttachmentArgs>;
    readonly fullAccess?: Transform<iam.UserPolicyAttachmentArgs>;
    readonly accessKey?: Transform<iam.AccessKeyArgs>;
  };
}

/**
 * The other way in: a user with an access key, for partitions from which a role cannot be assumed.
 * The permissions are managed policies: `PolicyBlueprint` says why.
 */
export class S3KeyAccess extends pulumi.ComponentResource {
  readonly userName: pulumi.Output<string>;
  readonly userArn: pulumi.Output<string>;
  readonly accessKeyId: pulumi.Output<string>;
  /** A Pulumi secret: only ciphertext in the state. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: S3KeyAccessArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.s3KeyAccess, name, {}, options);
    const plan = blueprint(args.grant);
    const user = this.createUser(name, args, plan);
    const permissions = [
      ...plan.policies.map((policy, index) => this.createPolicy(numbered(`${name}-policy`, index), args, policy, user)),
      ...plan.attachedPolicyArns.map((policyArn, index) =>
        this.attach(numbered(`${name}-full-access`, index), args.transform?.fullAccess, user, policyArn),
      ),
    ];
    const key = this.createKey(name, args, user, permissions);
    this.userName = user.name;
    this.userArn = user.arn;
    this.accessKeyId = key.id;
    this.secretAccessKey = pulumi.secret(key.secret);
    this.registerOutputs({
      userName: this.userName,
      userArn: this.userArn,
      accessKeyId: this.accessKeyId,
      secretAccessKey: this.secretAccessKey,
    });
  }

  private createUser(name: string, { grant, transform }: S3KeyAccessArgs, plan: Blueprint): iam.User {
    const { path, permissionsBoundary, tags } = plan.principal;
    const principal = principalName(grant);
    return new iam.User(
      `${name}-user${principal.logicalSuffix}`,
      ...declare(
        transform?.user,
        { name: principal.name, path, ...(permissionsBoundary !== undefined && { permissionsBoundary }), tags },
        { parent: this, ...principal.options },
      ),
    );
  }

  private createPolicy(
    policyName: string,
    { grant, transform }: S3KeyAccessArgs,
    policy: PolicyBlueprint,
    user: iam.User,
  ): pulumi.Resource {
    const declaration = managedPolicyArgs(grant, user.name, policy);
    const { arn } = new iam.Policy(policyName, ...declare(transform?.policy, declaration, { parent: this }));
    return this.attach(`${policyName}-attachment`, transform?.attachment, user, arn);
  }

  private attach(
    name: string,
    transform: Transform<iam.UserPolicyAttachmentArgs> | undefined,
    user: iam.User,
    policyArn: pulumi.Input<string>,
  ): pulumi.Resource {
    return new iam.UserPolicyAttachment(name, ...declare(transform, { user: user.name, policyArn }, { parent: this }));
  }

  /** The key comes last, so that an update that fails before it leaves no key that nobody has seen. */
  private createKey(
    name: string,
    { transform }: S3KeyAccessArgs,
    user: iam.User,
    permissions: readonly pulumi.Resource[],
  ): iam.AccessKey {
    return new iam.AccessKey(
      `${name}-key`,
      ...declare(transform?.accessKey, { user: user.name }, { parent: this, dependsOn: [...permissions] }),
    );
  }
}
