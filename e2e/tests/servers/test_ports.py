import socket
from contextlib import ExitStack

from tradewinds_e2e.servers.ports import reserve_port


def test_reserved_port_can_be_bound_at_once() -> None:
    with ExitStack() as holder, socket.socket() as server:
        server.bind(("127.0.0.1", reserve_port(holder)))


def test_ports_reserved_together_differ() -> None:
    with ExitStack() as holder:
        ports = [reserve_port(holder) for _ in range(50)]
    assert len(set(ports)) == len(ports)
