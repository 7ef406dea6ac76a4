"""The frame of the compatibility cases: single calls whose answer AWS documents, made by boto3 against any endpoint.

A case is a function with an id, the answer that AWS's documentation gives, and the page that gives it. Cases are found in
the modules that `compat_main.py` lists. Expectations are written `allow`, or `<deny|error> <code> <status>`.
"""

import json
import os
import re
import uuid
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from verdicts import REFUSALS, Mismatch, Refused

S3_API = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
S3_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
IAM_API = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
STS_API = "https://docs.aws.amazon.com/STS/latest/APIReference/"
ERRORS = f"{S3_API}ErrorResponses.html"

CLIENT = "111122223333"
CHANNELMIX = "031871504755"
STRANGER = "444455556666"

_HTTP = urllib3.PoolManager(retries=False, ca_certs=os.environ.get("AWS_CA_BUNDLE"))


def resolve_localhost_names() -> None:
    """Makes names under `localhost` loopback addresses (RFC 6761), as browsers and systemd-resolved do; the C library's own
    resolver may not. For virtual-hosted addressing."""
    from urllib3.util import connection

    create = connection.create_connection

    def create_local(address: tuple[str, int], *more: Any, **named: Any) -> Any:
        host, port = address
        local = re.search(r"(^|\.)localhost(\.localemu\.cloud)?$", host) is not None
        return create(("127.0.0.1" if local else host, port), *more, **named)

    connection.create_connection = create_local


@dataclass(frozen=True)
class World:
    """An endpoint with a bucket of account 111122223333 in it, made for one run of the cases."""

    endpoint: str
    virtual_endpoint: str
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def bucket(self) -> str:
        return f"compat-{self.run}"

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"

    def client(self, service: str, key_id: str = CLIENT, secret: str = "", token: str | None = None, **config: Any) -> Any:
        """A boto3 client; by default with the root key of the client's account. Nothing is retried."""
        s3 = config.pop("s3", {"addressing_style": "path"})
        return boto3.client(
            service,
            endpoint_url=config.pop("endpoint", self.endpoint),
            region_name=config.pop("region", "us-east-1"),
            aws_access_key_id=key_id,
            aws_secret_access_key=secret or key_id,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, s3=s3, **config),
        )

    @property
    def s3(self) -> Any:
        """S3 as the account's root user."""
        return self.client("s3")

    def name(self, what: str) -> str:
        """A name for a user, role or bucket that no other run has."""
        return f"{what}-{self.run}-{uuid.uuid4().hex[:6]}"

    def key(self, name: str, body: bytes = b"0123456789", **more: Any) -> str:
        """Puts an object as root and returns its key."""
        key = f"{uuid.uuid4().hex[:8]}/{name}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **more)
        return key

    def user(self, *statements: Mapping, account: str = CLIENT) -> tuple[str, str]:
        """A new IAM user with one inline policy: its access key id and secret."""
        iam = self.client("iam", account)
        name = self.name("user")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        given = iam.create_access_key(UserName=name)["AccessKey"]
        return given["AccessKeyId"], given["SecretAccessKey"]


def policy(*statements: Mapping) -> str:
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@dataclass(frozen=True)
class Case:
    id: str
    expect: str
    page: str
    run: Callable[[World], None]


CASES: list[Case] = []


def case(id: str, expect: str, page: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """Registers a function as a case."""

    def register(function: Callable[[World], None]) -> Callable[[World], None]:
        CASES.append(Case(id, expect, page, function))
        return function

    return register


def same(what: Any, wanted: Any, name: str) -> None:
    """Raises `Mismatch` where the service answered something else."""
    if what != wanted:
        raise Mismatch(f"{name} is {what!r}, not {wanted!r}")


def fetch(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> urllib3.BaseHTTPResponse:
    """One plain HTTP request (no credentials but those in the URL); an error answer raises `Refused` with S3's code."""
    answer = _HTTP.request(method, url, body=body, headers=dict(headers or {}), redirect=False)
    if answer.status >= 300:
        code = re.search(rb"<Code>([^<]+)</Code>", answer.data)
        raise Refused(code.group(1).decode() if code else str(answer.status), answer.status)
    return answer


def judge(case: Case, world: World) -> dict:
    """Runs a case: its verdict, with what is expected and where that is written."""
    base = {"call": case.id, "action": "", "resource": world.bucket, "expect": case.expect, "page": case.page}
    try:
        case.run(world)
        return {**base, "result": "allow", "code": "", "http": None}
    except ClientError as error:
        refused = Refused(error.response["Error"]["Code"], error.response["ResponseMetadata"].get("HTTPStatusCode"))
    except Refused as error:
        refused = error
    except Mismatch as mismatch:
        return {**base, "result": "error", "code": "Mismatch", "http": None, "detail": str(mismatch)}
    result = "deny" if refused.code in REFUSALS else "error"
    return {**base, "result": result, "code": refused.code, "http": refused.http}


def world_from_environment() -> World:
    """The endpoint as the harness names it, with an empty bucket made in it."""
    endpoint = os.environ["PEER_ENDPOINT"]
    world = World(endpoint, os.environ.get("PEER_VIRTUAL_ENDPOINT", endpoint))
    world.s3.create_bucket(Bucket=world.bucket)
    return world
