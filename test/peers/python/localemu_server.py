"""Starts LocalEmu on the address that GATEWAY_LISTEN names; its other settings are environment variables of its own.

Two things of LocalEmu 1.3.2 are mended from outside: its Twisted server takes only the port from GATEWAY_LISTEN and listens
on every interface, and on Python 3.12 it needs `warnings.deprecated`, which came with 3.13.
"""

import functools
import os
import warnings

import typing_extensions
from twisted.internet import endpoints

from parent import end_with_parent

HOST = os.environ["GATEWAY_LISTEN"].rpartition(":")[0]


if __name__ == "__main__":
    if not hasattr(warnings, "deprecated"):
        warnings.deprecated = typing_extensions.deprecated
    endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface=HOST)
    end_with_parent()

    from localemu.runtime.main import main

    main()
