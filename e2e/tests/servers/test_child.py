import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.servers.child import child, leash

PARENT = """
import sys, time
from pathlib import Path
from tradewinds_e2e.servers.child import child, leash
import signal
with child("sleeper", [*leash(signal.SIGKILL), "sleep", "600"], Path(sys.argv[1])) as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


def test_server_that_dies_while_starting_fails_with_its_last_words(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo the port is taken; exit 3"]
    with (
        child("redis-server", command, tmp_path / "log") as server,
        pytest.raises(ServerFailed, match=r"redis-server ended with code 3 [\s\S]*port is taken"),
    ):
        server.wait_until(lambda: False, 30)


def test_server_that_is_never_ready_fails_after_its_time(tmp_path: Path) -> None:
    with (
        child("sleeper", ["sleep", "600"], tmp_path / "log") as server,
        pytest.raises(ServerFailed, match=r"sleeper was not ready after 0\.1 s"),
    ):
        server.wait_until(lambda: False, 0.1)


def test_server_ends_with_its_block(tmp_path: Path) -> None:
    with child("sleeper", ["sleep", "600"], tmp_path / "log") as server:
        assert server.process.poll() is None
    assert server.process.poll() == -signal.SIGTERM


@pytest.mark.skipif(not leash(signal.SIGKILL), reason="setpriv (util-linux) is missing")
def test_server_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        watch = os.pidfd_open(server)
        os.kill(parent.pid, signal.SIGKILL)
    ended, _, _ = select.select([watch], [], [], 10)
    os.close(watch)
    assert ended == [watch]
