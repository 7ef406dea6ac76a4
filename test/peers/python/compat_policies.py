"""Policies that stand beside the identity's own: of the bucket, boundaries, of the session; and how a refusal is worded."""

import json

from botocore.exceptions import ClientError

from compat import CLIENT, IAM_GUIDE, S3_API, S3_GUIDE, STRANGER, World, allow, case, policy, same
from compat_principals import CROSS, KEYS, LOGIC, PRINCIPAL, Place, as_user, assume, named_user, place, role, s3_of
from verdicts import Refused

BOUNDARIES = f"{IAM_GUIDE}access_policies_boundaries.html"

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


# Documents and words


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
