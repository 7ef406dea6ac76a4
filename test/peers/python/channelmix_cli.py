"""Does with the AWS CLI what channelmix_client.py does with boto3, and prints the same verdicts (`http` is null: the CLI
does not tell)."""

import hashlib
import json
import os
import tempfile
from typing import Callable

from aws_cli import aws, warm_up
from job import PAGE_SIZE, PART, SMALL_BODY, UPLOAD_BYTES, Job, calls_of, job_from_environment
from verdicts import Mismatch, Refused, fail, run


def expect(what: bool, message: str) -> None:
    """Raises `Mismatch` where the service answered, but wrongly."""
    if not what:
        raise Mismatch(message)


class Client:
    """The job by `aws` commands. Credentials are environment variables of the command, never arguments."""

    def __init__(self, job: Job, folder: str):
        self.job = job
        self.folder = folder
        self.environment: dict[str, str] = {"AWS_ENDPOINT_URL": job.endpoint}
        self.upload_id = "no-such-upload"
        self.large = self.file("large.csv", b"".join(
            hashlib.sha256(block.to_bytes(4)).digest() * 1024 for block in range(UPLOAD_BYTES // 32768)
        ))
        self.small = self.file("small.csv", SMALL_BODY)
        self.out = os.path.join(folder, "out")

    def file(self, name: str, content: bytes) -> str:
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def aws(self, *arguments: str) -> bytes:
        return aws(list(arguments), self.environment)

    def api(self, *arguments: str) -> dict:
        """The JSON that `aws s3api …` prints; an empty answer is an empty object."""
        return json.loads(self.aws("s3api", *arguments, "--output", "json") or b"{}")

    def own(self, name: str) -> list[str]:
        return ["--bucket", self.job.bucket, "--key", self.job.key(name)]

    def uri(self, name: str) -> str:
        return f"s3://{self.job.bucket}/{self.job.key(name)}"

    def assume(self, session: str, **environment: str) -> dict:
        command = ["sts", "assume-role", "--role-arn", self.job.role_arn, "--role-session-name", session]
        return json.loads(aws([*command, "--output", "json"], {**self.environment, **environment}))["Credentials"]

    def assume_role(self) -> None:
        given = self.assume("channelmix")
        self.environment |= {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def stranger_assume_role(self) -> None:
        key_id, secret = self.job.stranger
        self.assume("stranger", AWS_ACCESS_KEY_ID=key_id, AWS_SECRET_ACCESS_KEY=secret)

    def list_pages(self) -> None:
        answer = self.api(
            "list-objects-v2", "--bucket", self.job.bucket, "--prefix", self.job.seed_prefix,
            "--page-size", str(PAGE_SIZE),
        )
        keys = [item["Key"] for item in answer.get("Contents", [])]
        expect(len(keys) == self.job.seeds and keys == sorted(set(keys)), f"{len(keys)} of {self.job.seeds} keys")

    def upload_file(self) -> None:
        self.aws("s3", "cp", "--only-show-errors", self.large, self.uri("large.csv"))

    def head_object(self) -> None:
        answer = self.api("head-object", *self.own("large.csv"))
        expect(answer["ContentLength"] == UPLOAD_BYTES, f"{answer['ContentLength']} bytes")
        expect(answer["ETag"].endswith(f'-{-(-UPLOAD_BYTES // PART)}"'), f"ETag {answer['ETag']}")

    def get_range(self) -> None:
        first, last = PART - 100, PART + 99  # across the border of two parts
        answer = self.api("get-object", *self.own("large.csv"), "--range", f"bytes={first}-{last}", self.out)
        with open(self.large, "rb") as sent, open(self.out, "rb") as received:
            sent.seek(first)
            expect(received.read() == sent.read(200), "other bytes")
        expect(answer["ContentRange"] == f"bytes {first}-{last}/{UPLOAD_BYTES}", f"range {answer['ContentRange']}")

    def download_file(self) -> None:
        self.aws("s3", "cp", "--only-show-errors", self.uri("large.csv"), self.out)
        with open(self.large, "rb") as sent, open(self.out, "rb") as received:
            expect(sent.read() == received.read(), "other bytes")

    def create_multipart_upload(self) -> None:
        self.upload_id = self.api("create-multipart-upload", *self.own("parts.csv"))["UploadId"]

    def delete_objects(self) -> None:
        keys = [self.job.key("small.csv"), self.job.key("tagged.csv")]
        batch = json.dumps({"Objects": [{"Key": key} for key in keys]})
        answer = self.api("delete-objects", "--bucket", self.job.bucket, "--delete", batch)
        for error in answer.get("Errors", []):
            raise Refused(error["Code"], None)
        expect(sorted(item["Key"] for item in answer.get("Deleted", [])) == keys, "not every key is reported deleted")

    def attempts(self) -> dict[str, Callable[[], None]]:
        job = self.job
        bucket = ["--bucket", job.bucket]
        outside = [*bucket, "--key", f"outside/{job.run}.csv"]
        body = ["--body", self.small]
        tags = json.dumps({"TagSet": [{"Key": "month", "Value": "sep"}]})
        public_access = ",".join(
            f"{name}=true" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        )
        encryption = json.dumps({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})

        def one(*arguments: str) -> Callable[[], None]:
            return lambda: void(self.api(*arguments))

        def other(*arguments: str) -> Callable[[], None]:
            return lambda: void(self.aws(*arguments))

        def of_upload(command: str, *more: str) -> Callable[[], None]:
            return lambda: void(self.api(command, *self.own("parts.csv"), f"--upload-id={self.upload_id}", *more))

        return {
            "stranger-assume-role": self.stranger_assume_role,
            "assume-role": self.assume_role,
            "get-caller-identity": other("sts", "get-caller-identity"),
            "head-bucket": one("head-bucket", *bucket),
            "list-pages": self.list_pages,
            "put-object": one("put-object", *self.own("small.csv"), *body),
            "upload-file": self.upload_file,
            "head-object": self.head_object,
            "get-range": self.get_range,
            "download-file": self.download_file,
            "get-missing-object": one("get-object", *self.own("missing.csv"), self.out),
            "create-multipart-upload": self.create_multipart_upload,
            "upload-part": of_upload("upload-part", "--part-number", "1", *body),
            "list-parts": of_upload("list-parts"),
            "list-multipart-uploads": one("list-multipart-uploads", *bucket),
            "abort-multipart-upload": of_upload("abort-multipart-upload"),
            "get-bucket-location": one("get-bucket-location", *bucket),
            "put-object-with-tags": one("put-object", *self.own("tagged.csv"), *body, "--tagging", "month=sep"),
            "put-object-tagging": one("put-object-tagging", *self.own("small.csv"), "--tagging", tags),
            "get-object-tagging": one("get-object-tagging", *self.own("small.csv")),
            "delete-object-tagging": one("delete-object-tagging", *self.own("small.csv")),
            "delete-object": one("delete-object", *self.own("large.csv")),
            "delete-objects": self.delete_objects,
            "head-deleted-object": one("head-object", *self.own("large.csv")),
            "list-other-bucket": one("list-objects-v2", "--bucket", job.other_bucket),
            "get-other-object": one("get-object", "--bucket", job.other_bucket, "--key", "report.csv", self.out),
            "put-other-object": one(
                "put-object", "--bucket", job.other_bucket, "--key", f"Client123/{job.run}.csv", *body
            ),
            "list-buckets": one("list-buckets"),
            "list-object-versions": one("list-object-versions", *bucket, "--prefix", job.seed_prefix),
            "get-bucket-policy": one("get-bucket-policy", *bucket),
            "get-bucket-acl": one("get-bucket-acl", *bucket),
            "get-bucket-versioning": one("get-bucket-versioning", *bucket),
            "get-bucket-encryption": one("get-bucket-encryption", *bucket),
            "get-public-access-block": one("get-public-access-block", *bucket),
            "put-public-access-block": one(
                "put-public-access-block", *bucket, "--public-access-block-configuration", public_access
            ),
            "put-bucket-encryption": one(
                "put-bucket-encryption", *bucket, "--server-side-encryption-configuration", encryption
            ),
            "delete-bucket": one("delete-bucket", *bucket),
            "list-users": other("iam", "list-users"),
            "list-roles": other("iam", "list-roles"),
            "list-outside-prefix": one("list-objects-v2", *bucket, "--prefix", "outside/"),
            "list-whole-bucket": one("list-objects-v2", *bucket),
            "get-outside-object": one("get-object", *bucket, "--key", job.outside_key, self.out),
            "put-outside-object": one("put-object", *outside, *body),
            "delete-outside-object": one("delete-object", *outside),
        }


def void(_answer: object) -> None:
    """A success: nothing more to tell."""


def main() -> None:
    job = job_from_environment()
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        fail("AWS_ACCESS_KEY_ID is not set")
    warm_up()
    with tempfile.TemporaryDirectory(prefix="channelmix-") as folder:
        run(calls_of(job), Client(job, folder).attempts())


if __name__ == "__main__":
    main()
