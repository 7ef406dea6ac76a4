"""Reads policies from stdin, one JSON object a line (`{"name", "text"}`), and prints what parliament finds in each.

Every line that is printed is `{"name", "found": [{"id", "detail"}, ...]}`.
"""

import json
import sys

import parliament


def judge(text: str) -> list:
    # An exception of parliament's own is an answer, too: it is listed as a difference under this name.
    try:
        findings = parliament.analyze_policy_string(text).findings
    except Exception as error:
        return [{"id": "EXCEPTION", "detail": f"{type(error).__name__}: {error}"}]
    return [{"id": finding.issue, "detail": str(finding.detail)} for finding in findings]


if __name__ == "__main__":
    for line in sys.stdin:
        policy = json.loads(line)
        print(json.dumps({"name": policy["name"], "found": judge(policy["text"])}))
