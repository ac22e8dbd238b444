import io
import sys

import pytest

from tradewinds.terminal.options import default_store, shown_store
from tradewinds.terminal.progress import Progress
from tradewinds.terminal.text import plural, print_json, print_table, when


def test_table_has_columns_and_no_trailing_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME", "BARS"), [("a", "5"), ("longer", "1,000")], right="BARS")
    assert capsys.readouterr().out == "NAME     BARS\na           5\nlonger  1,000\n"


@pytest.mark.parametrize(
    ("time", "text"), [(0, "1970-01-01"), (1_704_067_260_000, "2024-01-01 00:01")]
)
def test_time_is_a_date_unless_there_is_more_to_say(time: int, text: str) -> None:
    assert when(time) == text


def test_counts_take_their_word() -> None:
    assert (plural(1, "bar"), plural(8784, "bar")) == ("1 bar", "8,784 bars")


def test_json_refuses_what_json_does_not_have() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"x": float("nan")})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/data/bars", "/data/bars"),
        ("postgresql://me@db/x", "postgresql://me@db/x"),
        ("postgresql://me:hush@db:5432/x", "postgresql://me:***@db:5432/x"),
    ],
)
def test_store_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_store(url) == shown


def test_default_store_is_below_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_store() == "/data/tradewinds"
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_store() == "/home/me/.local/share/tradewinds"


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [100.0]
    monkeypatch.setattr("tradewinds.terminal.progress.time.monotonic", lambda: clock[0])
    return clock


def test_progress_appears_late_and_wipes_itself(
    monkeypatch: pytest.MonkeyPatch, now: list[float]
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with Progress("cross") as progress:
        progress(0.1)
        assert screen.getvalue() == ""
        now[0] += 1
        progress(0.5)
        progress(0.6)
    assert "cross  ██████████░░░░░░░░░░  50%" in screen.getvalue()
    assert "60%" not in screen.getvalue()
    assert screen.getvalue().endswith("\r\033[K")


def test_progress_is_silent_where_nobody_watches(
    capsys: pytest.CaptureFixture[str], now: list[float]
) -> None:
    with Progress("cross") as progress:
        now[0] += 5
        progress(0.5)
    assert capsys.readouterr().err == ""
