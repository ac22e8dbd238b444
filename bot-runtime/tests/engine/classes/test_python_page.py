"""The page on Python strategies: its examples trade, and it leaves nothing of the surface out."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from given import HOUR, bars, plan

from tradewinds import Bar, Fill, Position, Strategy
from tradewinds.engine.backtest import run
from tradewinds.engine.classes.requests import Order
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parents[4] / "docs" / "python-strategies.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TWO = ("BTC/USDT", "ETH/USDT")


def waves(count: int) -> Iterator[tuple[int, list[float]]]:
    """Yield bar sets of two markets that swing against one another."""
    for i in range(count):
        swing = 20 * abs((i % 80) - 40) / 40
        prices = (100 + swing, 120 - swing)
        yield (i + 1) * HOUR, bars(*((one, one + 0.4, one - 0.4, one) for one in prices))


@pytest.mark.parametrize("text", EXAMPLES)
def test_example_trades(text: str) -> None:
    (name,) = re.findall(r"class (\w+)\(Strategy\)", text)
    on = plan(*TWO)
    spec = {"python": {"module": "of_the_page", "class": name}}
    decider = decider_from(spec, on, modules={"of_the_page.py": text})
    result = run(on, decider, waves(400), start=0)
    assert len(result.trades) > 3


def test_page_names_the_whole_surface() -> None:
    words = {name for name in vars(Strategy) if not name.startswith("_")}
    words |= set(Order.__annotations__)
    words |= {field.name for one in (Fill, Position) for field in dataclasses.fields(one)}
    words |= set(Bar._fields)
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", PAGE)] == []
