"""Starts LocalEmu on the address that GATEWAY_LISTEN names; its other settings are environment variables of its own.

Two things of LocalEmu 1.3.2 are mended from outside: its Twisted server takes only the port from GATEWAY_LISTEN and listens
on every interface, and on Python 3.12 it needs `warnings.deprecated`, which came with 3.13.

Ends when its standard input does, so that it never outlives the process that started it.
"""

import functools
import os
import sys
import threading
import warnings

import typing_extensions
from twisted.internet import endpoints

HOST = os.environ["GATEWAY_LISTEN"].rpartition(":")[0]


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    if not hasattr(warnings, "deprecated"):
        warnings.deprecated = typing_extensions.deprecated
    endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface=HOST)
    threading.Thread(target=end_with_parent, daemon=True).start()

    from localemu.runtime.main import main

    main()
