"""Reads accounts from stdin, one JSON object a line (`{"name", "details"}`, details as `aws iam get-account-authorization-details` prints
them), and prints what Cloudsplaining finds in the policies of each: `{"name", "found": {category: [item, ...]}}`. A first line has the ways to
more permissions that Cloudsplaining knows, `{"methods": {name: [action, ...]}}`.
"""

import contextlib
import json
import sys

from cloudsplaining.scan.authorization_details import AuthorizationDetails
from cloudsplaining.shared.constants import PRIVILEGE_ESCALATION_METHODS
from cloudsplaining.shared.exclusions import Exclusions

CATEGORIES = (
    "PrivilegeEscalation",
    "DataExfiltration",
    "ResourceExposure",
    "ServiceWildcard",
    "CredentialsExposure",
    "InfrastructureModification",
)
NOTHING = {"policies": [], "roles": [], "users": [], "groups": [], "include-actions": [], "exclude-actions": []}


def judge(details: dict) -> dict:
    # It prints what it does not like, such as managed policies of AWS that are not among the details.
    with contextlib.redirect_stdout(sys.stderr):
        results = AuthorizationDetails(details, Exclusions(NOTHING)).results
    found = {}
    for kind in ("inline_policies", "customer_managed_policies", "aws_managed_policies"):
        for policy in results[kind].values():
            for category in CATEGORIES:
                items = policy[category]
                items = items["findings"] if isinstance(items, dict) else items
                names = [item["type"] if isinstance(item, dict) else item for item in items]
                found.setdefault(category, []).extend(names)
    return {category: sorted(set(items)) for category, items in found.items() if items}


if __name__ == "__main__":
    print(json.dumps({"methods": PRIVILEGE_ESCALATION_METHODS}))
    for line in sys.stdin:
        account = json.loads(line)
        print(json.dumps({"name": account["name"], "found": judge(account["details"])}))
