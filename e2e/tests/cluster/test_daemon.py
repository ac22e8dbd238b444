import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tradewinds_e2e.cluster.daemon import Daemon
from tradewinds_e2e.cluster.layout import Layout
from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.servers.ports import reserve_port

SLEEP = ("sleep", "60")


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    made = Layout(tmp_path)
    made.make()
    yield made
    Daemon("part", SLEEP, made).stop()
    Daemon("part", (sys.executable, "-c", ""), made).stop()


def test_part_runs_until_it_is_stopped(layout: Layout) -> None:
    part = Daemon("part", SLEEP, layout)
    part.start()
    assert part.is_running
    part.stop()
    assert not part.is_running
    assert not part.was_started


def test_part_that_runs_is_not_started_again(layout: Layout) -> None:
    part = Daemon("part", SLEEP, layout)
    part.start()
    before = (layout.pids / "part").read_text()
    part.start()
    assert (layout.pids / "part").read_text() == before


def test_part_that_runs_by_another_command_is_replaced(layout: Layout) -> None:
    old, new = Daemon("part", SLEEP, layout), Daemon("part", ("sleep", "61"), layout)
    old.start()
    new.start()
    assert new.is_running
    assert not old.is_running
    new.stop()


def test_part_that_ends_while_starting_fails_with_its_last_line(layout: Layout) -> None:
    words = (sys.executable, "-c", "print('cannot read the moon'); raise SystemExit(3)")
    part = Daemon("part", words, layout, is_ready=lambda: False)
    part.start()
    with pytest.raises(ServerFailed, match=r"part ended: cannot read the moon \(all of it: .*log"):
        part.wait_ready(30)
    assert part.was_started


def test_taken_port_is_named_with_who_has_it(layout: Layout) -> None:
    with ExitStack() as stack, socket.socket() as other:
        port = reserve_port(stack)
        other.bind(("127.0.0.1", port))
        other.listen()
        part = Daemon("part", SLEEP, layout, ports=(("127.0.0.1", port),))
        with pytest.raises(ServerFailed, match=rf"part cannot start: 127.0.0.1:{port} is taken"):
            part.start()
    assert not part.was_started
