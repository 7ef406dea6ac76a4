"""Who may do what: one principal, a few policies, one call. The rules are in the IAM User Guide's evaluation logic."""

import json
from dataclasses import dataclass
from typing import Any, Callable, Mapping

from botocore.exceptions import ClientError

from compat import CHANNELMIX, CLIENT, IAM_GUIDE, S3_API, S3_GUIDE, STRANGER, STS_API, World, allow, case, policy, same
from verdicts import Refused

LOGIC = f"{IAM_GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html"
CROSS = f"{IAM_GUIDE}reference_policies_evaluation-logic-cross-account.html"
OPERATORS = f"{IAM_GUIDE}reference_policies_elements_condition_operators.html"
KEYS = f"{IAM_GUIDE}reference_policies_condition-keys.html"
PRINCIPAL = f"{IAM_GUIDE}reference_policies_elements_principal.html"
ACTIONS = f"{S3_GUIDE}using-with-s3-policy-actions.html"
S3_CONDITIONS = f"{S3_GUIDE}amazon-s3-policy-keys.html"
BOUNDARIES = f"{IAM_GUIDE}access_policies_boundaries.html"


@dataclass(frozen=True)
class Place:
    """A bucket of the client with `in/report.csv` and `out/report.csv` in it."""

    world: World
    bucket: str

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"

    @property
    def objects(self) -> str:
        return f"{self.arn}/*"

    def policy(self, *statements: Mapping) -> None:
        self.world.s3.put_bucket_policy(Bucket=self.bucket, Policy=policy(*statements))

    def deny(self, action: str = "s3:*", principal: Any = "*", **more: Any) -> None:
        """A bucket policy with one Deny on the bucket and everything in it."""
        statement = {"Effect": "Deny", "Principal": principal, "Action": action, "Resource": [self.arn, self.objects]}
        self.policy({**statement, **more})


def place(world: World, account: str = CLIENT) -> Place:
    """A new bucket, of the client unless said otherwise."""
    name = world.name("place")
    s3 = world.client("s3", account)
    s3.create_bucket(Bucket=name)
    for key in ("in/report.csv", "out/report.csv"):
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    return Place(world, name)


def as_user(world: World, *statements: Mapping, boundary: str | None = None, account: str = CLIENT) -> Any:
    """S3 as a new IAM user with these statements."""
    return s3_of(world, *named_user(world, *statements, boundary=boundary, account=account)[1:])


def named_user(world: World, *statements: Mapping, boundary: str | None = None, account: str = CLIENT) -> tuple[str, str, str]:
    """A new IAM user: ARN, access key id, secret."""
    iam = world.client("iam", account)
    name = world.name("user")
    more = {"PermissionsBoundary": boundary_arn(world, boundary)} if boundary else {}
    arn = iam.create_user(UserName=name, **more)["User"]["Arn"]
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy(*statements))
    given = iam.create_access_key(UserName=name)["AccessKey"]
    return arn, given["AccessKeyId"], given["SecretAccessKey"]


def boundary_arn(world: World, document: str) -> str:
    iam = world.client("iam")
    return iam.create_policy(PolicyName=world.name("boundary"), PolicyDocument=document)["Policy"]["Arn"]


def s3_of(world: World, key_id: str, secret: str, token: str | None = None) -> Any:
    return world.client("s3", key_id, secret, token)


def trusting(*principals: str, **condition: Any) -> dict:
    """A trust statement for these principals."""
    trusted = {"AWS": list(principals) or [f"arn:aws:iam::{CHANNELMIX}:root"]}
    return {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole", **condition}


@dataclass(frozen=True)
class Role:
    arn: str
    name: str


def role(world: World, *statements: Mapping, trust: Mapping | None = None, boundary: str | None = None, **more: Any) -> Role:
    """A new role of the client that ChannelMix's account may assume."""
    iam = world.client("iam")
    name = world.name("role")
    if boundary:
        more["PermissionsBoundary"] = boundary_arn(world, boundary)
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust or trusting()), **more)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
    return Role(arn, name)


def channelmix(world: World, *statements: Mapping) -> tuple[str, str, str]:
    """ChannelMix's own user: ARN, access key id, secret."""
    return named_user(world, *(statements or [allow("sts:AssumeRole", "*")]), account=CHANNELMIX)


def assume(world: World, arn: str, caller: tuple[str, str, str] | None = None, **more: Any) -> Any:
    """S3 with the credentials of a session of the role."""
    _, key_id, secret = caller or channelmix(world)
    sts = world.client("sts", key_id, secret)
    given = sts.assume_role(RoleArn=arn, RoleSessionName="channelmix", **more)["Credentials"]
    return s3_of(world, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


# Identity policies


@case("no-policy-at-all", "deny AccessDenied 403", LOGIC)
def no_policy(world: World) -> None:
    as_user(world).get_object(Bucket=place(world).bucket, Key="in/report.csv")


@case("explicit-deny-beats-allow", "deny AccessDenied 403", LOGIC)
def explicit_deny(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow("s3:*", "*"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{at.arn}/in/*"})
    s3.get_object(Bucket=at.bucket, Key="in/report.csv")


@case("action-names-ignore-case", "allow", f"{IAM_GUIDE}reference_policies_elements_action.html")
def action_case(world: World) -> None:
    at = place(world)
    as_user(world, allow("S3:getobject", at.objects)).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("action-wildcards", "allow", f"{IAM_GUIDE}reference_policies_elements_action.html")
def action_wildcards(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:G?t*ject", at.objects)).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("not-action-allows-the-rest", "allow", f"{IAM_GUIDE}reference_policies_elements_notaction.html")
def not_action(world: World) -> None:
    at = place(world)
    statement = {"Effect": "Allow", "NotAction": "s3:DeleteObject", "Resource": at.objects}
    as_user(world, statement).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("not-action-does-not-allow-what-it-names", "deny AccessDenied 403", f"{IAM_GUIDE}reference_policies_elements_notaction.html")
def not_action_named(world: World) -> None:
    at = place(world)
    statement = {"Effect": "Allow", "NotAction": "s3:DeleteObject", "Resource": at.objects}
    as_user(world, statement).delete_object(Bucket=at.bucket, Key="in/report.csv")


@case("not-resource-leaves-out-what-it-names", "deny AccessDenied 403", f"{IAM_GUIDE}reference_policies_elements_notresource.html")
def not_resource(world: World) -> None:
    at = place(world)
    statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": f"{at.arn}/in/*"}
    as_user(world, statement).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("resource-is-case-sensitive", "deny AccessDenied 403", f"{IAM_GUIDE}reference_policies_elements_resource.html")
def resource_case(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:GetObject", f"{at.arn}/IN/*")).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("list-bucket-on-objects-grants-nothing", "deny AccessDenied 403", ACTIONS)
def list_on_objects(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:ListBucket", at.objects)).list_objects_v2(Bucket=at.bucket)


@case("action-that-does-not-exist-grants-nothing", "deny 403 403", ACTIONS)
def no_such_action(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:HeadObject", at.objects)).head_object(Bucket=at.bucket, Key="in/report.csv")


@case("policy-variable-username", "allow", f"{IAM_GUIDE}reference_policies_variables.html")
def variable(world: World) -> None:
    at = place(world)
    arn, key_id, secret = named_user(world, allow("s3:PutObject", f"{at.arn}/${{aws:username}}/*"))
    s3_of(world, key_id, secret).put_object(Bucket=at.bucket, Key=f"{arn.rpartition('/')[2]}/a.csv", Body=b"x")


@case("policy-variable-not-for-others", "deny AccessDenied 403", f"{IAM_GUIDE}reference_policies_variables.html")
def variable_other(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:PutObject", f"{at.arn}/${{aws:username}}/*")).put_object(Bucket=at.bucket, Key="other/a.csv", Body=b"x")


# What a call needs


@case("missing-object-with-list-bucket", "error NoSuchKey 404", f"{S3_API}API_GetObject.html")
def missing_with_list(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow("s3:GetObject", at.objects), allow("s3:ListBucket", at.arn))
    s3.get_object(Bucket=at.bucket, Key="in/missing.csv")


@case("missing-object-without-list-bucket", "deny AccessDenied 403", f"{S3_API}API_GetObject.html")
def missing_without_list(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:GetObject", at.objects)).get_object(Bucket=at.bucket, Key="in/missing.csv")


@case("head-of-missing-object-without-list-bucket", "deny 403 403", f"{S3_API}API_HeadObject.html")
def head_missing_without_list(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:GetObject", at.objects)).head_object(Bucket=at.bucket, Key="in/missing.csv")


@case("put-with-tags-needs-put-object-tagging", "deny AccessDenied 403", f"{S3_API}API_PutObject.html")
def put_with_tags(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:PutObject", at.objects)).put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x", Tagging="a=b")


@case("put-with-acl-needs-put-object-acl", "deny AccessDenied 403", ACTIONS)
def put_with_acl(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow("s3:PutObject", at.objects))
    s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x", ACL="bucket-owner-full-control")


@case("get-of-a-version-needs-get-object-version", "deny AccessDenied 403", ACTIONS)
def get_version(world: World) -> None:
    at = place(world)
    world.s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Enabled"})
    version = world.s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")["VersionId"]
    as_user(world, allow("s3:GetObject", at.objects)).get_object(Bucket=at.bucket, Key="in/a.csv", VersionId=version)


@case("delete-of-a-version-needs-delete-object-version", "deny AccessDenied 403", ACTIONS)
def delete_version(world: World) -> None:
    at = place(world)
    world.s3.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Enabled"})
    version = world.s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")["VersionId"]
    as_user(world, allow("s3:DeleteObject", at.objects)).delete_object(Bucket=at.bucket, Key="in/a.csv", VersionId=version)


@case("copy-needs-get-object-of-the-source", "deny AccessDenied 403", f"{S3_API}API_CopyObject.html")
def copy_source(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow(["s3:GetObject", "s3:PutObject"], f"{at.arn}/in/*"))
    s3.copy_object(Bucket=at.bucket, Key="in/copy.csv", CopySource={"Bucket": at.bucket, "Key": "out/report.csv"})


@case("copy-needs-put-object-at-the-destination", "deny AccessDenied 403", f"{S3_API}API_CopyObject.html")
def copy_destination(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow("s3:GetObject", at.objects))
    s3.copy_object(Bucket=at.bucket, Key="in/copy.csv", CopySource={"Bucket": at.bucket, "Key": "out/report.csv"})


@case("copy-with-both", "allow", f"{S3_API}API_CopyObject.html")
def copy_both(world: World) -> None:
    at = place(world)
    s3 = as_user(world, allow("s3:GetObject", f"{at.arn}/out/*"), allow("s3:PutObject", f"{at.arn}/in/*"))
    s3.copy_object(Bucket=at.bucket, Key="in/copy.csv", CopySource={"Bucket": at.bucket, "Key": "out/report.csv"})


def batch(at: Place, s3: Any, *keys: str) -> dict:
    return s3.delete_objects(Bucket=at.bucket, Delete={"Objects": [{"Key": key} for key in keys]})


@case("batch-delete-with-all-keys-allowed", "allow", f"{S3_API}API_DeleteObjects.html")
def batch_allowed(world: World) -> None:
    at = place(world)
    answer = batch(at, as_user(world, allow("s3:DeleteObject", at.objects)), "in/report.csv", "out/report.csv")
    same((len(answer.get("Deleted", [])), answer.get("Errors", [])), (2, []), "deleted and errors")


@case("batch-delete-with-some-keys-denied", "allow", f"{S3_API}API_DeleteObjects.html")
def batch_partly(world: World) -> None:
    at = place(world)
    answer = batch(at, as_user(world, allow("s3:DeleteObject", f"{at.arn}/in/*")), "in/report.csv", "out/report.csv")
    same([item["Key"] for item in answer.get("Deleted", [])], ["in/report.csv"], "deleted keys")
    same([(item["Key"], item["Code"]) for item in answer.get("Errors", [])], [("out/report.csv", "AccessDenied")], "errors")
    world.s3.head_object(Bucket=at.bucket, Key="out/report.csv")


# Condition keys of S3


def lister(world: World, at: Place, condition: Mapping) -> Any:
    return as_user(world, allow("s3:ListBucket", at.arn, Condition=condition))


@case("prefix-condition-met", "allow", S3_CONDITIONS)
def prefix_met(world: World) -> None:
    at = place(world)
    lister(world, at, {"StringLike": {"s3:prefix": ["in/*"]}}).list_objects_v2(Bucket=at.bucket, Prefix="in/")


@case("prefix-condition-not-met", "deny AccessDenied 403", S3_CONDITIONS)
def prefix_not_met(world: World) -> None:
    at = place(world)
    lister(world, at, {"StringLike": {"s3:prefix": ["in/*"]}}).list_objects_v2(Bucket=at.bucket, Prefix="out/")


@case("prefix-condition-without-a-prefix", "deny AccessDenied 403", S3_CONDITIONS)
def prefix_absent(world: World) -> None:
    at = place(world)
    lister(world, at, {"StringLike": {"s3:prefix": ["in/*"]}}).list_objects_v2(Bucket=at.bucket)


@case("max-keys-condition-not-met", "deny AccessDenied 403", S3_CONDITIONS)
def max_keys(world: World) -> None:
    at = place(world)
    lister(world, at, {"NumericLessThanEquals": {"s3:max-keys": "10"}}).list_objects_v2(Bucket=at.bucket, MaxKeys=11)


@case("max-keys-condition-met", "allow", S3_CONDITIONS)
def max_keys_met(world: World) -> None:
    at = place(world)
    lister(world, at, {"NumericLessThanEquals": {"s3:max-keys": "10"}}).list_objects_v2(Bucket=at.bucket, MaxKeys=10)


def uploader(world: World) -> tuple[Place, Any]:
    """A user who may put objects anywhere, in a bucket that refuses uploads without the AES256 header."""
    at = place(world)
    at.deny("s3:PutObject", Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}})
    return at, as_user(world, allow("s3:PutObject", at.objects))


@case("encryption-header-demanded-and-absent", "deny AccessDenied 403", S3_CONDITIONS)
def encryption_absent(world: World) -> None:
    at, s3 = uploader(world)
    s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")


@case("encryption-header-demanded-and-sent", "allow", S3_CONDITIONS)
def encryption_sent(world: World) -> None:
    at, s3 = uploader(world)
    s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x", ServerSideEncryption="AES256")


# Bucket policies


@case("bucket-policy-alone-allows-a-user-of-the-account", "allow", LOGIC)
def bucket_policy_user(world: World) -> None:
    at = place(world)
    arn, key_id, secret = named_user(world)
    at.policy({**allow("s3:GetObject", at.objects), "Principal": {"AWS": arn}})
    s3_of(world, key_id, secret).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-for-the-account-needs-an-identity-policy-too", "deny AccessDenied 403", PRINCIPAL)
def bucket_policy_account(world: World) -> None:
    at = place(world)
    at.policy({**allow("s3:GetObject", at.objects), "Principal": {"AWS": f"arn:aws:iam::{CLIENT}:root"}})
    as_user(world).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-everyone", "deny AccessDenied 403", LOGIC)
def bucket_policy_deny(world: World) -> None:
    at = place(world)
    at.deny()
    as_user(world, allow("s3:*", "*")).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-root-too", "deny AccessDenied 403", LOGIC)
def bucket_policy_deny_root(world: World) -> None:
    at = place(world)
    at.deny("s3:GetObject")
    world.s3.get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-under-deny-is-root's-to-remove", "allow", f"{S3_API}API_DeleteBucketPolicy.html")
def bucket_policy_remove(world: World) -> None:
    at = place(world)
    at.deny()
    world.s3.delete_bucket_policy(Bucket=at.bucket)
    world.s3.get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-by-role-arn", "deny AccessDenied 403", PRINCIPAL)
def bucket_policy_role(world: World) -> None:
    at = place(world)
    given = role(world, allow("s3:*", "*"))
    at.deny(principal={"AWS": given.arn})
    assume(world, given.arn).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-by-principal-arn", "deny AccessDenied 403", f"{KEYS}#condition-keys-principalarn")
def principal_arn(world: World) -> None:
    # aws:PrincipalArn of a session is the ARN of its role.
    at = place(world)
    given = role(world, allow("s3:*", "*"))
    at.deny(Condition={"ArnEquals": {"aws:PrincipalArn": given.arn}})
    assume(world, given.arn).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-all-but-the-role", "allow", f"{KEYS}#condition-keys-principalarn")
def principal_arn_exempt(world: World) -> None:
    at = place(world)
    given = role(world, allow("s3:*", "*"))
    at.deny(Condition={"ArnNotEquals": {"aws:PrincipalArn": given.arn}})
    assume(world, given.arn).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-another-account", "allow", f"{KEYS}#condition-keys-principalaccount")
def principal_account(world: World) -> None:
    at = place(world)
    at.deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": CLIENT}})
    as_user(world, allow("s3:*", "*")).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-denies-other-networks", "deny AccessDenied 403", f"{KEYS}#condition-keys-sourceip")
def source_ip(world: World) -> None:
    at = place(world)
    at.deny(Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    as_user(world, allow("s3:*", "*")).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-demands-a-vpc-endpoint", "deny AccessDenied 403", f"{KEYS}#condition-keys-sourcevpce")
def source_vpce(world: World) -> None:
    at = place(world)
    at.deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})
    as_user(world, allow("s3:*", "*")).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-policy-with-a-broken-document", "error MalformedPolicy 400", f"{S3_API}ErrorResponses.html")
def bucket_policy_malformed(world: World) -> None:
    world.s3.put_bucket_policy(Bucket=place(world).bucket, Policy=json.dumps({"Version": "2024-05-16", "Statement": []}))


@case("bucket-policy-for-another-bucket", "error MalformedPolicy 400", f"{S3_API}ErrorResponses.html")
def bucket_policy_elsewhere(world: World) -> None:
    at = place(world)
    at.policy({**allow("s3:GetObject", "arn:aws:s3:::another-bucket/*"), "Principal": {"AWS": f"arn:aws:iam::{CLIENT}:root"}})


@case("bucket-of-another-account-without-its-policy", "deny AccessDenied 403", CROSS)
def cross_account_silent(world: World) -> None:
    at = place(world, STRANGER)
    as_user(world, allow("s3:*", "*")).get_object(Bucket=at.bucket, Key="in/report.csv")


def shared(world: World, principal: str) -> Place:
    at = place(world, STRANGER)
    statement = {**allow("s3:GetObject", at.objects), "Principal": {"AWS": principal}}
    world.client("s3", STRANGER).put_bucket_policy(Bucket=at.bucket, Policy=policy(statement))
    return at


@case("bucket-of-another-account-with-both-policies", "allow", CROSS)
def cross_account_both(world: World) -> None:
    at = shared(world, f"arn:aws:iam::{CLIENT}:root")
    as_user(world, allow("s3:GetObject", at.objects)).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("bucket-of-another-account-with-its-policy-only", "deny AccessDenied 403", CROSS)
def cross_account_resource_only(world: World) -> None:
    arn, key_id, secret = named_user(world)
    at = shared(world, arn)
    s3_of(world, key_id, secret).get_object(Bucket=at.bucket, Key="in/report.csv")


# Boundaries and session policies

ONLY_READING = policy(allow(["s3:GetObject", "s3:ListBucket"], "*"))


@case("boundary-allows", "allow", BOUNDARIES)
def boundary_allows(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:*", "*"), boundary=ONLY_READING).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("boundary-is-silent", "deny AccessDenied 403", BOUNDARIES)
def boundary_silent(world: World) -> None:
    at = place(world)
    as_user(world, allow("s3:*", "*"), boundary=ONLY_READING).put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")


@case("boundary-grants-nothing-by-itself", "deny AccessDenied 403", BOUNDARIES)
def boundary_alone(world: World) -> None:
    as_user(world, boundary=ONLY_READING).get_object(Bucket=place(world).bucket, Key="in/report.csv")


@case("boundary-of-a-role-is-silent", "deny AccessDenied 403", BOUNDARIES)
def boundary_role(world: World) -> None:
    at = place(world)
    given = role(world, allow("s3:*", "*"), boundary=ONLY_READING)
    assume(world, given.arn).put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")


@case("session-policy-allows", "allow", f"{IAM_GUIDE}access_policies.html")
def session_allows(world: World) -> None:
    at = place(world)
    s3 = assume(world, role(world, allow("s3:*", "*")).arn, Policy=ONLY_READING)
    s3.get_object(Bucket=at.bucket, Key="in/report.csv")


@case("session-policy-is-silent", "deny AccessDenied 403", f"{IAM_GUIDE}access_policies.html")
def session_silent(world: World) -> None:
    at = place(world)
    s3 = assume(world, role(world, allow("s3:*", "*")).arn, Policy=ONLY_READING)
    s3.put_object(Bucket=at.bucket, Key="in/a.csv", Body=b"x")


# Trust policies


def assumed_with(trust: Mapping, **more: Any) -> Callable[[World], None]:
    return lambda world: void(assume(world, role(world, trust=trust).arn, **more))


def void(_answer: object) -> None:
    """A success: nothing more to tell."""


TRUST = f"{STS_API}API_AssumeRole.html"
EXTERNAL_ID = f"{IAM_GUIDE}id_roles_common-scenarios_third-party.html"
PAST = "2020-01-01T00:00:00Z"
FUTURE = "2099-01-01T00:00:00Z"


def when(operator: str, key: str, value: str) -> dict:
    return trusting(Condition={operator: {key: value}})


for trust_id, expectation, page, statement, arguments in (
    ("trust-the-account", "allow", TRUST, trusting(), {}),
    ("trust-the-account-by-its-number", "allow", PRINCIPAL, trusting(CHANNELMIX), {}),
    ("trust-another-account", "deny AccessDenied 403", TRUST, trusting(f"arn:aws:iam::{STRANGER}:root"), {}),
    ("trust-demands-an-external-id", "deny AccessDenied 403", EXTERNAL_ID, when("StringEquals", "sts:ExternalId", "secret"), {}),
    ("trust-demands-an-external-id-and-gets-it", "allow", EXTERNAL_ID, when("StringEquals", "sts:ExternalId", "secret"), {"ExternalId": "secret"}),
    ("trust-demands-another-external-id", "deny AccessDenied 403", EXTERNAL_ID, when("StringEquals", "sts:ExternalId", "secret"), {"ExternalId": "other"}),
    ("external-id-nobody-asked-for", "allow", EXTERNAL_ID, trusting(), {"ExternalId": "unasked"}),
    ("trust-demands-mfa", "deny AccessDenied 403", f"{KEYS}#condition-keys-multifactorauthpresent", when("Bool", "aws:MultiFactorAuthPresent", "true"), {}),
    ("trust-until-a-date-that-is-past", "deny AccessDenied 403", OPERATORS, when("DateLessThan", "aws:CurrentTime", PAST), {}),
    ("trust-until-a-date-to-come", "allow", OPERATORS, when("DateLessThan", "aws:CurrentTime", FUTURE), {}),
    ("trust-from-a-date-to-come", "deny AccessDenied 403", OPERATORS, when("DateGreaterThan", "aws:CurrentTime", FUTURE), {}),
    ("trust-another-principal-arn", "deny AccessDenied 403", f"{KEYS}#condition-keys-principalarn", when("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{CHANNELMIX}:user/nobody"), {}),
    ("trust-any-user-of-the-account", "allow", f"{KEYS}#condition-keys-principalarn", when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{CHANNELMIX}:user/*"), {}),
    ("trust-other-networks", "deny AccessDenied 403", f"{KEYS}#condition-keys-sourceip", when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), {}),
):
    case(trust_id, expectation, page)(assumed_with(statement, **arguments))


@case("assume-without-permission-of-the-own-account", "deny AccessDenied 403", CROSS)
def assume_without_identity(world: World) -> None:
    caller = channelmix(world, allow("s3:ListAllMyBuckets", "*"))
    assume(world, role(world).arn, caller)


@case("trust-one-user-of-the-other-account", "allow", PRINCIPAL)
def trust_user(world: World) -> None:
    caller = channelmix(world)
    assume(world, role(world, trust=trusting(caller[0])).arn, caller)


@case("trust-one-user-and-another-asks", "deny AccessDenied 403", PRINCIPAL)
def trust_other_user(world: World) -> None:
    trusted, other = channelmix(world), channelmix(world)
    assume(world, role(world, trust=trusting(trusted[0])).arn, other)


@case("role-with-a-path", "allow", f"{IAM_GUIDE}reference_identifiers.html")
def role_path(world: World) -> None:
    at = place(world)
    given = role(world, allow("s3:GetObject", at.objects), Path="/vendors/")
    same(":role/vendors/" in given.arn, True, "path in the ARN")
    assume(world, given.arn).get_object(Bucket=at.bucket, Key="in/report.csv")


@case("role-arn-without-its-path", "deny AccessDenied 403", TRUST)
def role_path_left_out(world: World) -> None:
    given = role(world, Path="/vendors/")
    assume(world, given.arn.replace("/vendors/", "/"))


@case("session-loses-the-caller's-rights", "deny AccessDenied 403", f"{IAM_GUIDE}id_roles_use.html")
def session_own_rights(world: World) -> None:
    caller = channelmix(world, allow("*", "*"))
    assume(world, role(world, allow("s3:GetObject", "*")).arn, caller).list_buckets()


@case("user-of-another-account-without-a-role", "deny AccessDenied 403", CROSS)
def without_role(world: World) -> None:
    _, key_id, secret = channelmix(world, allow("*", "*"))
    s3_of(world, key_id, secret).get_object(Bucket=place(world).bucket, Key="in/report.csv")


@case("policy-with-the-article's-version", "error MalformedPolicyDocument 400", f"{IAM_GUIDE}reference_policies_elements_version.html")
def article_version(world: World) -> None:
    document = json.dumps({"Version": "2024-05-16", "Statement": [allow("s3:GetObject", "*")]})
    world.client("iam").create_policy(PolicyName=world.name("policy"), PolicyDocument=document)


@case("policy-with-comments", "error MalformedPolicyDocument 400", f"{IAM_GUIDE}reference_policies_grammar.html")
def article_comments(world: World) -> None:
    document = policy(allow("s3:GetObject", "*")).replace('"Statement"', '// comment\n"Statement"')
    world.client("iam").create_policy(PolicyName=world.name("policy"), PolicyDocument=document)


@case("denial-names-who-what-and-where", "allow", f"{S3_GUIDE}troubleshoot-403-errors.html")
def wording(world: World) -> None:
    at = place(world)
    arn, key_id, secret = named_user(world)
    try:
        s3_of(world, key_id, secret).get_object(Bucket=at.bucket, Key="in/report.csv")
    except ClientError as error:
        wanted = (
            f'User: {arn} is not authorized to perform: s3:GetObject on resource: "{at.arn}/in/report.csv" '
            "because no identity-based policy allows the s3:GetObject action"
        )
        same(error.response["Error"]["Message"], wanted, "message")
    else:
        raise Refused("nothing was denied", None)
