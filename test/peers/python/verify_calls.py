"""The calls of a standard verify of minimal access, one after another, as a script with boto3 makes them.

Prints one JSON line: the wall time of each round in milliseconds, and how many calls a round has. Loading boto3 and making the caller's
clients is left out, as in the verifier's own figure; the session's client is made within, since it needs the session.
"""

import json
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
BODY = b"x" * 202


class Counted:
    """Calls that may be refused, counted."""

    def __init__(self):
        self.count = 0

    def allowed(self, call, **arguments):
        self.count += 1
        return call(**arguments)

    def refused(self, call, **arguments):
        self.count += 1
        try:
            call(**arguments)
        except ClientError:
            return
        raise SystemExit(f"{call.__name__} was not refused")


def one_round(options, sts, s3_caller, role_arn, bucket):
    calls = Counted()
    account = role_arn.split(":")[4]
    name = {"RoleArn": role_arn, "RoleSessionName": "bench"}
    calls.allowed(sts.get_caller_identity)
    calls.refused(s3_caller.head_bucket, Bucket=bucket)
    session = calls.allowed(sts.assume_role, DurationSeconds=900, **name)["Credentials"]
    calls.allowed(sts.assume_role, Policy=DENY_ALL, **name)
    calls.refused(sts.assume_role, Policy=DENY_ALL, DurationSeconds=43200, **name)
    s3 = boto3.client(
        "s3",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
        **options,
    )
    key = f".channelmix-verify/{uuid.uuid4().hex}"
    special = f"{key} a+b&c%2Bd=é漢.csv"
    own = {"Bucket": bucket, "Key": key}
    other = {"Bucket": bucket, "Key": special}
    calls.allowed(s3.head_bucket, Bucket=bucket, ExpectedBucketOwner=account)
    calls.allowed(s3.put_object, Body=BODY, IfNoneMatch="*", **own)
    calls.allowed(s3.get_object, **own)["Body"].read()
    calls.allowed(s3.head_object, **own)
    calls.allowed(s3.get_object, Range="bytes=20-59", **own)["Body"].read()
    calls.allowed(s3.put_object, Body=BODY, **own)
    calls.allowed(s3.get_object, **own)["Body"].read()
    calls.allowed(s3.put_object, Body=BODY, IfNoneMatch="*", **other)
    calls.allowed(s3.get_object, **other)["Body"].read()
    calls.allowed(s3.list_objects_v2, Bucket=bucket, Prefix=special, MaxKeys=1)
    calls.allowed(s3.delete_object, **other)
    calls.refused(s3.abort_multipart_upload, UploadId="no-such-upload", **own)
    calls.allowed(s3.list_objects_v2, Bucket=bucket, MaxKeys=1)
    calls.allowed(s3.list_objects_v2, Bucket=bucket, Prefix=".channelmix-verify/", MaxKeys=1)
    calls.refused(s3.list_buckets)
    calls.refused(s3.get_bucket_policy, Bucket=bucket)
    calls.refused(s3.get_bucket_acl, Bucket=bucket)
    calls.refused(s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    calls.allowed(s3.delete_object, **own)
    calls.allowed(s3.list_objects_v2, Bucket=bucket, Prefix=key, MaxKeys=1)
    return calls.count


def main(endpoint, account, role_arn, bucket, rounds):
    options = {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "config": Config(s3={"addressing_style": "path"}),
    }
    caller = {"aws_access_key_id": account, "aws_secret_access_key": account}
    sts = boto3.client("sts", **caller, **options)
    s3_caller = boto3.client("s3", **caller, **options)
    times = []
    count = 0
    for _ in range(int(rounds)):
        began = time.perf_counter()
        count = one_round(options, sts, s3_caller, role_arn, bucket)
        times.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"calls": count, "ms": times}))


main(*sys.argv[1:])
