"""Runs every compatibility case and prints its verdict (see compat.py). Arguments name modules; without any, all run."""

import importlib
import json
import sys

from compat import CASES, judge, resolve_localhost_names, world_from_environment

MODULES = (
    "compat_signatures",
    "compat_presigned",
    "compat_objects",
    "compat_listing",
    "compat_multipart",
    "compat_versions",
    "compat_locks",
    "compat_kms",
    "compat_account",
    "compat_authorization",
    "compat_policies",
    "compat_trust",
)

if __name__ == "__main__":
    resolve_localhost_names()
    for module in sys.argv[1:] or MODULES:
        importlib.import_module(module)
    world = world_from_environment()
    for case in CASES:
        print(json.dumps(judge(case, world)), flush=True)
