"""The AWS CLI for shell scripts, which call it dozens of times: each call is a fork of this process.

`aws` spends 0.3 s on imports each time. Here they are done once. `aws_client.py`, which stands for `aws` on the script's PATH,
sends its arguments, its environment and its three streams over a socket, whose path is the argument of this program; a fork
becomes the CLI and writes to these streams, and the client ends with its exit code.
"""

import os
import signal
import socket
import struct
import sys

import aws_cli
from parent import end_with_parent

_HEADER = struct.Struct("!II")


def _serve(path: str) -> None:
    aws_cli.warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                _answer(connection)
            connection.close()


def _answer(connection: socket.socket) -> None:
    code = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        header, streams, _, _ = socket.recv_fds(connection, _HEADER.size, 3)
        size, count = _HEADER.unpack(header)
        words = [os.fsdecode(word) for word in _read(connection, size).split(b"\0")]
        child = os.fork()
        if child == 0:
            os.environ.clear()
            os.dup2(streams[0], 0)
            environment = dict(pair.split("=", 1) for pair in words[count:])
            aws_cli.become_aws(words[:count], environment, streams[1], streams[2])
        _, wait_status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(wait_status)
        connection.sendall(bytes([code & 255]))
    finally:
        os._exit(code)


def _read(connection: socket.socket, size: int) -> bytes:
    message = b""
    while len(message) < size:
        part = connection.recv(size - len(message))
        if not part:
            raise EOFError("the client went away")
        message += part
    return message


if __name__ == "__main__":
    end_with_parent()
    _serve(sys.argv[1])
