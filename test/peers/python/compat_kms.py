"""KMS: keys, key policies, grants, aliases, states; and what S3 says of them."""

import json

from compat import CHANNELMIX, CLIENT, S3_API, S3_GUIDE, World, allow, case, policy, same

KMS_API = "https://docs.aws.amazon.com/kms/latest/APIReference/"
KMS_GUIDE = "https://docs.aws.amazon.com/kms/latest/developerguide/"
DEFAULT_POLICY = f"{KMS_GUIDE}key-policy-default.html"
GRANTS = f"{KMS_GUIDE}grants.html"
STATES = f"{KMS_GUIDE}key-state.html"
ROOT = f"arn:aws:iam::{CLIENT}:root"


def kms(world: World, key_id: str = CLIENT, secret: str = ""):
    return world.client("kms", key_id, secret)


def new_key(world: World, **more: object) -> str:
    """ARN of a new key."""
    return kms(world).create_key(**more)["KeyMetadata"]["Arn"]


def key_policy(*statements: dict) -> str:
    return policy({"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}, *statements)


def named_user(world: World, *statements: dict) -> tuple[str, str, str]:
    """Access key id, secret and ARN of a new user."""
    key_id, secret = world.user(*statements)
    arn = world.client("sts", key_id, secret).get_caller_identity()["Arn"]
    return key_id, secret, arn


def encrypted_bucket(world: World, key: str) -> str:
    name = world.name("encrypted")
    world.s3.create_bucket(Bucket=name)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    world.s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return name


@case("kms-key-has-the-default-policy", "allow", DEFAULT_POLICY)
def default_policy(world: World) -> None:
    text = kms(world).get_key_policy(KeyId=new_key(world), PolicyName="default")["Policy"]
    statement = json.loads(text)["Statement"][0]
    same((statement["Principal"], statement["Action"]), ({"AWS": ROOT}, "kms:*"), "statement")


@case("kms-key-described", "allow", f"{KMS_API}API_DescribeKey.html")
def described(world: World) -> None:
    arn = new_key(world, Description="reports")
    given = kms(world).describe_key(KeyId=arn)["KeyMetadata"]
    same((given["Arn"], given["Enabled"], given["KeyState"], given["KeyManager"]), (arn, True, "Enabled", "CUSTOMER"), "metadata")


@case("kms-key-that-is-not-there", "error NotFoundException 400", f"{KMS_API}API_DescribeKey.html")
def missing(world: World) -> None:
    kms(world).describe_key(KeyId="11111111-2222-3333-4444-555555555555")


@case("kms-iam-policy-allows-under-the-default-policy", "allow", DEFAULT_POLICY)
def delegated(world: World) -> None:
    arn = new_key(world)
    key_id, secret = world.user(allow("kms:DescribeKey", arn))
    kms(world, key_id, secret).describe_key(KeyId=arn)


@case("kms-nothing-allows", "deny AccessDeniedException 400", DEFAULT_POLICY)
def nothing(world: World) -> None:
    arn = new_key(world)
    key_id, secret = world.user()
    kms(world, key_id, secret).describe_key(KeyId=arn)


@case("kms-key-policy-allows-by-itself", "allow", f"{KMS_GUIDE}key-policy-overview.html")
def by_policy(world: World) -> None:
    key_id, secret, arn = named_user(world)
    key = new_key(world, Policy=key_policy({**allow("kms:DescribeKey", "*"), "Principal": {"AWS": arn}}))
    kms(world, key_id, secret).describe_key(KeyId=key)


@case("kms-iam-policy-without-the-key-policy", "deny AccessDeniedException 400", DEFAULT_POLICY)
def not_delegated(world: World) -> None:
    _, _, keeper = named_user(world)
    key_id, secret = world.user(allow("kms:*", "*"))
    only = policy({**allow("kms:*", "*"), "Principal": {"AWS": keeper}})
    key = new_key(world, Policy=only, BypassPolicyLockoutSafetyCheck=True)
    kms(world, key_id, secret).describe_key(KeyId=key)


@case("kms-policy-that-locks-out", "error MalformedPolicyDocumentException 400", f"{KMS_API}API_CreateKey.html")
def lockout(world: World) -> None:
    new_key(world, Policy=policy({**allow("kms:Decrypt", "*"), "Principal": {"AWS": ROOT}}))


@case("kms-policy-of-another-account", "deny AccessDeniedException 400", f"{KMS_API}API_GetKeyPolicy.html")
def other_account(world: World) -> None:
    other = f"arn:aws:iam::{CHANNELMIX}:root"
    key = new_key(world, Policy=key_policy({**allow("kms:*", "*"), "Principal": {"AWS": other}}))
    kms(world, CHANNELMIX).get_key_policy(KeyId=key, PolicyName="default")


@case("kms-grant-allows", "allow", GRANTS)
def granted(world: World) -> None:
    key_id, secret, arn = named_user(world)
    key = new_key(world)
    kms(world).create_grant(KeyId=key, GranteePrincipal=arn, Operations=["DescribeKey"])
    kms(world, key_id, secret).describe_key(KeyId=key)


@case("kms-grant-revoked", "deny AccessDeniedException 400", f"{KMS_API}API_RevokeGrant.html")
def revoked(world: World) -> None:
    key_id, secret, arn = named_user(world)
    key = new_key(world)
    grant = kms(world).create_grant(KeyId=key, GranteePrincipal=arn, Operations=["DescribeKey"])["GrantId"]
    kms(world).revoke_grant(KeyId=key, GrantId=grant)
    kms(world, key_id, secret).describe_key(KeyId=key)


@case("kms-grants-listed", "allow", f"{KMS_API}API_ListGrants.html")
def grants_listed(world: World) -> None:
    _, _, arn = named_user(world)
    key = new_key(world)
    kms(world).create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt"], Name="reports")
    given = kms(world).list_grants(KeyId=key)["Grants"]
    same([(one["KeyId"], one["GranteePrincipal"], one["Operations"], one["Name"]) for one in given], [(key, arn, ["Decrypt"], "reports")], "Grants")


@case("kms-key-by-alias", "allow", f"{KMS_API}API_CreateAlias.html")
def alias(world: World) -> None:
    key = new_key(world)
    name = f"alias/{world.name('key')}"
    kms(world).create_alias(AliasName=name, TargetKeyId=key)
    same(kms(world).describe_key(KeyId=name)["KeyMetadata"]["Arn"], key, "Arn")


@case("kms-key-pending-deletion", "error KMSInvalidStateException 400", STATES)
def pending(world: World) -> None:
    key = new_key(world)
    kms(world).schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms(world).enable_key(KeyId=key)


@case("kms-deletion-cancelled", "allow", f"{KMS_API}API_CancelKeyDeletion.html")
def cancelled(world: World) -> None:
    key = new_key(world)
    kms(world).schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    kms(world).cancel_key_deletion(KeyId=key)
    same(kms(world).describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled", "KeyState")


@case("kms-s3-put-under-a-key", "allow", f"{S3_GUIDE}UsingKMSEncryption.html")
def put_encrypted(world: World) -> None:
    key = new_key(world)
    bucket = encrypted_bucket(world, key)
    answer = world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1")
    same((answer["ServerSideEncryption"], answer["SSEKMSKeyId"]), ("aws:kms", key), "encryption")
    same(world.s3.get_object(Bucket=bucket, Key="a.csv")["Body"].read(), b"1", "body")


@case("kms-s3-put-without-generate-data-key", "deny AccessDenied 403", f"{S3_API}API_PutObject.html")
def put_denied(world: World) -> None:
    bucket = encrypted_bucket(world, new_key(world))
    key_id, secret = world.user(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))
    world.client("s3", key_id, secret).put_object(Bucket=bucket, Key="a.csv", Body=b"1")


@case("kms-s3-put-by-a-grant", "allow", GRANTS)
def put_granted(world: World) -> None:
    key = new_key(world)
    bucket = encrypted_bucket(world, key)
    key_id, secret, arn = named_user(world, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))
    kms(world).create_grant(KeyId=key, GranteePrincipal=arn, Operations=["GenerateDataKey"])
    world.client("s3", key_id, secret).put_object(Bucket=bucket, Key="a.csv", Body=b"1")


@case("kms-s3-get-under-a-disabled-key", "error KMS.DisabledException 400", STATES)
def get_disabled(world: World) -> None:
    key = new_key(world)
    bucket = encrypted_bucket(world, key)
    world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1")
    kms(world).disable_key(KeyId=key)
    world.s3.get_object(Bucket=bucket, Key="a.csv")


@case("kms-s3-put-under-a-key-pending-deletion", "error KMS.KMSInvalidStateException 400", STATES)
def put_pending(world: World) -> None:
    key = new_key(world)
    bucket = encrypted_bucket(world, key)
    kms(world).schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1")
