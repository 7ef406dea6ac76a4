"""Trust policies: who may assume a role, and under which conditions."""

from typing import Any, Callable, Mapping

from compat import CHANNELMIX, IAM_GUIDE, STRANGER, STS_API, World, allow, case, same
from compat_principals import CROSS, KEYS, PRINCIPAL, assume, channelmix, place, role, s3_of, trusting

OPERATORS = f"{IAM_GUIDE}reference_policies_elements_condition_operators.html"

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
