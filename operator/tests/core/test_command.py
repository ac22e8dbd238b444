"""`tradewinds-operator run`: what it says and how it ends when it cannot begin."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tradewinds_operator", "run", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text('{"image": "x"}')
    return path


def last_line(done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    assert "Traceback" not in done.stderr.splitlines()[-1]
    line: dict[str, object] = json.loads(done.stderr.splitlines()[-1])
    return line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "was not JSON"),
        ('{"image": "x", "imagee": 1}', "unknown field 'imagee', expected one of"),
        ("{}", "missing 1 required positional argument: 'image'"),
    ],
)
def test_bad_settings_are_named_and_end_with_2(settings: Path, text: str, words: str) -> None:
    settings.write_text(text)
    done = run("--settings", str(settings), "--store", "x", "--listen", "127.0.0.1:0")
    assert done.returncode == 2
    message = str(last_line(done)["message"])
    assert message.startswith(str(settings))
    assert words in message


def test_bad_address_is_named_and_ends_with_2(settings: Path) -> None:
    done = run("--settings", str(settings), "--store", "x", "--listen", "here")
    assert done.returncode == 2
    assert "--listen was 'here', expected HOST:PORT" in str(last_line(done)["message"])


def test_missing_kubeconfig_is_named_and_ends_with_2(settings: Path, tmp_path: Path) -> None:
    where = str(tmp_path / "nothing")
    done = run(
        *("--settings", str(settings), "--store", "x", "--listen", "127.0.0.1:0"),
        *("--kubeconfig", where),
    )
    assert done.returncode == 2
    assert str(last_line(done)["message"]).startswith(f"{where}: cannot connect to a cluster")
