"""Multipart uploads."""

import hashlib

from compat import S3_API, S3_GUIDE, World, case, same

CREATE = f"{S3_API}API_CreateMultipartUpload.html"
COMPLETE = f"{S3_API}API_CompleteMultipartUpload.html"
MIB = 1024 * 1024


class Upload:
    """A multipart upload that a case has open."""

    def __init__(self, world: World, **more):
        self.s3 = world.s3
        self.target = {"Bucket": world.bucket, "Key": f"{world.name('upload')}.csv"}
        self.id = self.s3.create_multipart_upload(**self.target, **more)["UploadId"]
        self.parts: list[dict] = []

    def part(self, number: int, body: bytes) -> None:
        answer = self.s3.upload_part(**self.target, UploadId=self.id, PartNumber=number, Body=body)
        self.parts.append({"PartNumber": number, "ETag": answer["ETag"]})

    def complete(self, parts: list[dict] | None = None, **more) -> dict:
        chosen = {"Parts": self.parts if parts is None else parts}
        return self.s3.complete_multipart_upload(**self.target, UploadId=self.id, MultipartUpload=chosen, **more)

    def abort(self) -> None:
        self.s3.abort_multipart_upload(**self.target, UploadId=self.id)


@case("multipart-etag-and-parts", "allow", COMPLETE)
def etag(world: World) -> None:
    upload = Upload(world, ContentType="text/csv", Metadata={"a": "b"})
    bodies = [b"a" * 5 * MIB, b"b"]
    for number, body in enumerate(bodies, 1):
        upload.part(number, body)
    answer = upload.complete()
    digest = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
    same(answer["ETag"], f'"{digest}-2"', "ETag")
    head = world.s3.head_object(**upload.target)
    same((head["ContentLength"], head["ContentType"], head["Metadata"]), (5 * MIB + 1, "text/csv", {"a": "b"}), "object")
    part = world.s3.get_object(**upload.target, PartNumber=2)
    same((part["Body"].read(), part["PartsCount"]), (b"b", 2), "second part")


@case("multipart-invisible-until-complete", "error NoSuchKey 404", COMPLETE)
def invisible(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    world.s3.get_object(**upload.target)


@case("multipart-small-first-part", "error EntityTooSmall 400", COMPLETE)
def too_small(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    upload.part(2, b"b")
    upload.complete()


@case("multipart-wrong-order", "error InvalidPartOrder 400", COMPLETE)
def wrong_order(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a" * 5 * MIB)
    upload.part(2, b"b")
    upload.complete(list(reversed(upload.parts)))


@case("multipart-unknown-part", "error InvalidPart 400", COMPLETE)
def unknown_part(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    upload.complete([{"PartNumber": 1, "ETag": '"00000000000000000000000000000000"'}])


@case("multipart-no-parts", "error MalformedXML 400", COMPLETE)
def no_parts(world: World) -> None:
    Upload(world).complete([])


@case("multipart-part-number-10001", "error InvalidArgument 400", f"{S3_GUIDE}qfacts.html")
def part_number(world: World) -> None:
    Upload(world).part(10_001, b"a")


@case("multipart-part-sent-again", "allow", f"{S3_API}API_UploadPart.html")
def part_again(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"first")
    upload.parts.clear()
    upload.part(1, b"second")
    upload.complete()
    same(world.s3.get_object(**upload.target)["Body"].read(), b"second", "body")


@case("multipart-listed", "allow", f"{S3_API}API_ListParts.html")
def listed(world: World) -> None:
    upload = Upload(world)
    for number in (1, 2, 3):
        upload.part(number, b"abc"[:number])
    pages = [world.s3.list_parts(**upload.target, UploadId=upload.id, MaxParts=2)]
    pages.append(world.s3.list_parts(**upload.target, UploadId=upload.id, PartNumberMarker=pages[0]["NextPartNumberMarker"]))
    sizes = [[(part["PartNumber"], part["Size"]) for part in page["Parts"]] for page in pages]
    same(sizes, [[(1, 1), (2, 2)], [(3, 3)]], "parts")
    uploads = world.s3.list_multipart_uploads(Bucket=world.bucket, Prefix=upload.target["Key"])["Uploads"]
    same([item["UploadId"] for item in uploads], [upload.id], "uploads")


@case("multipart-aborted", "error NoSuchUpload 404", f"{S3_API}API_AbortMultipartUpload.html")
def aborted(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    upload.abort()
    upload.part(2, b"b")


@case("multipart-aborted-leaves-nothing", "allow", f"{S3_API}API_AbortMultipartUpload.html")
def aborted_clean(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    upload.abort()
    answer = world.s3.list_multipart_uploads(Bucket=world.bucket, Prefix=upload.target["Key"])
    same(answer.get("Uploads", []), [], "uploads")


@case("multipart-complete-if-none-match-existing", "error PreconditionFailed 412", f"{S3_GUIDE}conditional-writes.html")
def conditional(world: World) -> None:
    upload = Upload(world)
    upload.part(1, b"a")
    world.s3.put_object(**upload.target, Body=b"was faster")
    upload.complete(IfNoneMatch="*")


@case("multipart-part-by-copy", "allow", f"{S3_API}API_UploadPartCopy.html")
def part_copy(world: World) -> None:
    upload = Upload(world)
    source = {"Bucket": world.bucket, "Key": world.key("quelle ä+.csv")}
    answer = world.s3.upload_part_copy(
        **upload.target, UploadId=upload.id, PartNumber=1, CopySource=source, CopySourceRange="bytes=2-5"
    )
    upload.complete([{"PartNumber": 1, "ETag": answer["CopyPartResult"]["ETag"]}])
    same(world.s3.get_object(**upload.target)["Body"].read(), b"2345", "body")


@case("multipart-checksum", "allow", f"{S3_GUIDE}checking-object-integrity.html")
def checksum(world: World) -> None:
    target = {"Bucket": world.bucket, "Key": f"{world.name('upload')}.csv"}
    upload = world.s3.create_multipart_upload(**target, ChecksumAlgorithm="SHA256")["UploadId"]
    part = world.s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"a", ChecksumAlgorithm="SHA256")
    chosen = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    answer = world.s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": chosen})
    same(answer["ChecksumSHA256"].endswith("-1"), True, "composite checksum with the number of parts")
