"""Settings above the bucket: the public access block of an account, the requester that pays; and settings that are kept."""

from compat import CHANNELMIX, CLIENT, S3_API, S3_GUIDE, World, allow, case, fetch, policy, same

BLOCK = f"{S3_GUIDE}access-control-block-public-access.html"
PAYS = f"{S3_GUIDE}RequesterPaysBuckets.html"


def control(world: World, key_id: str = CLIENT):
    """The account's settings; the account id stands in front of the host name, so it has to be a name."""
    return world.client("s3control", key_id, endpoint=world.virtual_endpoint)


def set_block(world: World, **switches: bool) -> None:
    control(world).put_public_access_block(AccountId=CLIENT, PublicAccessBlockConfiguration=switches)


def remove_block(world: World) -> None:
    control(world).delete_public_access_block(AccountId=CLIENT)


def public_bucket(world: World) -> str:
    """A new bucket that blocks nothing by itself."""
    name = world.name("public")
    world.s3.create_bucket(Bucket=name)
    world.s3.delete_public_access_block(Bucket=name)
    return name


def publish(world: World, bucket: str) -> None:
    statement = {**allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), "Principal": "*"}
    world.s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement))


@case("account-block-is-absent-at-first", "error NoSuchPublicAccessBlockConfiguration 404", f"{S3_API}API_control_GetPublicAccessBlock.html")
def block_absent(world: World) -> None:
    control(world, CHANNELMIX).get_public_access_block(AccountId=CHANNELMIX)


@case("account-block-put-and-read", "allow", f"{S3_API}API_control_PutPublicAccessBlock.html")
def block_put(world: World) -> None:
    set_block(world, BlockPublicPolicy=True)
    given = control(world).get_public_access_block(AccountId=CLIENT)["PublicAccessBlockConfiguration"]
    remove_block(world)
    same((given["BlockPublicPolicy"], given["RestrictPublicBuckets"]), (True, False), "switches")


@case("account-block-of-another-account", "deny AccessDenied 403", f"{S3_API}API_control_GetPublicAccessBlock.html")
def block_of_another(world: World) -> None:
    control(world, CHANNELMIX).get_public_access_block(AccountId=CLIENT)


@case("account-block-refuses-a-public-policy", "deny AccessDenied 403", BLOCK)
def block_policy(world: World) -> None:
    bucket = public_bucket(world)
    set_block(world, BlockPublicPolicy=True)
    try:
        publish(world, bucket)
    finally:
        remove_block(world)


@case("account-block-closes-a-public-bucket", "deny AccessDenied 403", BLOCK)
def block_bucket(world: World) -> None:
    bucket = public_bucket(world)
    publish(world, bucket)
    world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1")
    set_block(world, RestrictPublicBuckets=True)
    try:
        fetch("GET", f"{world.endpoint}/{bucket}/a.csv")
    finally:
        remove_block(world)


def paying_bucket(world: World) -> str:
    bucket = public_bucket(world)
    publish(world, bucket)
    world.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"1")
    world.s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    return bucket


@case("requester-pays-without-a-word", "deny AccessDenied 403", PAYS)
def pays_silently(world: World) -> None:
    world.client("s3", CHANNELMIX).get_object(Bucket=paying_bucket(world), Key="a.csv")


@case("requester-pays-and-is-told-so", "allow", PAYS)
def pays(world: World) -> None:
    answer = world.client("s3", CHANNELMIX).get_object(Bucket=paying_bucket(world), Key="a.csv", RequestPayer="requester")
    same(answer.get("RequestCharged"), "requester", "RequestCharged")


@case("requester-pays-not-unsigned", "deny AccessDenied 403", PAYS)
def pays_unsigned(world: World) -> None:
    fetch("GET", f"{world.endpoint}/{paying_bucket(world)}/a.csv", headers={"x-amz-request-payer": "requester"})


@case("requester-pays-not-the-owner", "allow", PAYS)
def owner_pays(world: World) -> None:
    answer = world.s3.get_object(Bucket=paying_bucket(world), Key="a.csv")
    same(answer.get("RequestCharged"), None, "RequestCharged")


@case("replication-needs-versioning", "error InvalidRequest 400", f"{S3_API}API_PutBucketReplication.html")
def replication(world: World) -> None:
    bucket = public_bucket(world)
    rule = {
        "ID": "copy",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{world.bucket}"},
    }
    world.s3.put_bucket_replication(
        Bucket=bucket,
        ReplicationConfiguration={"Role": f"arn:aws:iam::{CLIENT}:role/copier", "Rules": [rule]},
    )
