"""Reads policies from stdin, one JSON object a line (`{"name", "text"}`), and prints what parliament finds in each; with the argument
`--community` its community auditors are asked, too.

Every line that is printed is `{"name", "found": [{"id", "detail", "statement"}, ...]}`; `statement` counts from 0, and is null for what is
about the whole document.
"""

import json
import sys

import parliament


def judge(text: str, community: bool) -> list:
    # An exception of parliament's own is an answer, too: it is listed as a difference under this name.
    try:
        policy = parliament.analyze_policy_string(text, include_community_auditors=community)
        found = policy.findings
    except Exception as error:
        return [{"id": "EXCEPTION", "detail": f"{type(error).__name__}: {error}", "statement": None}]
    places = {id(finding): index for index, one in enumerate(policy.statements) for finding in one.findings}
    return [
        {
            "id": finding.issue,
            "detail": str(finding.detail or finding.location),
            "statement": places.get(id(finding)),
        }
        for finding in found
    ]


if __name__ == "__main__":
    for line in sys.stdin:
        policy = json.loads(line)
        print(json.dumps({"name": policy["name"], "found": judge(policy["text"], "--community" in sys.argv)}))
