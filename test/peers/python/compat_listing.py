"""Listings: pages, delimiters, markers, encodings, and the order of keys."""

from botocore.handlers import set_list_objects_encoding_type_url

from compat import S3_API, World, case, same

V2 = f"{S3_API}API_ListObjectsV2.html"
V1 = f"{S3_API}API_ListObjects.html"

TREE = ("a.csv", "b/1.csv", "b/2.csv", "c/d/1.csv", "e.csv")


def tree(world: World, *keys: str) -> str:
    """Puts objects under a prefix of their own and returns the prefix."""
    prefix = f"{world.name('tree')}/"
    for key in keys or TREE:
        world.s3.put_object(Bucket=world.bucket, Key=f"{prefix}{key}", Body=b"x")
    return prefix


def keys(answer: dict, prefix: str) -> list[str]:
    return [item["Key"].removeprefix(prefix) for item in answer.get("Contents", [])]


def prefixes(answer: dict, prefix: str) -> list[str]:
    return [item["Prefix"].removeprefix(prefix) for item in answer.get("CommonPrefixes", [])]


@case("list-v2-pages", "allow", V2)
def v2_pages(world: World) -> None:
    prefix = tree(world)
    pages = world.s3.get_paginator("list_objects_v2").paginate(
        Bucket=world.bucket, Prefix=prefix, PaginationConfig={"PageSize": 2}
    )
    found = [(keys(page, prefix), page["IsTruncated"], page["KeyCount"]) for page in pages]
    same(found, [(["a.csv", "b/1.csv"], True, 2), (["b/2.csv", "c/d/1.csv"], True, 2), (["e.csv"], False, 1)], "pages")


@case("list-v2-delimiter", "allow", V2)
def v2_delimiter(world: World) -> None:
    prefix = tree(world)
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, Delimiter="/")
    same((keys(answer, prefix), prefixes(answer, prefix)), (["a.csv", "e.csv"], ["b/", "c/"]), "keys and prefixes")
    same(answer["KeyCount"], 4, "KeyCount")


@case("list-v2-delimiter-in-pages", "allow", V2)
def v2_delimiter_pages(world: World) -> None:
    prefix = tree(world)
    pages = world.s3.get_paginator("list_objects_v2").paginate(
        Bucket=world.bucket, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    found = [keys(page, prefix) + prefixes(page, prefix) for page in pages]
    same(found, [["a.csv"], ["b/"], ["c/"], ["e.csv"]], "pages")


@case("list-v2-start-after", "allow", V2)
def v2_start_after(world: World) -> None:
    prefix = tree(world)
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, StartAfter=f"{prefix}b/1.csv")
    same(keys(answer, prefix), ["b/2.csv", "c/d/1.csv", "e.csv"], "keys")


@case("list-v2-no-keys-asked-for", "allow", V2)
def v2_max_keys_0(world: World) -> None:
    prefix = tree(world)
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, MaxKeys=0)
    same((answer["KeyCount"], answer["IsTruncated"]), (0, False), "KeyCount and IsTruncated")


@case("list-v2-more-than-1000", "allow", V2)
def v2_max_keys_cap(world: World) -> None:
    prefix = tree(world)
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, MaxKeys=5000)
    same(answer["MaxKeys"], 1000, "MaxKeys")


@case("list-v2-wrong-token", "error InvalidArgument 400", V2)
def v2_wrong_token(world: World) -> None:
    world.s3.list_objects_v2(Bucket=world.bucket, ContinuationToken="not a token")


@case("list-v2-negative-max-keys", "error InvalidArgument 400", V2)
def v2_negative(world: World) -> None:
    world.s3.list_objects_v2(Bucket=world.bucket, MaxKeys=-1)


@case("list-v1-pages", "allow", V1)
def v1_pages(world: World) -> None:
    prefix = tree(world)
    first = world.s3.list_objects(Bucket=world.bucket, Prefix=prefix, MaxKeys=3)
    same((keys(first, prefix), first["IsTruncated"]), (["a.csv", "b/1.csv", "b/2.csv"], True), "first page")
    second = world.s3.list_objects(Bucket=world.bucket, Prefix=prefix, Marker=first["Contents"][-1]["Key"])
    same((keys(second, prefix), second["IsTruncated"]), (["c/d/1.csv", "e.csv"], False), "second page")


@case("list-v1-delimiter", "allow", V1)
def v1_delimiter(world: World) -> None:
    prefix = tree(world)
    pages = world.s3.get_paginator("list_objects").paginate(
        Bucket=world.bucket, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": 2}
    )
    found = [sorted(keys(page, prefix) + prefixes(page, prefix)) for page in pages]
    same(found, [["a.csv", "b/"], ["c/", "e.csv"]], "pages")


@case("list-order-is-by-utf-8-bytes", "allow", V2)
def order(world: World) -> None:
    # U+FF21 stands before U+1F680 in UTF-8, after it in UTF-16; capitals stand before small letters.
    unordered = ("🚀", "Ａ", "ä", "z", "Z", "a/b", "a-b", "a")
    prefix = tree(world, *unordered)
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix)
    same(keys(answer, prefix), sorted(unordered, key=lambda key: key.encode()), "keys")


@case("list-non-ascii-without-encoding", "allow", V2)
def non_ascii_plain(world: World) -> None:
    prefix = tree(world, "Fußball/Ürün.csv", "🚀.csv")
    s3 = world.s3
    # boto3 asks for encoding-type=url by itself; without it the listing holds the keys as they are.
    s3.meta.events.unregister("before-parameter-build.s3.ListObjectsV2", set_list_objects_encoding_type_url)
    answer = s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, Delimiter="/")
    same((keys(answer, prefix), prefixes(answer, prefix)), (["🚀.csv"], ["Fußball/"]), "keys and prefixes")


@case("list-non-ascii-prefix", "allow", V2)
def non_ascii_prefix(world: World) -> None:
    prefix = tree(world, "Übersicht/1.csv", "Übersicht/2.csv", "Uebersicht/3.csv")
    answer = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=f"{prefix}Üb", Delimiter="/")
    same(prefixes(answer, prefix), ["Übersicht/"], "common prefixes")


@case("list-of-many-keys", "allow", V2)
def many(world: World) -> None:
    name = world.name("many")
    s3 = world.s3
    s3.create_bucket(Bucket=name)
    for number in range(25):
        s3.put_object(Bucket=name, Key=f"{number:02}.csv", Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name, PaginationConfig={"PageSize": 10})
    found = [item["Key"] for page in pages for item in page["Contents"]]
    same(found, [f"{number:02}.csv" for number in range(25)], "keys")


@case("list-entries", "allow", V2)
def entries(world: World) -> None:
    prefix = tree(world, "a.csv")
    plain = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix)["Contents"][0]
    same((plain["Size"], plain["StorageClass"], "Owner" in plain), (1, "STANDARD", False), "size, class and owner")
    with_owner = world.s3.list_objects_v2(Bucket=world.bucket, Prefix=prefix, FetchOwner=True)["Contents"][0]
    same("ID" in with_owner.get("Owner", {}), True, "owner when asked for")
