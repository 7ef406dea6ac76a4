"""Buckets, users, roles and sessions for the cases of authorization."""

from dataclasses import dataclass
from typing import Any, Mapping

from compat import CHANNELMIX, CLIENT, IAM_GUIDE, S3_GUIDE, World, allow, policy

LOGIC = f"{IAM_GUIDE}reference_policies_evaluation-logic_policy-eval-denyallow.html"
CROSS = f"{IAM_GUIDE}reference_policies_evaluation-logic-cross-account.html"
KEYS = f"{IAM_GUIDE}reference_policies_condition-keys.html"
PRINCIPAL = f"{IAM_GUIDE}reference_policies_elements_principal.html"
ACTIONS = f"{S3_GUIDE}using-with-s3-policy-actions.html"


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
