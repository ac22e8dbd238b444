"""`tradewinds check`: honest strategies pass, and each way to cheat is named with its line."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Checked = Callable[..., Any]
HONEST = """\
from tradewinds import Bar, Strategy, indicators as ta


class Checked(Strategy):
    def on_start(self) -> None:
        self.mean = self.indicator(ta.sma, "close", 20)

    def on_bar(self, bar: Bar) -> None:
        position = self.position(bar.symbol)
        if position.flat and bar.close > self.mean[bar.symbol]:
            self.buy(bar.symbol, tag="above")
        elif position.long and bar.close < self.mean[bar.symbol]:
            self.close(bar.symbol, tag="below")
"""
RULES = """\
  warmup: {warmup} bars
  rules:
    indicators: {{slow: "ema(close, 30)"}}
    long:
      entry: close > slow and rsi(close, 14) > 50
      exit: close < slow
"""
PEEKS = HONEST.replace(
    "from tradewinds",
    """import inspect


def lowest():
    frame = inspect.currentframe()
    while "cut" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["cut"]["BTC/USDT"].low.min()


from tradewinds""",
).replace("bar.close > self.mean[bar.symbol]:", "bar.low < 1.2 * lowest():")


@pytest.fixture
def future(tmp_path: Path) -> Path:
    path = tmp_path / "future.csv"
    path.write_text("100\n101\n")
    return path


def test_honest_class_passes_every_check(checked: Checked) -> None:
    told = checked(HONEST)
    assert told.code == 0, told.out + told.err
    verdicts = json.loads(told.out)["checks"]
    assert [one["check"] for one in verdicts] == [
        "repeat", "outside", "lookAhead", "warmup", "start",
    ]  # fmt: skip
    assert all(one["ok"] and one["checked"] for one in verdicts)


def test_lowest_price_of_all_bars_is_look_ahead_at_its_line(checked: Checked) -> None:
    told = checked(PEEKS)
    (finding,) = told.check("lookAhead")["findings"]
    assert told.code == 1
    line = PEEKS.splitlines().index('            self.buy(bar.symbol, tag="above")') + 1
    assert re.fullmatch(rf"checked_\d+\.py:{line}", finding["where"])
    assert finding["symbol"] == "BTC/USDT"
    assert "It knows bars that were not closed yet" in finding["sentence"]


def test_state_of_a_module_that_outlives_a_run_does_not_repeat(checked: Checked) -> None:
    text = HONEST.replace("class Checked", "SEEN = []\n\n\nclass Checked").replace(
        "bar.close > self.mean[bar.symbol]:",
        "bar.close < min([*SEEN, 1000.0]) and not SEEN.append(bar.close):",
    )
    told = checked(text)
    (finding,) = told.check("repeat")["findings"]
    assert told.code == 1
    assert "what its module keeps between runs" in finding["sentence"]
    assert re.fullmatch(r"checked_\d+\.py:\d+", finding["where"])


@pytest.mark.parametrize("place", ["module", "on_start"])
def test_file_of_the_future_is_named_with_the_line_that_opened_it(
    checked: Checked, future: Path, place: str
) -> None:
    reading = f"open({str(future)!r}).close()"
    if place == "module":
        text = HONEST.replace("class Checked", f"{reading}\n\n\nclass Checked")
    else:
        text = HONEST.replace("        self.mean =", f"        {reading}\n        self.mean =")
    (line,) = [number for number, one in enumerate(text.splitlines(), 1) if reading in one]
    told = checked(text)
    (finding,) = told.check("outside")["findings"]
    assert told.code == 1
    assert told.check("outside")["done"].endswith("a file, the network or a program: 1")
    assert finding["where"].endswith(f".py:{line}")
    assert str(future) in finding["sentence"]


def test_rules_with_a_short_warm_up_name_indicators_and_remedy(checked: Checked) -> None:
    told = checked(spec=RULES.format(warmup=30))
    verdict = told.check("warmup")
    (finding,) = verdict["findings"]
    assert told.code == 1
    assert "slow" in finding["names"]
    assert {one["name"] for one in verdict["settling"]} == {"slow", "rsi(close, 14)"}
    (bars,) = re.findall(r"Set spec\.warmup: (\d+) bars", finding["sentence"])
    mended = checked(spec=RULES.format(warmup=bars))
    assert mended.code == 0, mended.out


def test_average_that_forgets_at_once_settles_at_once(checked: Checked) -> None:
    (one,) = checked(HONEST).check("warmup")["settling"]
    assert (one["name"], one["bars"]) == ("self.mean['BTC/USDT']", 0)
    assert one["moves"] == pytest.approx(0.0, abs=1e-9)


def test_grid_around_the_first_price_depends_on_the_start(checked: Checked) -> None:
    text = HONEST.replace("        position =", "        self.first = getattr(self, 'first', "
                          "bar.close)\n        position =")  # fmt: skip
    text = text.replace(
        "bar.close > self.mean[bar.symbol]:",
        "bar.close > self.mean[bar.symbol] and abs(bar.close - self.first) // 2 % 2 == 0:",
    )
    told = checked(text)
    (finding,) = told.check("start")["findings"]
    assert told.code == 1
    assert "Something counts from the first bar on" in finding["sentence"]


def test_text_says_what_was_done_and_what_was_found(checked: Checked) -> None:
    told = checked(HONEST, json_too=False)
    assert told.code == 0
    assert told.out.startswith("checked  BTC/USDT 1h")
    assert "look-ahead ok     12 runs with the future cut off" in told.out
    assert told.out.rstrip().endswith("nothing found: what it ordered, it could have known")
    told = checked(PEEKS, json_too=False)
    assert told.code == 1
    assert "look-ahead FOUND" in told.out


def test_class_that_fails_is_input(checked: Checked) -> None:
    told = checked(HONEST.replace("position.flat and", "position.level and"))
    assert told.code == 2
    assert re.search(r"checked_\d+\.py:10: Checked\.on_bar raised AttributeError", told.err)


def test_few_bars_leave_checks_undone_and_say_so(checked: Checked) -> None:
    told = checked(HONEST, "--from", "2024-01-03", "--to", "2024-01-06")
    assert told.code == 0
    assert not told.check("warmup")["checked"]
    assert not told.check("start")["checked"]
