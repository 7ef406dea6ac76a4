import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { fullAccessPolicyArn, identityPolicy } from '../../src/generate/policy-documents.ts';
import type { Grant } from '../../src/model/grant.ts';
import { COMPONENT_TYPES, declare, type Transform } from './component.ts';
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
 *
 * The permissions are a managed policy, because all inline policies of a user together may have only 2,048 characters.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class S3KeyAccess extends pulumi.ComponentResource {
  readonly userName: pulumi.Output<string>;
  readonly userArn: pulumi.Output<string>;
  readonly accessKeyId: pulumi.Output<string>;
  /** A Pulumi secret: only ciphertext in the state. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: S3KeyAccessArgs, options?: pulumi.ComponentResourceOptions) {
    super(COMPONENT_TYPES.s3KeyAccess, name, {}, options);
    const user = this.createUser(name, args);
    const permissions = [...this.createPolicy(name, args, user), ...this.attachFullAccess(name, args, user)];
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

  private createUser(name: string, { grant, transform }: S3KeyAccessArgs): iam.User {
    const principal = principalName(grant);
    return new iam.User(
      `${name}-user${principal.logicalSuffix}`,
      ...declare(
        transform?.user,
        {
          name: principal.name,
          path: grant.rolePath,
          ...(grant.permissionsBoundary !== undefined && { permissionsBoundary: grant.permissionsBoundary }),
          tags: grant.tags,
        },
        { parent: this, ...principal.options },
      ),
    );
  }

  private createPolicy(
    name: string,
    { grant, transform }: S3KeyAccessArgs,
    user: iam.User,
  ): readonly pulumi.Resource[] {
    const document = identityPolicy(grant);
    if (document === undefined) return [];
    const policy = new iam.Policy(
      `${name}-policy`,
      ...declare(
        transform?.policy,
        { name: user.name, path: grant.rolePath, policy: JSON.stringify(document), tags: grant.tags },
        { parent: this },
      ),
    );
    const attachment = new iam.UserPolicyAttachment(
      `${name}-policy-attachment`,
      ...declare(transform?.attachment, { user: user.name, policyArn: policy.arn }, { parent: this }),
    );
    return [attachment];
  }

  private attachFullAccess(
    name: string,
    { grant, transform }: S3KeyAccessArgs,
    user: iam.User,
  ): readonly pulumi.Resource[] {
    if (grant.access !== 'full') return [];
    const attachment = new iam.UserPolicyAttachment(
      `${name}-full-access`,
      ...declare(
        transform?.fullAccess,
        { user: user.name, policyArn: fullAccessPolicyArn(grant.partition) },
        { parent: this },
      ),
    );
    return [attachment];
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
