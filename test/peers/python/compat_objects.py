"""Objects: conditions, ranges, metadata, checksums, copies, tags, odd keys, buckets, and both kinds of address."""

import base64
import datetime
import hashlib

from compat import ERRORS, S3_API, S3_GUIDE, STRANGER, World, case, fetch, same

CONDITIONAL_WRITES = f"{S3_GUIDE}conditional-writes.html"
GET = f"{S3_API}API_GetObject.html"
PUT = f"{S3_API}API_PutObject.html"
COPY = f"{S3_API}API_CopyObject.html"
INTEGRITY = f"{S3_GUIDE}checking-object-integrity.html"

ODD_KEYS = {
    "spaces": "a b/c  d.csv",
    "plus": "a+b/c+.csv",
    "percent": "100%/a%20b%2Fc.csv",
    "unicode": "Fußball/Ürün-日本語-🚀.csv",
    "reserved": "a&b=c;d:e@f,g$h!i'j(k)l*m.csv",
    "question-and-hash": "what?/is#this.csv",
    "quotes-and-angles": "<\"a\"'b'>.csv",
    "backslash": "back\\slash.csv",
    "dots": "a/../b/./c.csv",
    "double-slash": "a//b///c.csv",
    "leading-slash": "/a/b.csv",
    "tab": "tab\tkey.csv",
    "tilde": "~a~/b~.csv",
}


def odd_key_case(name: str, key: str) -> None:
    @case(f"odd-key-{name}", "allow", f"{S3_GUIDE}object-keys.html")
    def put_get_list_delete(world: World) -> None:
        s3 = world.s3
        whole = f"odd-{name}/{key}"
        s3.put_object(Bucket=world.bucket, Key=whole, Body=key.encode())
        same(s3.get_object(Bucket=world.bucket, Key=whole)["Body"].read(), key.encode(), "body")
        same(s3.head_object(Bucket=world.bucket, Key=whole)["ContentLength"], len(key.encode()), "length")
        listed = s3.list_objects_v2(Bucket=world.bucket, Prefix=f"odd-{name}/")
        same([item["Key"] for item in listed.get("Contents", [])], [whole], "keys listed")
        by_v1 = s3.list_objects(Bucket=world.bucket, Prefix=f"odd-{name}/")
        same([item["Key"] for item in by_v1.get("Contents", [])], [whole], "keys listed by V1")
        s3.copy_object(Bucket=world.bucket, Key=f"{whole}-copy", CopySource={"Bucket": world.bucket, "Key": whole})
        s3.delete_objects(Bucket=world.bucket, Delete={"Objects": [{"Key": whole}, {"Key": f"{whole}-copy"}]})
        same(s3.list_objects_v2(Bucket=world.bucket, Prefix=f"odd-{name}/")["KeyCount"], 0, "KeyCount after deletion")


for odd_name, odd in ODD_KEYS.items():
    odd_key_case(odd_name, odd)


@case("put-if-none-match-new", "allow", CONDITIONAL_WRITES)
def put_new(world: World) -> None:
    world.s3.put_object(Bucket=world.bucket, Key="conditional/new.csv", Body=b"x", IfNoneMatch="*")


@case("put-if-none-match-existing", "error PreconditionFailed 412", CONDITIONAL_WRITES)
def put_existing(world: World) -> None:
    world.s3.put_object(Bucket=world.bucket, Key=world.key("a.csv"), Body=b"x", IfNoneMatch="*")


@case("put-if-match", "allow", CONDITIONAL_WRITES)
def put_if_match(world: World) -> None:
    etag = hashlib.md5(b"0123456789").hexdigest()
    world.s3.put_object(Bucket=world.bucket, Key=world.key("a.csv"), Body=b"x", IfMatch=f'"{etag}"')


@case("put-if-match-other", "error PreconditionFailed 412", CONDITIONAL_WRITES)
def put_if_match_other(world: World) -> None:
    world.s3.put_object(Bucket=world.bucket, Key=world.key("a.csv"), Body=b"x", IfMatch='"00000000000000000000000000000000"')


@case("put-if-match-missing", "error NoSuchKey 404", CONDITIONAL_WRITES)
def put_if_match_missing(world: World) -> None:
    world.s3.put_object(Bucket=world.bucket, Key="no/such.csv", Body=b"x", IfMatch='"00000000000000000000000000000000"')


@case("get-if-none-match", "error 304 304", GET)
def get_if_none_match(world: World) -> None:
    etag = hashlib.md5(b"0123456789").hexdigest()
    world.s3.get_object(Bucket=world.bucket, Key=world.key("a.csv"), IfNoneMatch=f'"{etag}"')


@case("get-if-match-other", "error PreconditionFailed 412", GET)
def get_if_match(world: World) -> None:
    world.s3.get_object(Bucket=world.bucket, Key=world.key("a.csv"), IfMatch='"0"')


@case("get-if-modified-since-then", "error 304 304", GET)
def get_not_modified(world: World) -> None:
    key = world.key("a.csv")
    modified = world.s3.head_object(Bucket=world.bucket, Key=key)["LastModified"]
    world.s3.get_object(Bucket=world.bucket, Key=key, IfModifiedSince=modified)


@case("get-if-unmodified-since-yesterday", "error PreconditionFailed 412", GET)
def get_unmodified(world: World) -> None:
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    world.s3.get_object(Bucket=world.bucket, Key=world.key("a.csv"), IfUnmodifiedSince=yesterday)


def ranged(world: World, value: str) -> tuple[int, bytes, str | None]:
    answer = world.s3.get_object(Bucket=world.bucket, Key=world.key("a.csv"), Range=value)
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Body"].read(), answer.get("ContentRange")


@case("range-first-bytes", "allow", GET)
def range_first(world: World) -> None:
    same(ranged(world, "bytes=0-3"), (206, b"0123", "bytes 0-3/10"), "answer")


@case("range-suffix", "allow", GET)
def range_suffix(world: World) -> None:
    same(ranged(world, "bytes=-3"), (206, b"789", "bytes 7-9/10"), "answer")


@case("range-open-and-past-the-end", "allow", GET)
def range_open(world: World) -> None:
    same(ranged(world, "bytes=8-"), (206, b"89", "bytes 8-9/10"), "answer")
    same(ranged(world, "bytes=8-100"), (206, b"89", "bytes 8-9/10"), "answer")


@case("range-not-satisfiable", "error InvalidRange 416", ERRORS)
def range_bad(world: World) -> None:
    ranged(world, "bytes=10-20")


@case("metadata-and-headers", "allow", PUT)
def metadata(world: World) -> None:
    key = world.key("a.csv", ContentType="text/csv", CacheControl="no-store", Metadata={"Report": "Sep 2024"})
    answer = world.s3.head_object(Bucket=world.bucket, Key=key)
    same((answer["ContentType"], answer["CacheControl"], answer["Metadata"]), ("text/csv", "no-store", {"report": "Sep 2024"}), "headers")
    same(answer["ETag"], f'"{hashlib.md5(b"0123456789").hexdigest()}"', "ETag")
    same(answer["ServerSideEncryption"], "AES256", "encryption by default")


def checksum_case(algorithm: str) -> None:
    @case(f"checksum-{algorithm.lower()}", "allow", INTEGRITY)
    def put_and_read_back(world: World) -> None:
        key = world.key("a.csv", ChecksumAlgorithm=algorithm)
        answer = world.s3.get_object(Bucket=world.bucket, Key=key, ChecksumMode="ENABLED")
        same(answer["Body"].read(), b"0123456789", "body")
        same(isinstance(answer.get(f"Checksum{algorithm}"), str), True, f"Checksum{algorithm} in the answer")

    @case(f"checksum-{algorithm.lower()}-wrong", "error BadDigest 400", INTEGRITY)
    def wrong(world: World) -> None:
        sizes = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}
        value = base64.b64encode(b"\1" * sizes[algorithm]).decode()
        world.s3.put_object(Bucket=world.bucket, Key="wrong.csv", Body=b"x", **{f"Checksum{algorithm}": value})


for checksum in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
    checksum_case(checksum)


@case("content-md5-wrong", "error BadDigest 400", ERRORS)
def md5_wrong(world: World) -> None:
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    world.s3.put_object(Bucket=world.bucket, Key="md5.csv", Body=b"x", ContentMD5=md5)


@case("content-md5-malformed", "error InvalidDigest 400", ERRORS)
def md5_malformed(world: World) -> None:
    world.s3.put_object(Bucket=world.bucket, Key="md5.csv", Body=b"x", ContentMD5="not an MD5")


@case("copy-with-other-metadata", "allow", COPY)
def copy(world: World) -> None:
    key = world.key("a.csv", Metadata={"old": "1"})
    world.s3.copy_object(
        Bucket=world.bucket, Key=f"{key}2", CopySource={"Bucket": world.bucket, "Key": key},
        MetadataDirective="REPLACE", Metadata={"new": "2"},
    )
    same(world.s3.head_object(Bucket=world.bucket, Key=f"{key}2")["Metadata"], {"new": "2"}, "metadata")


@case("copy-to-itself-unchanged", "error InvalidRequest 400", COPY)
def copy_to_itself(world: World) -> None:
    key = world.key("a.csv")
    world.s3.copy_object(Bucket=world.bucket, Key=key, CopySource={"Bucket": world.bucket, "Key": key})


@case("copy-of-a-missing-object", "error NoSuchKey 404", COPY)
def copy_missing(world: World) -> None:
    world.s3.copy_object(Bucket=world.bucket, Key="x", CopySource={"Bucket": world.bucket, "Key": "no/such.csv"})


@case("tags-on-put", "allow", PUT)
def tags_on_put(world: World) -> None:
    key = world.key("a.csv", Tagging="month=sep&year=2024")
    tags = world.s3.get_object_tagging(Bucket=world.bucket, Key=key)["TagSet"]
    same({tag["Key"]: tag["Value"] for tag in tags}, {"month": "sep", "year": "2024"}, "tags")
    same(world.s3.get_object(Bucket=world.bucket, Key=key)["TagCount"], 2, "TagCount")


@case("eleven-tags", "error BadRequest 400", f"{S3_GUIDE}object-tagging.html")
def eleven_tags(world: World) -> None:
    tags = [{"Key": str(number), "Value": "x"} for number in range(11)]
    world.s3.put_object_tagging(Bucket=world.bucket, Key=world.key("a.csv"), Tagging={"TagSet": tags})


@case("delete-of-a-missing-object", "allow", f"{S3_API}API_DeleteObject.html")
def delete_missing(world: World) -> None:
    world.s3.delete_object(Bucket=world.bucket, Key="no/such.csv")


@case("delete-objects-reports-missing-ones-as-deleted", "allow", f"{S3_API}API_DeleteObjects.html")
def delete_objects_missing(world: World) -> None:
    objects = [{"Key": world.key("a.csv")}, {"Key": "no/such.csv"}]
    answer = world.s3.delete_objects(Bucket=world.bucket, Delete={"Objects": objects})
    same(len(answer["Deleted"]), 2, "count of deleted keys")


@case("delete-objects-quiet", "allow", f"{S3_API}API_DeleteObjects.html")
def delete_objects_quiet(world: World) -> None:
    objects = [{"Key": world.key("a.csv")}]
    answer = world.s3.delete_objects(Bucket=world.bucket, Delete={"Objects": objects, "Quiet": True})
    same(answer.get("Deleted", []), [], "deleted keys")


@case("delete-1001-objects", "error MalformedXML 400", f"{S3_API}API_DeleteObjects.html")
def delete_too_many(world: World) -> None:
    objects = [{"Key": f"{number}"} for number in range(1001)]
    world.s3.delete_objects(Bucket=world.bucket, Delete={"Objects": objects})


@case("get-from-a-missing-bucket", "error NoSuchBucket 404", ERRORS)
def missing_bucket(world: World) -> None:
    world.s3.get_object(Bucket=f"no-such-{world.run}", Key="a")


@case("head-of-a-missing-bucket", "error 404 404", f"{S3_API}API_HeadBucket.html")
def head_missing_bucket(world: World) -> None:
    world.s3.head_bucket(Bucket=f"no-such-{world.run}")


@case("head-bucket-tells-the-region", "allow", f"{S3_API}API_HeadBucket.html")
def head_bucket_region(world: World) -> None:
    same(world.s3.head_bucket(Bucket=world.bucket)["BucketRegion"], "us-east-1", "BucketRegion")


@case("location-of-us-east-1", "allow", f"{S3_API}API_GetBucketLocation.html")
def location_us_east_1(world: World) -> None:
    same(world.s3.get_bucket_location(Bucket=world.bucket).get("LocationConstraint"), None, "LocationConstraint")


@case("location-of-another-region", "allow", f"{S3_API}API_GetBucketLocation.html")
def location_elsewhere(world: World) -> None:
    name = world.name("frankfurt")
    s3 = world.client("s3", region="eu-central-1")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    same(s3.get_bucket_location(Bucket=name)["LocationConstraint"], "eu-central-1", "LocationConstraint")


@case("expected-owner", "allow", f"{S3_GUIDE}bucket-owner-condition.html")
def expected_owner(world: World) -> None:
    world.s3.head_bucket(Bucket=world.bucket, ExpectedBucketOwner="111122223333")


@case("expected-owner-is-another", "deny 403 403", f"{S3_GUIDE}bucket-owner-condition.html")
def expected_other_owner(world: World) -> None:
    world.s3.head_bucket(Bucket=world.bucket, ExpectedBucketOwner=STRANGER)


@case("create-a-bucket-of-another-account", "error BucketAlreadyExists 409", f"{S3_API}API_CreateBucket.html")
def create_taken(world: World) -> None:
    world.client("s3", STRANGER).create_bucket(Bucket=world.bucket)


@case("bucket-name-in-capitals", "error InvalidBucketName 400", f"{S3_GUIDE}bucketnamingrules.html")
def bad_bucket_name(world: World) -> None:
    world.s3.create_bucket(Bucket="Capital-Letters")


@case("delete-a-bucket-with-objects", "error BucketNotEmpty 409", f"{S3_API}API_DeleteBucket.html")
def delete_full_bucket(world: World) -> None:
    world.key("a.csv")
    world.s3.delete_bucket(Bucket=world.bucket)


@case("virtual-hosted-address", "allow", f"{S3_GUIDE}VirtualHosting.html")
def virtual_hosted(world: World) -> None:
    s3 = world.client("s3", endpoint=world.virtual_endpoint, s3={"addressing_style": "virtual"})
    key = "virtual/ä b+c.csv"
    s3.put_object(Bucket=world.bucket, Key=key, Body=b"x")
    same(s3.get_object(Bucket=world.bucket, Key=key)["Body"].read(), b"x", "body")
    same(s3.list_objects_v2(Bucket=world.bucket, Prefix="virtual/")["KeyCount"], 1, "KeyCount")


@case("path-address-presigned-and-unsigned-payload", "allow", f"{S3_API}sigv4-auth-using-authorization-header.html")
def unsigned_payload(world: World) -> None:
    s3 = world.client("s3", s3={"addressing_style": "path", "payload_signing_enabled": False})
    s3.put_object(Bucket=world.bucket, Key="unsigned-payload.csv", Body=b"x")


@case("wrong-method", "error MethodNotAllowed 405", ERRORS)
def wrong_method(world: World) -> None:
    fetch("PATCH", f"{world.endpoint}/{world.bucket}/a.csv")
