import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 60.0


def open_for_writing(fifo: Path) -> int:
    """Wait until somebody reads a FIFO, and return its writing end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            assert error.errno == errno.ENXIO  # noqa: PT017 - nobody reads it yet
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_ctrl_c_ends_a_running_command_without_a_word(tmp_path: Path) -> None:
    fifo = tmp_path / "slow.yaml"
    os.mkfifo(fifo)
    command = [sys.executable, "-m", "tradewinds", "validate", str(fifo)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        sink = open_for_writing(fifo)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        os.close(sink)
    assert (process.returncode, out, err.strip()) == (130, "", "")
