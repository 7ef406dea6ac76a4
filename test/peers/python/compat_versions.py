"""Versioned buckets: versions, delete markers, suspension."""

from compat import S3_API, S3_GUIDE, World, case, same

DELETE = f"{S3_GUIDE}DeleteMarker.html"
VERSIONS = f"{S3_API}API_ListObjectVersions.html"


def versioned(world: World) -> str:
    """A new bucket with versioning."""
    name = world.name("versioned")
    world.s3.create_bucket(Bucket=name)
    switch(world, name, "Enabled")
    return name


def switch(world: World, bucket: str, state: str) -> None:
    world.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": state})


def put(world: World, bucket: str, body: bytes) -> str:
    return world.s3.put_object(Bucket=bucket, Key="a.csv", Body=body)["VersionId"]


@case("versioning-is-off-at-first", "allow", f"{S3_API}API_GetBucketVersioning.html")
def off(world: World) -> None:
    same(world.s3.get_bucket_versioning(Bucket=world.bucket).get("Status"), None, "Status")


@case("versions-kept", "allow", f"{S3_GUIDE}RetrievingObjectVersions.html")
def kept(world: World) -> None:
    bucket = versioned(world)
    first = put(world, bucket, b"1")
    put(world, bucket, b"2")
    same(world.s3.get_object(Bucket=bucket, Key="a.csv")["Body"].read(), b"2", "current body")
    same(world.s3.get_object(Bucket=bucket, Key="a.csv", VersionId=first)["Body"].read(), b"1", "first body")


@case("versions-listed", "allow", VERSIONS)
def listed(world: World) -> None:
    bucket = versioned(world)
    first, second = put(world, bucket, b"1"), put(world, bucket, b"2")
    marker = world.s3.delete_object(Bucket=bucket, Key="a.csv")
    same(marker["DeleteMarker"], True, "DeleteMarker")
    answer = world.s3.list_object_versions(Bucket=bucket)
    same([(item["VersionId"], item["IsLatest"]) for item in answer["Versions"]], [(second, False), (first, False)], "versions")
    same([(item["VersionId"], item["IsLatest"]) for item in answer["DeleteMarkers"]], [(marker["VersionId"], True)], "markers")


@case("get-behind-a-delete-marker", "error NoSuchKey 404", DELETE)
def behind_marker(world: World) -> None:
    bucket = versioned(world)
    put(world, bucket, b"1")
    world.s3.delete_object(Bucket=bucket, Key="a.csv")
    world.s3.get_object(Bucket=bucket, Key="a.csv")


@case("get-a-delete-marker-by-its-version", "error MethodNotAllowed 405", DELETE)
def get_marker(world: World) -> None:
    bucket = versioned(world)
    marker = world.s3.delete_object(Bucket=bucket, Key="a.csv")["VersionId"]
    world.s3.get_object(Bucket=bucket, Key="a.csv", VersionId=marker)


@case("delete-marker-removed", "allow", DELETE)
def marker_removed(world: World) -> None:
    bucket = versioned(world)
    put(world, bucket, b"1")
    marker = world.s3.delete_object(Bucket=bucket, Key="a.csv")["VersionId"]
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=marker)
    same(world.s3.get_object(Bucket=bucket, Key="a.csv")["Body"].read(), b"1", "body")


@case("version-deleted-for-good", "error NoSuchVersion 404", f"{S3_GUIDE}DeletingObjectVersions.html")
def version_deleted(world: World) -> None:
    bucket = versioned(world)
    first = put(world, bucket, b"1")
    put(world, bucket, b"2")
    world.s3.delete_object(Bucket=bucket, Key="a.csv", VersionId=first)
    world.s3.get_object(Bucket=bucket, Key="a.csv", VersionId=first)


@case("version-id-malformed", "error InvalidArgument 400", f"{S3_API}API_GetObject.html")
def bad_version(world: World) -> None:
    bucket = versioned(world)
    put(world, bucket, b"1")
    world.s3.get_object(Bucket=bucket, Key="a.csv", VersionId="nonsense")


@case("suspended-versioning-writes-the-null-version", "allow", f"{S3_GUIDE}AddingObjectstoVersionSuspendedBuckets.html")
def suspended(world: World) -> None:
    bucket = versioned(world)
    first = put(world, bucket, b"1")
    switch(world, bucket, "Suspended")
    for body in (b"2", b"3"):
        world.s3.put_object(Bucket=bucket, Key="a.csv", Body=body)
    found = world.s3.list_object_versions(Bucket=bucket)["Versions"]
    same([item["VersionId"] for item in found], ["null", first], "versions")
    same(world.s3.get_object(Bucket=bucket, Key="a.csv", VersionId="null")["Body"].read(), b"3", "null version")


@case("batch-delete-of-versions", "allow", f"{S3_API}API_DeleteObjects.html")
def batch(world: World) -> None:
    bucket = versioned(world)
    first = put(world, bucket, b"1")
    objects = [{"Key": "a.csv", "VersionId": first}, {"Key": "b.csv"}]
    answer = world.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})["Deleted"]
    by_key = {item["Key"]: item for item in answer}
    same(by_key["a.csv"].get("VersionId"), first, "VersionId of the deleted version")
    same(by_key["b.csv"].get("DeleteMarker"), True, "DeleteMarker for the deleted key")


@case("delete-a-versioned-bucket-with-a-marker", "error BucketNotEmpty 409", f"{S3_API}API_DeleteBucket.html")
def delete_bucket(world: World) -> None:
    bucket = versioned(world)
    world.s3.delete_object(Bucket=bucket, Key="a.csv")
    world.s3.delete_bucket(Bucket=bucket)
