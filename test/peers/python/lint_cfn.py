"""Reads policies from stdin, one JSON object a line (`{"name", "kind", "text"}`), and prints what cfn-lint's policy rules find.

Each policy becomes a resource of a CloudFormation template, so that text which is no JSON cannot be asked about and is left out.
Every line that is printed is `{"name", "found": [{"id", "detail", "statement"}, ...]}`; `statement` counts from 0, and is null for what is
about the whole document.
"""

import json
import sys

from cfnlint.api import ManualArgs, lint

CHUNK = 100


def resource(kind: str, document: object) -> dict:
    if kind == "trust":
        return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    if kind == "bucket":
        return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "my-bucket", "PolicyDocument": document}}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}


def statement_of(path: list) -> int | None:
    if path[:1] != ["Statement"] or len(path) < 2:
        return None
    return path[1] if isinstance(path[1], int) else 0


def judge(policies: list) -> dict:
    found = {policy["name"]: [] for policy in policies}
    names = {f"P{index}": policy["name"] for index, policy in enumerate(policies)}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            f"P{index}": resource(policy["kind"], policy["document"]) for index, policy in enumerate(policies)
        },
    }
    config = ManualArgs(regions=["us-east-1"], include_checks=["I"])
    for match in lint(json.dumps(template), config=config):
        path = list(match.path)
        if len(path) > 1 and path[1] in names and "PolicyDocument" in str(path[3:4]):
            found[names[path[1]]].append(
                {"id": match.rule.id, "detail": match.message, "statement": statement_of(path[4:])}
            )
    return found


if __name__ == "__main__":
    readable = []
    for line in sys.stdin:
        policy = json.loads(line)
        try:
            readable.append({**policy, "document": json.loads(policy["text"])})
        except json.JSONDecodeError:
            continue
    for start in range(0, len(readable), CHUNK):
        for name, found in judge(readable[start : start + CHUNK]).items():
            print(json.dumps({"name": name, "found": found}))
