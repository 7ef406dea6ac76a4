"""Prints the AWS managed policies that moto ships, one JSON object a line: `{"name", "document"}`.

moto's file is text that holds JSON; moto itself is not imported, since it is installed without what it needs.
"""

import ast
import importlib.util
import json
import pathlib


def managed_policies() -> dict:
    spec = importlib.util.find_spec("moto")
    if spec is None or spec.origin is None:
        raise SystemExit("moto is not installed")
    path = pathlib.Path(spec.origin).parent / "iam" / "aws_managed_policies.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "aws_managed_policies_data":
            return json.loads(ast.literal_eval(node.value))
    raise SystemExit(f"{path} has no aws_managed_policies_data")


if __name__ == "__main__":
    for name, policy in sorted(managed_policies().items()):
        print(json.dumps({"name": name, "document": policy["Document"]}))
