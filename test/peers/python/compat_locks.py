"""Object Lock: retention, legal holds, governance and its bypass, default retention."""

from datetime import datetime, timedelta, timezone

from compat import S3_API, S3_GUIDE, World, allow, case, same

LOCK = f"{S3_GUIDE}object-lock.html"
MANAGING = f"{S3_GUIDE}object-lock-managing.html"


def until(days: int) -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=days)


def locked(world: World) -> str:
    """A new bucket with Object Lock and no default retention."""
    name = world.name("locked")
    world.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def put(world: World, bucket: str, **more: object) -> str:
    return world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1", **more)["VersionId"]


def retain_by_default(world: World, bucket: str, mode: str, **period: int) -> None:
    world.s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": mode, **period}},
        },
    )


@case("lock-turns-versioning-on", "allow", LOCK)
def versioned(world: World) -> None:
    same(world.s3.get_bucket_versioning(Bucket=locked(world)).get("Status"), "Enabled", "Status")


@case("lock-keeps-versioning-on", "error InvalidBucketState 409", LOCK)
def suspend(world: World) -> None:
    world.s3.put_bucket_versioning(Bucket=locked(world), VersioningConfiguration={"Status": "Suspended"})


@case("lock-is-absent-in-other-buckets", "error ObjectLockConfigurationNotFoundError 404", f"{S3_API}API_GetObjectLockConfiguration.html")
def absent(world: World) -> None:
    world.s3.get_object_lock_configuration(Bucket=world.bucket)


@case("lock-default-retention-is-shown", "allow", f"{S3_API}API_PutObjectLockConfiguration.html")
def shown(world: World) -> None:
    bucket = locked(world)
    retain_by_default(world, bucket, "GOVERNANCE", Days=2)
    given = world.s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    same(given["Rule"]["DefaultRetention"], {"Mode": "GOVERNANCE", "Days": 2}, "DefaultRetention")


@case("lock-default-retention-protects", "deny AccessDenied 403", LOCK)
def by_default(world: World) -> None:
    bucket = locked(world)
    retain_by_default(world, bucket, "GOVERNANCE", Days=2)
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=put(world, bucket))


@case("lock-default-retention-of-both-units", "error MalformedXML 400", f"{S3_API}API_DefaultRetention.html")
def both_units(world: World) -> None:
    retain_by_default(world, locked(world), "GOVERNANCE", Days=2, Years=1)


@case("lock-lets-markers-pass", "allow", LOCK)
def marker(world: World) -> None:
    bucket = locked(world)
    put(world, bucket, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(2))
    same(world.s3.delete_object(Bucket=bucket, Key="a.csv")["DeleteMarker"], True, "DeleteMarker")


@case("lock-governance-bypassed", "allow", MANAGING)
def bypass(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until(2))
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=version, BypassGovernanceRetention=True)


@case("lock-governance-bypass-without-permission", "deny AccessDenied 403", MANAGING)
def bypass_without(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until(2))
    key_id, secret = world.user(allow("s3:DeleteObjectVersion", f"arn:aws:s3:::{bucket}/*"))
    s3 = world.client("s3", key_id, secret)
    s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=version, BypassGovernanceRetention=True)


@case("lock-compliance-bypassed", "deny AccessDenied 403", LOCK)
def compliance(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(2))
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=version, BypassGovernanceRetention=True)


@case("lock-legal-hold-protects", "deny AccessDenied 403", LOCK)
def hold(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockLegalHoldStatus="ON")
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=version, BypassGovernanceRetention=True)


@case("lock-legal-hold-lifted", "allow", f"{S3_API}API_PutObjectLegalHold.html")
def lifted(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockLegalHoldStatus="ON")
    world.s3.put_object_legal_hold(Bucket=bucket, Key="a.csv", LegalHold={"Status": "OFF"})
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=version)


@case("lock-retention-shown-by-head", "allow", f"{S3_API}API_HeadObject.html")
def head(world: World) -> None:
    bucket = locked(world)
    end = until(2)
    put(world, bucket, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=end)
    answer = world.s3.head_object(Bucket=bucket, Key="a.csv")
    same((answer["ObjectLockMode"], answer["ObjectLockRetainUntilDate"]), ("GOVERNANCE", end), "retention")


@case("lock-retention-in-the-past", "error InvalidArgument 400", MANAGING)
def past(world: World) -> None:
    put(world, locked(world), ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until(-1))


@case("lock-retention-without-lock", "error InvalidRequest 400", MANAGING)
def without_lock(world: World) -> None:
    world.key("a.csv", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until(1))


@case("lock-retention-made-shorter", "deny AccessDenied 403", f"{S3_API}API_PutObjectRetention.html")
def shorter(world: World) -> None:
    bucket = locked(world)
    put(world, bucket, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(3))
    world.s3.put_object_retention(
        Bucket=bucket, Key="a.csv", Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until(2)}
    )


@case("lock-retention-of-an-object-without", "error NoSuchObjectLockConfiguration 404", f"{S3_API}API_GetObjectRetention.html")
def no_retention(world: World) -> None:
    bucket = locked(world)
    put(world, bucket)
    world.s3.get_object_retention(Bucket=bucket, Key="a.csv")


@case("lock-in-a-batch-delete", "allow", f"{S3_API}API_DeleteObjects.html")
def batch(world: World) -> None:
    bucket = locked(world)
    version = put(world, bucket, ObjectLockLegalHoldStatus="ON")
    answer = world.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a.csv", "VersionId": version}]})
    same([error["Code"] for error in answer.get("Errors", [])], ["AccessDenied"], "Errors")
