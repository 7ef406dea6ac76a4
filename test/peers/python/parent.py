"""For servers: they end when the process that started them does, however that ends."""

import os
import sys
import threading


def end_with_parent() -> None:
    """Ends this process when its standard input does: a pipe that the parent holds open as long as it lives."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
