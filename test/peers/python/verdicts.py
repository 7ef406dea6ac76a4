"""What both clients print: one verdict for each call, as a line of JSON.

A verdict is {call, action, resource, result, code, http}. `result` is "allow" when the service did the call, "deny" when it
refused the caller, and "error" for every other answer (`code` says which; "Mismatch" with a `detail` where the call succeeded
with a wrong answer). `http` is null where the client does not tell.
"""

import json
import sys
from dataclasses import dataclass
from typing import Callable, Iterable, Mapping

# What a service says when it refuses the caller, and not the request. A HEAD has no body, so its code is the status.
REFUSALS = frozenset({
    "AccessDenied",
    "AccessDeniedException",
    "403",
    "Forbidden",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "ExpiredToken",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "MissingAuthenticationToken",
})


@dataclass(frozen=True)
class Call:
    """One call of a job: what it is named in verdicts, and the permission that it needs."""

    id: str
    action: str
    resource: str


class Refused(Exception):
    """A call that did not succeed, with the service's error code."""

    def __init__(self, code: str, http: int | None):
        super().__init__(code)
        self.code = code
        self.http = http


class Mismatch(Exception):
    """A call that succeeded with an answer that is not right."""


def verdict(call: Call, attempt: Callable[[], int | None]) -> dict:
    """Runs one call and judges it. `attempt` returns the HTTP status and raises `Refused` or `Mismatch`."""
    base = {"call": call.id, "action": call.action, "resource": call.resource}
    try:
        return {**base, "result": "allow", "code": "", "http": attempt()}
    except Refused as refused:
        result = "deny" if refused.code in REFUSALS else "error"
        return {**base, "result": result, "code": refused.code, "http": refused.http}
    except Mismatch as mismatch:
        return {**base, "result": "error", "code": "Mismatch", "http": None, "detail": str(mismatch)}


def run(calls: Iterable[Call], attempts: Mapping[str, Callable[[], int | None]]) -> None:
    """Makes the calls in order and prints their verdicts. Without the role there is nothing more to do after `assume-role`.
    A call without an attempt is a fault of the script."""
    for call in calls:
        answer = verdict(call, attempts[call.id])
        print(json.dumps(answer), flush=True)
        if call.id == "assume-role" and answer["result"] != "allow":
            return


def fail(message: str) -> None:
    """Ends the script for a fault that is no verdict."""
    print(message, file=sys.stderr)
    sys.exit(2)
