"""What an identity policy allows, and what a call needs. The rules are in the IAM User Guide's evaluation logic."""

from typing import Any, Mapping

from compat import IAM_GUIDE, S3_API, S3_GUIDE, World, allow, case, same
from compat_principals import ACTIONS, LOGIC, Place, as_user, named_user, place, s3_of

S3_CONDITIONS = f"{S3_GUIDE}amazon-s3-policy-keys.html"

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
