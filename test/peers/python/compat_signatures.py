"""Who signed, and whether it is right: S3, STS and IAM each have their own error codes."""

import contextlib
import datetime
from typing import Iterator
from unittest import mock

import botocore.auth
import botocore.crt.auth

from compat import CHANNELMIX, CLIENT, ERRORS, IAM_API, S3_API, STS_API, World, allow, case, fetch, policy, same

STS_ERRORS = f"{STS_API}CommonErrors.html"


def session(world: World, **assume: str) -> dict:
    """Credentials of a role of the client that ChannelMix's user assumed, with full access to S3."""
    iam = world.client("iam")
    name = world.name("role")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{CHANNELMIX}:root"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="s3", PolicyDocument=policy(allow("s3:*", "*")))
    key_id, secret = world.user(allow("sts:AssumeRole", "*"), account=CHANNELMIX)
    sts = world.client("sts", key_id, secret)
    return sts.assume_role(RoleArn=role, RoleSessionName="channelmix", **assume)["Credentials"]


@contextlib.contextmanager
def clock_wrong_by(minutes: int) -> Iterator[None]:
    """botocore signs as if its clock were wrong; both of its signers."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)

    def now(remove_tzinfo: bool = True) -> datetime.datetime:
        return moment.replace(tzinfo=None) if remove_tzinfo else moment

    with mock.patch.object(botocore.auth, "get_current_datetime", now):
        with mock.patch.object(botocore.crt.auth, "get_current_datetime", now):
            yield


@case("s3-wrong-secret", "deny SignatureDoesNotMatch 403", ERRORS)
def s3_wrong_secret(world: World) -> None:
    key_id, secret = world.user(allow("s3:*", "*"))
    world.client("s3", key_id, secret[::-1]).list_objects_v2(Bucket=world.bucket)


@case("s3-wrong-root-secret", "deny SignatureDoesNotMatch 403", ERRORS)
def s3_wrong_root_secret(world: World) -> None:
    world.client("s3", CLIENT, "not-the-secret").list_objects_v2(Bucket=world.bucket)


@case("s3-unknown-key", "deny InvalidAccessKeyId 403", ERRORS)
def s3_unknown_key(world: World) -> None:
    world.client("s3", "AKIAIOSFODNN7NOTHERE", "secret").list_objects_v2(Bucket=world.bucket)


@case("s3-inactive-key", "deny InvalidAccessKeyId 403", ERRORS)
def s3_inactive_key(world: World) -> None:
    iam = world.client("iam")
    name = world.name("user")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="s3", PolicyDocument=policy(allow("s3:*", "*")))
    given = iam.create_access_key(UserName=name)["AccessKey"]
    iam.update_access_key(UserName=name, AccessKeyId=given["AccessKeyId"], Status="Inactive")
    world.client("s3", given["AccessKeyId"], given["SecretAccessKey"]).list_objects_v2(Bucket=world.bucket)


@case("s3-session", "allow", f"{STS_API}API_AssumeRole.html")
def s3_session(world: World) -> None:
    given = session(world)
    s3 = world.client("s3", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    s3.list_objects_v2(Bucket=world.bucket)


@case("s3-session-without-token", "deny InvalidAccessKeyId 403", ERRORS)
def s3_session_without_token(world: World) -> None:
    given = session(world)
    world.client("s3", given["AccessKeyId"], given["SecretAccessKey"]).list_objects_v2(Bucket=world.bucket)


@case("s3-session-with-wrong-token", "deny InvalidToken 400", ERRORS)
def s3_session_with_wrong_token(world: World) -> None:
    given = session(world)
    token = given["SessionToken"][::-1]
    world.client("s3", given["AccessKeyId"], given["SecretAccessKey"], token).list_objects_v2(Bucket=world.bucket)


@case("s3-clock-20-minutes-behind", "deny RequestTimeTooSkewed 403", ERRORS)
def s3_clock_behind(world: World) -> None:
    with clock_wrong_by(-20):
        world.s3.list_objects_v2(Bucket=world.bucket)


@case("s3-clock-20-minutes-ahead", "deny RequestTimeTooSkewed 403", ERRORS)
def s3_clock_ahead(world: World) -> None:
    with clock_wrong_by(20):
        world.s3.list_objects_v2(Bucket=world.bucket)


@case("s3-clock-4-minutes-behind", "allow", ERRORS)
def s3_clock_near(world: World) -> None:
    with clock_wrong_by(-4):
        world.s3.list_objects_v2(Bucket=world.bucket)


@case("s3-unsigned", "deny AccessDenied 403", f"{S3_API}RESTAuthentication.html")
def s3_unsigned(world: World) -> None:
    fetch("GET", f"{world.endpoint}/{world.bucket}?list-type=2")


@case("s3-unsigned-head", "deny 403 403", f"{S3_API}API_HeadBucket.html")
def s3_unsigned_head(world: World) -> None:
    fetch("HEAD", f"{world.endpoint}/{world.bucket}")


@case("sts-wrong-secret", "deny SignatureDoesNotMatch 403", STS_ERRORS)
def sts_wrong_secret(world: World) -> None:
    key_id, secret = world.user()
    world.client("sts", key_id, secret[::-1]).get_caller_identity()


@case("sts-unknown-key", "deny InvalidClientTokenId 403", STS_ERRORS)
def sts_unknown_key(world: World) -> None:
    world.client("sts", "AKIAIOSFODNN7NOTHERE", "secret").get_caller_identity()


@case("sts-unsigned", "deny MissingAuthenticationToken 403", STS_ERRORS)
def sts_unsigned(world: World) -> None:
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    fetch("POST", world.endpoint, body, {"Content-Type": "application/x-www-form-urlencoded"})


@case("iam-wrong-secret", "deny SignatureDoesNotMatch 403", f"{IAM_API}CommonErrors.html")
def iam_wrong_secret(world: World) -> None:
    world.client("iam", CLIENT, "not-the-secret").list_users()


@case("caller-of-a-session", "allow", f"{STS_API}API_GetCallerIdentity.html")
def caller_of_a_session(world: World) -> None:
    given = session(world)
    sts = world.client("sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    caller = sts.get_caller_identity()
    same(caller["Account"], CLIENT, "Account")
    same(caller["Arn"].startswith(f"arn:aws:sts::{CLIENT}:assumed-role/role-"), True, "Arn of an assumed role")
    same(caller["Arn"].endswith("/channelmix"), True, "Arn with the session's name")
    same(caller["UserId"].startswith("AROA") and caller["UserId"].endswith(":channelmix"), True, "UserId AROA…:channelmix")


@case("caller-needs-no-permission", "allow", f"{STS_API}API_GetCallerIdentity.html")
def caller_needs_no_permission(world: World) -> None:
    key_id, secret = world.user({"Effect": "Deny", "Action": "*", "Resource": "*"})
    world.client("sts", key_id, secret).get_caller_identity()


@case("root-cannot-assume-a-role", "deny AccessDenied 403", f"{STS_API}API_AssumeRole.html")
def root_cannot_assume(world: World) -> None:
    iam = world.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{CHANNELMIX}:root"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=world.name("role"), AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    world.client("sts", CHANNELMIX).assume_role(RoleArn=role, RoleSessionName="root")


@case("assume-role-that-does-not-exist", "deny AccessDenied 403", f"{STS_API}API_AssumeRole.html")
def assume_missing(world: World) -> None:
    key_id, secret = world.user(allow("sts:AssumeRole", "*"), account=CHANNELMIX)
    arn = f"arn:aws:iam::{CLIENT}:role/no-such-role"
    world.client("sts", key_id, secret).assume_role(RoleArn=arn, RoleSessionName="channelmix")


@case("assume-for-too-short", "error ValidationError 400", f"{STS_API}API_AssumeRole.html")
def assume_too_short(world: World) -> None:
    with mock.patch("botocore.validate.ParamValidator.validate", lambda *_: mock.Mock(has_errors=lambda: False)):
        session(world, DurationSeconds=899)


@case("assume-for-longer-than-the-role-allows", "error ValidationError 400", f"{STS_API}API_AssumeRole.html")
def assume_too_long(world: World) -> None:
    session(world, DurationSeconds=7200)


@case("assume-with-a-broken-session-policy", "error MalformedPolicyDocument 400", f"{STS_API}API_AssumeRole.html")
def assume_broken_policy(world: World) -> None:
    session(world, Policy="{")
