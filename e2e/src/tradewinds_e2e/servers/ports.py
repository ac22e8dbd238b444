"""Ports for servers that cannot choose one themselves.

A port is picked outside the range that the kernel gives to outgoing connections, and reserved among
our own runs by an abstract socket that falls with the process, so that two runs never share one.
"""

import random
import socket
from contextlib import ExitStack

from tradewinds_e2e.errors import ServerFailed

_FIRST, _LAST = 20_000, 32_000


def reserve_port(holder: ExitStack) -> int:
    """Return a free TCP port of loopback, reserved until `holder` closes."""
    for port in random.sample(range(_FIRST, _LAST), k=200):
        if _is_free(port) and _reserved(port, holder):
            return port
    raise ServerFailed(f"no free port was found between {_FIRST} and {_LAST} on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _reserved(port: int, holder: ExitStack) -> bool:
    reservation = socket.socket(socket.AF_UNIX)
    try:
        reservation.bind(f"\0tradewinds-port-{port}")
    except OSError:
        reservation.close()
        return False
    holder.callback(reservation.close)
    return True
