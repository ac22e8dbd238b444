"""The compiled step against the oracle: random rules, random bars with gaps, random positions."""

from __future__ import annotations

import math
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Oracle
from random_rules import bar_sets, brackets, rule_manifests

from tradewinds.engine import records as r
from tradewinds.engine.compile import compile_rules
from tradewinds_crds.rules import check_rules

SYMBOLS = ["BTC/USDT", "ETH/USDT"]


def random_block(chance: random.Random) -> list[float]:
    block = [0.0] * r.POSITION_SIZE_OF
    block[r.LOTS] = chance.choice([0.0, 0.0, 3.0, -2.0])
    flat = block[r.LOTS] == 0.0
    block[r.AVERAGE_PRICE] = math.nan if flat else 90.0 + chance.randrange(20)
    block[r.LAST_FILL_PRICE] = chance.choice([math.nan, 101.0])
    block[r.BARS_IN_TRADE] = 0.0 if flat else float(chance.randrange(9))
    block[r.ENTRY_SIDE] = chance.choice([0.0, 0.0, 0.0, 1.0])
    for rule in range(r.MOST_ADDS):
        block[r.ADDED + rule] = 0.0 if flat else float(chance.randrange(3))
    block[r.EXIT_LOTS] = 0.0 if flat else chance.choice([0.0, 0.0, 0.0, 1.0])
    return block


def compare(
    rules: dict[str, Any], bracket: dict[str, Any] | None, sets: list[Any], count: int, seed: int
) -> None:
    checked = check_rules(rules, symbols=SYMBOLS[:count], timeframe="1h")
    program = compile_rules(checked, bracket=bracket, symbols_count=count)
    oracle = Oracle(checked, bracket, count)
    parameters = program.values()
    offsets, stride = program.layout(parameters)
    state = [0.0] * (stride * count)
    out = [math.nan] * (count * r.INTENT_SIZE_OF)
    chance = random.Random(seed)  # noqa: S311  # no secret
    assert list(program.reasons) == oracle.reasons
    for time, bars in sets:
        blocks = [random_block(chance) for _ in range(count)]
        for symbol, block in enumerate(blocks):
            state[symbol * stride : symbol * stride + r.POSITION_SIZE_OF] = block
        out[:] = [math.nan] * len(out)
        n = program.step(time, bars, state, parameters, offsets, out)
        rows = [out[k * r.INTENT_SIZE_OF : (k + 1) * r.INTENT_SIZE_OF] for k in range(n)]
        expected = [[float(v) for v in row] for row in oracle.decide(time, bars, blocks)]
        assert repr(rows) == repr(expected), program.source
        for symbol, block in enumerate(blocks):
            kept = state[symbol * stride : symbol * stride + r.POSITION_SIZE_OF]
            assert repr(kept) == repr(block)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_manifests(SYMBOLS[0]), brackets(), bar_sets(1), st.integers(0, 999))
def test_one_symbol_decides_like_the_oracle(
    rules: dict[str, Any], bracket: dict[str, Any] | None, sets: list[Any], seed: int
) -> None:
    compare(rules, bracket, sets, 1, seed)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_manifests(SYMBOLS[1]), brackets(), bar_sets(2), st.integers(0, 999))
def test_two_symbols_decide_like_the_oracle_each_with_its_own_state(
    rules: dict[str, Any], bracket: dict[str, Any] | None, sets: list[Any], seed: int
) -> None:
    compare(rules, bracket, sets, 2, seed)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_manifests(SYMBOLS[1]), brackets(), bar_sets(2), st.integers(0, 999))
def test_two_symbols_are_ranked_like_the_oracle_ranks_them(
    rules: dict[str, Any], bracket: dict[str, Any] | None, sets: list[Any], seed: int
) -> None:
    sides = [rules.pop(side) for side in ("long", "short") if side in rules]
    weights = ("Equal", "Score")[seed % 2]
    said = {"rebalance": "daily", "rank": "close - open", "hold": 1, "weights": weights}
    rules["portfolio"] = {**said, "eligible": sides[0]["entry"]}
    compare(rules, bracket, sets, 2, seed)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_manifests(SYMBOLS[1]), bar_sets(2), st.integers(0, 999))
def test_a_joint_position_is_decided_on_its_leading_leg_where_all_legs_have_a_bar(
    rules: dict[str, Any], sets: list[Any], seed: int
) -> None:
    legs = SYMBOLS[:: 1 if seed % 2 else -1]
    joint = {"legs": [{"symbol": symbol, "ratio": 1} for symbol in legs]}
    compare({**rules, "joint": joint}, {"stopLoss": {"by": "3%"}}, sets, 2, seed)
