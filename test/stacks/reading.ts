import type { TestAccount } from '../deploy/account.ts';

interface Document {
  readonly Statement: unknown;
}

/** The policies of a role or user as IAM has them: its own documents, and the ARNs of those that AWS manages. */
export async function permissionsOf(
  { iam }: TestAccount,
  auth: 'role' | 'key',
  name: string,
): Promise<{ readonly own: readonly Document[]; readonly managed: readonly string[] }> {
  const attached =
    auth === 'role'
      ? await iam.listAttachedRolePolicies({ RoleName: name })
      : await iam.listAttachedUserPolicies({ UserName: name });
  const arns = (attached.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn ?? '');
  const customer = await Promise.all(
    arns
      .filter((arn) => !arn.includes('::aws:'))
      .map(async (PolicyArn) => {
        const { Policy } = await iam.getPolicy({ PolicyArn });
        const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: Policy?.DefaultVersionId });
        return document(PolicyVersion?.Document);
      }),
  );
  const { PolicyNames = [] } =
    auth === 'role' ? await iam.listRolePolicies({ RoleName: name }) : await iam.listUserPolicies({ UserName: name });
  const inline = await Promise.all(
    PolicyNames.map(async (PolicyName) =>
      document((await iam.getRolePolicy({ RoleName: name, PolicyName })).PolicyDocument),
    ),
  );
  return { own: [...inline, ...customer], managed: arns.filter((arn) => arn.includes('::aws:')) };
}

/** A role or user as IAM has it. */
export async function principalOf(
  { iam }: TestAccount,
  auth: 'role' | 'key',
  name: string,
): Promise<{ readonly arn: string; readonly boundary: string; readonly tags: unknown; readonly trust?: Document }> {
  const { Role } = auth === 'role' ? await iam.getRole({ RoleName: name }) : { Role: undefined };
  const { User } = auth === 'key' ? await iam.getUser({ UserName: name }) : { User: undefined };
  const principal = Role ?? User;
  return {
    arn: principal?.Arn ?? '',
    boundary: principal?.PermissionsBoundary?.PermissionsBoundaryArn ?? '',
    tags: Object.fromEntries((principal?.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    ...(Role !== undefined && { trust: document(Role.AssumeRolePolicyDocument) }),
  };
}

/** Every setting of a bucket that the kit makes. */
export async function bucketSettings({ s3 }: TestAccount, Bucket: string): Promise<Readonly<Record<string, unknown>>> {
  const { BucketRegion } = await s3.headBucket({ Bucket });
  const { PublicAccessBlockConfiguration } = await s3.getPublicAccessBlock({ Bucket });
  const { OwnershipControls } = await s3.getBucketOwnershipControls({ Bucket });
  const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption({ Bucket });
  const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
  const { Status } = await s3.getBucketVersioning({ Bucket });
  const { Policy } = await s3.getBucketPolicy({ Bucket });
  const { Rules = [] } = await s3.getBucketLifecycleConfiguration({ Bucket });
  const tags = await s3.getBucketTagging({ Bucket }).catch(() => ({ TagSet: [] }));
  return {
    region: BucketRegion,
    publicAccess: PublicAccessBlockConfiguration,
    ownership: OwnershipControls?.Rules?.map(({ ObjectOwnership }) => ObjectOwnership),
    encryption: {
      algorithm: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
      key: rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
      bucketKey: rule?.BucketKeyEnabled ?? false,
    },
    versioning: Status,
    policy: document(Policy).Statement,
    lifecycle: Rules.map((one) => ({
      id: one.ID,
      status: one.Status,
      ...(one.AbortIncompleteMultipartUpload && { abortDays: one.AbortIncompleteMultipartUpload.DaysAfterInitiation }),
      ...(one.NoncurrentVersionExpiration && { oldVersionDays: one.NoncurrentVersionExpiration.NoncurrentDays }),
      ...(one.Expiration && { dropsDeleteMarkers: one.Expiration.ExpiredObjectDeleteMarker }),
    })),
    tags: Object.fromEntries((tags.TagSet ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}

function document(text: string | undefined): Document {
  return JSON.parse(decodeURIComponent(text ?? '{}')) as Document;
}
