"""Presigned URLs, as boto3 makes them and any HTTP client sends them."""

import re
import time

from compat import S3_API, S3_GUIDE, World, allow, case, fetch, same
from compat_signatures import session

PAGE = f"{S3_GUIDE}using-presigned-url.html"
QUERY = f"{S3_API}sigv4-query-string-auth.html"


def url(world: World, operation: str, key: str, client=None, expires: int = 60, **more) -> str:
    """A presigned URL (Signature Version 4) for one operation on a key; by a user who may do everything unless said otherwise."""
    client = client or granted(world, "s3:*")
    return client.generate_presigned_url(operation, Params={"Bucket": world.bucket, "Key": key, **more}, ExpiresIn=expires)


def granted(world: World, *actions: str):
    key_id, secret = world.user(allow(list(actions), f"{world.arn}/*"))
    return world.client("s3", key_id, secret, signature_version="s3v4")


@case("presigned-get", "allow", PAGE)
def presigned_get(world: World) -> None:
    same(fetch("GET", url(world, "get_object", world.key("a.csv", b"presigned"))).data, b"presigned", "body")


@case("presigned-get-by-root", "allow", PAGE)
def presigned_get_by_root(world: World) -> None:
    key = world.key("a.csv", b"presigned")
    root = world.client("s3", signature_version="s3v4")
    same(fetch("GET", url(world, "get_object", key, root)).data, b"presigned", "body")


@case("presigned-get-of-an-odd-key", "allow", PAGE)
def presigned_odd_key(world: World) -> None:
    key = world.key("September 2024 + Ümlaut & 100%.csv", b"presigned")
    same(fetch("GET", url(world, "get_object", key)).data, b"presigned", "body")


@case("presigned-get-without-permission", "deny AccessDenied 403", PAGE)
def presigned_without_permission(world: World) -> None:
    fetch("GET", url(world, "get_object", world.key("a.csv"), granted(world, "s3:PutObject")))


@case("presigned-get-tampered", "deny SignatureDoesNotMatch 403", QUERY)
def presigned_tampered(world: World) -> None:
    signed = url(world, "get_object", world.key("a.csv"))
    fetch("GET", re.sub(r"X-Amz-Signature=\w{4}", "X-Amz-Signature=0000", signed))


@case("presigned-get-for-another-key", "deny SignatureDoesNotMatch 403", QUERY)
def presigned_other_key(world: World) -> None:
    key, other = world.key("a.csv"), world.key("b.csv")
    fetch("GET", url(world, "get_object", key).replace(key, other))


@case("presigned-get-used-for-put", "deny SignatureDoesNotMatch 403", QUERY)
def presigned_other_method(world: World) -> None:
    fetch("PUT", url(world, "get_object", world.key("a.csv")), b"x")


@case("presigned-get-with-more-query", "deny SignatureDoesNotMatch 403", QUERY)
def presigned_more_query(world: World) -> None:
    fetch("GET", url(world, "get_object", world.key("a.csv")) + "&response-content-type=text%2Fplain")


@case("presigned-get-expired", "deny AccessDenied 403", QUERY)
def presigned_expired(world: World) -> None:
    signed = url(world, "get_object", world.key("a.csv"), expires=1)
    time.sleep(2.2)
    fetch("GET", signed)


@case("presigned-get-for-eight-days", "error AuthorizationQueryParametersError 400", QUERY)
def presigned_too_long(world: World) -> None:
    fetch("GET", url(world, "get_object", world.key("a.csv"), expires=691_200))


@case("presigned-get-with-response-headers", "allow", f"{S3_API}API_GetObject.html")
def presigned_response_headers(world: World) -> None:
    signed = url(world, "get_object", world.key("a.csv"), ResponseContentType="text/csv", ResponseContentDisposition="attachment")
    answer = fetch("GET", signed)
    same((answer.headers["Content-Type"], answer.headers["Content-Disposition"]), ("text/csv", "attachment"), "headers")


@case("presigned-put", "allow", PAGE)
def presigned_put(world: World) -> None:
    fetch("PUT", url(world, "put_object", "presigned/put.csv"), b"sent")
    same(world.s3.get_object(Bucket=world.bucket, Key="presigned/put.csv")["Body"].read(), b"sent", "body")


@case("presigned-put-without-permission", "deny AccessDenied 403", PAGE)
def presigned_put_without_permission(world: World) -> None:
    fetch("PUT", url(world, "put_object", "presigned/user.csv", granted(world, "s3:GetObject")), b"sent")


@case("presigned-get-by-a-session", "allow", PAGE)
def presigned_get_by_session(world: World) -> None:
    key = world.key("a.csv", b"presigned")
    given = session(world)
    s3 = world.client(
        "s3", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], signature_version="s3v4"
    )
    same(fetch("GET", url(world, "get_object", key, s3)).data, b"presigned", "body")


@case("presigned-put-with-another-type", "deny SignatureDoesNotMatch 403", QUERY)
def presigned_put_type(world: World) -> None:
    signed = url(world, "put_object", "presigned/type.csv", ContentType="text/csv")
    fetch("PUT", signed, b"x", {"Content-Type": "text/plain"})


@case("presigned-head", "allow", PAGE)
def presigned_head(world: World) -> None:
    same(fetch("HEAD", url(world, "head_object", world.key("a.csv"))).headers["Content-Length"], "10", "Content-Length")


@case("presigned-delete", "allow", PAGE)
def presigned_delete(world: World) -> None:
    same(fetch("DELETE", url(world, "delete_object", world.key("a.csv"))).status, 204, "status")


@case("presigned-by-unknown-key", "deny InvalidAccessKeyId 403", QUERY)
def presigned_unknown(world: World) -> None:
    client = world.client("s3", "AKIAIOSFODNN7NOTHERE", "secret", signature_version="s3v4")
    fetch("GET", url(world, "get_object", world.key("a.csv"), client))
