"""Does with boto3 what ChannelMix does with a grant, and prints a verdict for each call (see verdicts.py).

Credentials come as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: those of a user in ChannelMix's account (role) or of the
client's user (key). The rest is in job.py.
"""

import hashlib
import os
import tempfile
from typing import Any, Callable

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from job import PAGE_SIZE, PART, SMALL_BODY, UPLOAD_BYTES, Job, calls_of, job_from_environment
from verdicts import Mismatch, Refused, fail, run

CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)


def call(operation: Callable[..., dict], **arguments: Any) -> dict:
    """The answer of one operation; raises `Refused` with the service's code."""
    try:
        return operation(**arguments)
    except ClientError as error:
        raise refusal(error) from error


def refusal(error: ClientError) -> Refused:
    """A boto3 error as a `Refused`."""
    return Refused(error.response["Error"]["Code"], error.response["ResponseMetadata"].get("HTTPStatusCode"))


def status(answer: dict) -> int:
    """The HTTP status of an answer."""
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def expect(what: bool, message: str) -> None:
    """Raises `Mismatch` where the service answered, but wrongly."""
    if not what:
        raise Mismatch(message)


class Client:
    """The job by boto3. Credentials change when the role is assumed; where that is refused, the caller's own stay."""

    def __init__(self, job: Job, folder: str):
        self.job = job
        self.folder = folder
        self.credentials: dict[str, str] = {}
        self.upload_id = "no-such-upload"
        self.large = os.path.join(folder, "large.csv")
        with open(self.large, "wb") as file:
            for block in range(UPLOAD_BYTES // 32768):
                file.write(hashlib.sha256(block.to_bytes(4)).digest() * 1024)

    def service(self, name: str, **more: str) -> Any:
        return boto3.client(name, endpoint_url=self.job.endpoint, config=CONFIG, **(more or self.credentials))

    @property
    def s3(self) -> Any:
        return self.service("s3")

    def assume_role(self) -> int:
        answer = call(self.service("sts").assume_role, RoleArn=self.job.role_arn, RoleSessionName="channelmix")
        given = answer["Credentials"]
        self.credentials = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        return status(answer)

    def stranger_assume_role(self) -> int:
        key_id, secret = self.job.stranger
        sts = self.service("sts", aws_access_key_id=key_id, aws_secret_access_key=secret)
        return status(call(sts.assume_role, RoleArn=self.job.role_arn, RoleSessionName="stranger"))

    def list_pages(self) -> int:
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.job.bucket, Prefix=self.job.seed_prefix, PaginationConfig={"PageSize": PAGE_SIZE}
        )
        keys: list[str] = []
        count = 0
        try:
            for page in pages:
                count += 1
                keys.extend(item["Key"] for item in page.get("Contents", []))
        except ClientError as error:
            raise refusal(error) from error
        expect(len(keys) == self.job.seeds and keys == sorted(set(keys)), f"{len(keys)} of {self.job.seeds} keys")
        expect(count == -(-self.job.seeds // PAGE_SIZE), f"{count} pages")
        return 200

    def upload_file(self) -> int:
        try:
            self.s3.upload_file(self.large, self.job.bucket, self.job.key("large.csv"))
        except boto3.exceptions.S3UploadFailedError as error:
            cause = error.__context__
            raise (refusal(cause) if isinstance(cause, ClientError) else Refused(str(error), None)) from error
        return 200

    def head_object(self) -> int:
        answer = call(self.s3.head_object, Bucket=self.job.bucket, Key=self.job.key("large.csv"))
        expect(answer["ContentLength"] == UPLOAD_BYTES, f"{answer['ContentLength']} bytes")
        parts = -(-UPLOAD_BYTES // PART)
        expect(answer["ETag"].endswith(f'-{parts}"'), f"ETag {answer['ETag']}")
        return status(answer)

    def get_range(self) -> int:
        first, last = PART - 100, PART + 99  # across the border of two parts
        answer = call(
            self.s3.get_object, Bucket=self.job.bucket, Key=self.job.key("large.csv"), Range=f"bytes={first}-{last}"
        )
        with open(self.large, "rb") as file:
            file.seek(first)
            expect(answer["Body"].read() == file.read(200), "other bytes")
        expect(answer["ContentRange"] == f"bytes {first}-{last}/{UPLOAD_BYTES}", f"range {answer['ContentRange']}")
        return status(answer)

    def download_file(self) -> int:
        target = os.path.join(self.folder, "downloaded.csv")
        try:
            self.s3.download_file(self.job.bucket, self.job.key("large.csv"), target)
        except ClientError as error:
            raise refusal(error) from error
        with open(self.large, "rb") as sent, open(target, "rb") as received:
            expect(sent.read() == received.read(), "other bytes")
        return 200

    def create_multipart_upload(self) -> int:
        answer = call(self.s3.create_multipart_upload, **self.own("parts.csv"))
        self.upload_id = answer["UploadId"]
        return status(answer)

    def get_object_tagging(self) -> int:
        answer = call(self.s3.get_object_tagging, **self.own("small.csv"))
        return status(answer)

    def delete_objects(self) -> int:
        keys = [self.job.key("small.csv"), self.job.key("tagged.csv")]
        answer = call(
            self.s3.delete_objects, Bucket=self.job.bucket, Delete={"Objects": [{"Key": key} for key in keys]}
        )
        for error in answer.get("Errors", []):
            raise Refused(error["Code"], status(answer))
        expect(sorted(item["Key"] for item in answer.get("Deleted", [])) == keys, "not every key is reported deleted")
        return status(answer)

    def own(self, name: str) -> dict[str, str]:
        return {"Bucket": self.job.bucket, "Key": self.job.key(name)}

    def attempts(self) -> dict[str, Callable[[], int]]:
        job = self.job
        bucket = {"Bucket": job.bucket}
        outside = {**bucket, "Key": f"outside/{job.run}.csv"}
        tags = {"TagSet": [{"Key": "month", "Value": "sep"}]}
        public_access = {
            name: True
            for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        }
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}

        def one(name: str, service: str = "s3", **arguments: Any) -> Callable[[], int]:
            return lambda: status(call(getattr(self.service(service), name), **arguments))

        def of_upload(name: str, **more: Any) -> Callable[[], int]:
            return lambda: status(call(getattr(self.s3, name), **self.own("parts.csv"), UploadId=self.upload_id, **more))

        return {
            "stranger-assume-role": self.stranger_assume_role,
            "assume-role": self.assume_role,
            "get-caller-identity": one("get_caller_identity", "sts"),
            "head-bucket": one("head_bucket", **bucket),
            "list-pages": self.list_pages,
            "put-object": one("put_object", **self.own("small.csv"), Body=SMALL_BODY),
            "upload-file": self.upload_file,
            "head-object": self.head_object,
            "get-range": self.get_range,
            "download-file": self.download_file,
            "get-missing-object": one("get_object", **self.own("missing.csv")),
            "create-multipart-upload": self.create_multipart_upload,
            "upload-part": of_upload("upload_part", PartNumber=1, Body=SMALL_BODY),
            "list-parts": of_upload("list_parts"),
            "list-multipart-uploads": one("list_multipart_uploads", **bucket),
            "abort-multipart-upload": of_upload("abort_multipart_upload"),
            "get-bucket-location": one("get_bucket_location", **bucket),
            "put-object-with-tags": one("put_object", **self.own("tagged.csv"), Body=SMALL_BODY, Tagging="month=sep"),
            "put-object-tagging": one("put_object_tagging", **self.own("small.csv"), Tagging=tags),
            "get-object-tagging": self.get_object_tagging,
            "delete-object-tagging": one("delete_object_tagging", **self.own("small.csv")),
            "delete-object": one("delete_object", **self.own("large.csv")),
            "delete-objects": self.delete_objects,
            "head-deleted-object": one("head_object", **self.own("large.csv")),
            "list-other-bucket": one("list_objects_v2", Bucket=job.other_bucket),
            "get-other-object": one("get_object", Bucket=job.other_bucket, Key="report.csv"),
            "put-other-object": one(
                "put_object", Bucket=job.other_bucket, Key=f"Client123/{job.run}.csv", Body=SMALL_BODY
            ),
            "list-buckets": one("list_buckets"),
            "list-object-versions": one("list_object_versions", **bucket, Prefix=job.seed_prefix),
            "get-bucket-policy": one("get_bucket_policy", **bucket),
            "get-bucket-acl": one("get_bucket_acl", **bucket),
            "get-bucket-versioning": one("get_bucket_versioning", **bucket),
            "get-bucket-encryption": one("get_bucket_encryption", **bucket),
            "get-public-access-block": one("get_public_access_block", **bucket),
            "put-public-access-block": one(
                "put_public_access_block", **bucket, PublicAccessBlockConfiguration=public_access
            ),
            "put-bucket-encryption": one(
                "put_bucket_encryption", **bucket, ServerSideEncryptionConfiguration=encryption
            ),
            "delete-bucket": one("delete_bucket", **bucket),
            "list-users": one("list_users", "iam"),
            "list-roles": one("list_roles", "iam"),
            "list-outside-prefix": one("list_objects_v2", **bucket, Prefix="outside/"),
            "list-whole-bucket": one("list_objects_v2", **bucket),
            "get-outside-object": one("get_object", **bucket, Key=job.outside_key),
            "put-outside-object": one("put_object", **outside, Body=SMALL_BODY),
            "delete-outside-object": one("delete_object", **outside),
        }


def main() -> None:
    job = job_from_environment()
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        fail("AWS_ACCESS_KEY_ID is not set")
    with tempfile.TemporaryDirectory(prefix="channelmix-") as folder:
        run(calls_of(job), Client(job, folder).attempts())


if __name__ == "__main__":
    main()
