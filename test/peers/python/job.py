"""The job that ChannelMix does with a grant, and what must be refused beside it: the calls, in order.

Both clients (boto3 and the AWS CLI) make these calls; each knows its own way to make them. Everything comes from the
environment, so that no secret stands in an argument list.
"""

import os
from dataclasses import dataclass

from verdicts import Call

PART = 8 * 1024 * 1024  # boto3's and the CLI's own threshold and part size
UPLOAD_BYTES = 20 * 1024 * 1024
SMALL_BODY = b"campaign,clicks\nsep,42\n"
PAGE_SIZE = 2


@dataclass(frozen=True)
class Job:
    """What a client has to know to do the job. `prefix` is empty or ends with a slash."""

    endpoint: str
    way: str
    role_arn: str
    bucket: str
    prefix: str
    other_bucket: str
    seeds: int
    stranger: tuple[str, str]
    run: str

    def key(self, name: str) -> str:
        """A key inside the granted prefix that belongs to this run alone."""
        return f"{self.prefix}Client123/{self.run}/{name}"

    @property
    def seed_prefix(self) -> str:
        """Where the objects stand that were there before, `seeds` of them."""
        return f"{self.prefix}seed/"

    @property
    def outside_key(self) -> str:
        """A key that exists outside the granted prefix."""
        return "outside/report.csv"


def job_from_environment() -> Job:
    """The job as the harness describes it; a missing variable is a KeyError."""
    env = os.environ
    return Job(
        endpoint=env["PEER_ENDPOINT"],
        way=env["PEER_WAY"],
        role_arn=env.get("PEER_ROLE_ARN", ""),
        bucket=env["PEER_BUCKET"],
        prefix=env.get("PEER_PREFIX", ""),
        other_bucket=env["PEER_OTHER_BUCKET"],
        seeds=int(env["PEER_SEEDS"]),
        stranger=(env["PEER_STRANGER_KEY_ID"], env["PEER_STRANGER_SECRET"]),
        run=env["PEER_RUN"],
    )


def calls_of(job: Job) -> list[Call]:
    """Every call of the job, in order. A job without a prefix has no call outside of it."""
    bucket = f"arn:aws:s3:::{job.bucket}"
    other = f"arn:aws:s3:::{job.other_bucket}"
    outside = f"{bucket}/{job.outside_key}"

    def own(name: str) -> str:
        return f"{bucket}/{job.key(name)}"

    assume = [
        Call("stranger-assume-role", "sts:AssumeRole", job.role_arn),
        Call("assume-role", "sts:AssumeRole", job.role_arn),
    ]
    # What the minimal access level is for.
    needed = [
        Call("get-caller-identity", "sts:GetCallerIdentity", "*"),
        Call("head-bucket", "s3:ListBucket", bucket),
        Call("list-pages", "s3:ListBucket", bucket),
        Call("put-object", "s3:PutObject", own("small.csv")),
        Call("upload-file", "s3:PutObject", own("large.csv")),
        Call("head-object", "s3:GetObject", own("large.csv")),
        Call("get-range", "s3:GetObject", own("large.csv")),
        Call("download-file", "s3:GetObject", own("large.csv")),
        Call("get-missing-object", "s3:GetObject", own("missing.csv")),
        Call("create-multipart-upload", "s3:PutObject", own("parts.csv")),
        Call("upload-part", "s3:PutObject", own("parts.csv")),
    ]
    # What the extended level adds.
    extended = [
        Call("list-parts", "s3:ListMultipartUploadParts", own("parts.csv")),
        Call("list-multipart-uploads", "s3:ListBucketMultipartUploads", bucket),
        Call("abort-multipart-upload", "s3:AbortMultipartUpload", own("parts.csv")),
        Call("get-bucket-location", "s3:GetBucketLocation", bucket),
        Call("put-object-with-tags", "s3:PutObjectTagging", own("tagged.csv")),
        Call("put-object-tagging", "s3:PutObjectTagging", own("small.csv")),
        Call("get-object-tagging", "s3:GetObjectTagging", own("small.csv")),
        Call("delete-object-tagging", "s3:DeleteObjectTagging", own("small.csv")),
    ]
    removal = [
        Call("delete-object", "s3:DeleteObject", own("large.csv")),
        Call("delete-objects", "s3:DeleteObject", own("small.csv")),
        Call("head-deleted-object", "s3:GetObject", own("large.csv")),
    ]
    # Beyond the grant: other places, then the bucket's configuration. None of them does harm where it is allowed: they
    # read, they set what is set already, or (create, delete) the service refuses them for the bucket's own state.
    beyond = [
        Call("list-other-bucket", "s3:ListBucket", other),
        Call("get-other-object", "s3:GetObject", f"{other}/report.csv"),
        Call("put-other-object", "s3:PutObject", f"{other}/Client123/{job.run}.csv"),
        Call("list-buckets", "s3:ListAllMyBuckets", "*"),
        Call("list-object-versions", "s3:ListBucketVersions", bucket),
        Call("get-bucket-policy", "s3:GetBucketPolicy", bucket),
        Call("get-bucket-acl", "s3:GetBucketAcl", bucket),
        Call("get-bucket-versioning", "s3:GetBucketVersioning", bucket),
        Call("get-bucket-encryption", "s3:GetEncryptionConfiguration", bucket),
        Call("get-public-access-block", "s3:GetBucketPublicAccessBlock", bucket),
        Call("put-public-access-block", "s3:PutBucketPublicAccessBlock", bucket),
        Call("put-bucket-encryption", "s3:PutEncryptionConfiguration", bucket),
        Call("delete-bucket", "s3:DeleteBucket", bucket),
        Call("list-users", "iam:ListUsers", "*"),
        Call("list-roles", "iam:ListRoles", "*"),
    ]
    beyond_prefix = [
        Call("list-outside-prefix", "s3:ListBucket", bucket),
        Call("list-whole-bucket", "s3:ListBucket", bucket),
        Call("get-outside-object", "s3:GetObject", outside),
        Call("put-outside-object", "s3:PutObject", f"{bucket}/outside/{job.run}.csv"),
        Call("delete-outside-object", "s3:DeleteObject", f"{bucket}/outside/{job.run}.csv"),
    ]
    return [
        *(assume if job.way == "role" else []),
        *needed,
        *extended,
        *removal,
        *beyond,
        *(beyond_prefix if job.prefix else []),
    ]
