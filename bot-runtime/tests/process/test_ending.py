"""Real processes end as they should: by signal, with their parent, with the right code."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVER = """
import asyncio, sys
from aiohttp import web
from tradewinds.process import exits, logs
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds.process.signals import die_with_parent, stop_signals, until_stopped

async def main():
    with stop_signals() as stop:
        app = web.Application()
        async with serve(app, sys.argv[1], registry=new_registry(), ready=lambda: None):
            print("up", flush=True)
            await until_stopped(asyncio.Event().wait(), stop)
    print("down", flush=True)

logs.configure()
if len(sys.argv) > 2:
    die_with_parent(int(sys.argv[2]))
sys.exit(exits.run(main()))
"""

PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2], str(os.getpid())],
                         stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""

ENDINGS = """
import sys
from tradewinds.process import exits, logs
errors = {"input": exits.InputError, "fenced": exits.FencedError, "bug": ValueError}

async def main():
    if sys.argv[1] != "fine":
        raise errors[sys.argv[1]]("the reason")

logs.configure()
sys.exit(exits.run(main()))
"""


HANGING = """
import asyncio
from tradewinds.process import signals

signals.GRACE = 1

async def main():
    with signals.stop_signals() as stop:
        print("up", flush=True)
        await stop.wait()
        while True:
            pass

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_a_server_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "s.sock"
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, f"unix:{path}"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        rest, _ = process.communicate(timeout=10)
    assert (rest, process.returncode) == ("down\n", 0)
    assert not path.exists()


def test_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    listen = f"unix:{tmp_path}/s.sock"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, SERVER, listen], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([child], [], [], 10)
    os.close(child)
    assert ended, "the child outlived its parent"


def test_child_of_a_parent_already_gone_ends_at_once(tmp_path: Path) -> None:
    gone = os.getpid() + 1
    done = subprocess.run(
        [sys.executable, "-c", SERVER, f"unix:{tmp_path}/s.sock", str(gone)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "the parent of this process was" in done.stderr


@pytest.mark.parametrize(("ending", "code"), [("fine", 0), ("bug", 1), ("input", 2), ("fenced", 3)])
def test_exit_code_says_who_must_act(ending: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDINGS, ending],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == code
    logged = [json.loads(line) for line in done.stderr.splitlines()]
    if ending == "fine":
        assert logged == []
    else:
        assert ("traceback" in logged[0]) == (ending == "bug")
        assert "the reason" in json.dumps(logged)


def test_process_that_hangs_after_sigterm_is_ended_by_the_alarm() -> None:
    text = SERVER.replace('print("down", flush=True)', "import time; time.sleep(60)")
    text = "import tradewinds.process.signals as s; s.GRACE = 1\n" + text
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", text, "tcp:127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == -signal.SIGALRM
    assert time.monotonic() - started < 20


def test_hanging_first_process_of_a_container_is_ended_by_its_alarm() -> None:
    apart = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lends no process namespace: unshare --user --pid --fork")
    with subprocess.Popen(
        [*apart, sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(int(children), signal.SIGTERM)
        assert process.wait(timeout=10) == 128 + signal.SIGALRM
