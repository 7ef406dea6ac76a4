"""Prints what Cloudsplaining says of each action by itself, on everything: `{"name": "only ACTION", "found": {category: [ACTION]}}`, a line each.
The actions are those that it knows as a way to more permissions, as data or as credentials, all that manage permissions, and whatever writes
in S3, KMS, STS and IAM; those of which it says nothing are left out.
"""

import json

from cloudsplaining.scan.policy_document import PolicyDocument
from cloudsplaining.shared import constants
from cloudsplaining.shared.exclusions import Exclusions
from policy_sentry.querying.actions import remove_actions_not_matching_access_level
from policy_sentry.querying.all import get_all_actions

NOTHING = Exclusions({"policies": [], "roles": [], "users": [], "groups": [], "include-actions": [], "exclude-actions": []})
OWN = ("s3", "kms", "sts", "iam")


def actions() -> list[str]:
    every = sorted(get_all_actions())
    by_level = {
        level: remove_actions_not_matching_access_level(every, level)
        for level in ("Permissions management", "Write", "Tagging")
    }
    named = [
        *constants.ACTIONS_THAT_RETURN_CREDENTIALS,
        *constants.READ_ONLY_DATA_EXFILTRATION_ACTIONS,
        *(action for way in constants.PRIVILEGE_ESCALATION_METHODS.values() for action in way),
    ]
    spelled = {action.lower(): action for action in every}
    return sorted(
        {
            *by_level["Permissions management"],
            *(action for action in (*by_level["Write"], *by_level["Tagging"]) if action.split(":")[0] in OWN),
            *(spelled[action.lower()] for action in named if action.lower() in spelled),
        }
    )


def judge(action: str) -> dict[str, list[str]]:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    policy = PolicyDocument(document, NOTHING)
    found = {
        "PrivilegeEscalation": policy.allows_privilege_escalation,
        "DataExfiltration": policy.allows_data_exfiltration_actions,
        "ResourceExposure": policy.permissions_management_without_constraints,
        "CredentialsExposure": policy.credentials_exposure,
        "InfrastructureModification": policy.infrastructure_modification,
    }
    return {category: [action] for category, items in found.items() if items}


if __name__ == "__main__":
    for one in actions():
        if categories := judge(one):
            print(json.dumps({"name": f"only {one}", "found": categories}))
