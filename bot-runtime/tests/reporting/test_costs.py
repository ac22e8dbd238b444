"""The words for a run's costs and for what detail settled, on terminal and paper alike."""

from __future__ import annotations

import pytest

from tradewinds.engine.instruments import Costs, FeeTier
from tradewinds.reporting.costs import cost_words
from tradewinds.reporting.detail import detail_words

TIER = FeeTier(1000.0, "USDT", 0.0005, 0.0007)


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        (Costs(0.001, 0.001, 0.0002), "fee 0.10% · slippage 0.02%"),
        (Costs(0.00075, 0.00075, 0.00001), "fee 0.075% · slippage 0.001%"),
        (Costs(0.001, 0.002, 0.0), "fee 0.10% maker, 0.20% taker · slippage 0.00%"),
        (Costs(0.001, 0.001, 0.0, spread=0.0004, impact=0.01),
         "fee 0.10% · slippage 0.00% · spread 0.04% · impact 1.00%"),
        (Costs(0.001, 0.001, 0.0, max_volume_share=0.1, tiers=(TIER,)),
         "fee 0.10% · slippage 0.00% · 1 fee tier · volume share 10.00%"),
    ],
)  # fmt: skip
def test_costs_are_told_where_they_are_something(costs: Costs, words: str) -> None:
    assert " · ".join(cost_words(costs.to_json())) == words


def test_an_old_answer_without_costs_says_nothing() -> None:
    assert cost_words({}) == []


def test_detail_says_how_many_of_the_doubts_it_settled() -> None:
    words = detail_words({"timeframe": "5m", "settled": 12, "remained": 2})
    assert words == "detail 5m: 12 of 14 doubts inside bars settled"
