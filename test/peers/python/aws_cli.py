"""Runs the AWS CLI's own code, one forked process a command.

`aws` spends 0.3 s on imports each time, and the peers' tests run two thousand commands. So the imports are done once, and
each command gets a fork of this process, in which the CLI's `main` runs as the `aws` script would run it: with its own
arguments, environment, output and exit code. With PEER_AWS_EXECUTABLE set, that program is started instead.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Any, Mapping

from verdicts import Refused, fail

_ERROR = re.compile(r"An error occurred \(([^)]+)\) when calling the (\w+) operation")


@dataclass(frozen=True)
class Output:
    """What a command left: exit code, stdout and stderr."""

    exit_code: int
    stdout: bytes
    stderr: str


def run_aws(arguments: list[str], environment: Mapping[str, str]) -> Output:
    """Runs one command with this environment on top of the process's own."""
    executable = os.environ.get("PEER_AWS_EXECUTABLE")
    if executable:
        done = subprocess.run(
            [executable, *arguments], env={**os.environ, **environment}, capture_output=True, check=False, timeout=60
        )
        return Output(done.returncode, done.stdout, done.stderr.decode())
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            become_aws(arguments, environment, out.fileno(), err.fileno())
        _, wait_status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return Output(os.waitstatus_to_exitcode(wait_status), out.read(), err.read().decode())


def aws(arguments: list[str], environment: Mapping[str, str]) -> bytes:
    """The output of a command that must succeed; raises `Refused` with the service's code."""
    output = run_aws(arguments, environment)
    if output.exit_code == 0:
        return output.stdout
    found = _ERROR.search(output.stderr)
    if not found:
        fail(f"aws {' '.join(arguments[:2])} ended with {output.exit_code}: {output.stderr.strip()[:500]}")
    raise Refused(found.group(1), None)


_DRIVER: Any = None


def warm_up() -> None:
    """Loads the CLI into this process, for the commands to be forked from it."""
    global _DRIVER
    if not os.environ.get("PEER_AWS_EXECUTABLE") and _DRIVER is None:
        from awscli import clidriver

        _DRIVER = clidriver.create_clidriver()
        _DRIVER._get_command_table()
        loader = _DRIVER.session.get_component("data_loader")
        for service in ("iam", "s3", "sts"):
            _DRIVER.session.get_service_model(service)
            loader.load_service_model(service, "endpoint-rule-set-1")
        loader.load_data("endpoints")


def become_aws(arguments: list[str], environment: Mapping[str, str], out: int, err: int) -> None:
    """Turns this process, a fork, into the CLI; it ends with the CLI's exit code."""
    code = 255
    try:
        os.environ.update(environment)
        os.dup2(out, 1)
        os.dup2(err, 2)
        code = _DRIVER.main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 255
    finally:
        os._exit(code)
