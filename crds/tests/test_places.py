"""Problems point at the right place, whatever the file's form."""

import json

import pytest

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.manifests import load_text

BACKTEST = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Backtest
metadata: {name: bt}
spec:
  period: {from: 2024-01-01, to: 2024-02-01}
  data: {exchange: binance}
  strategy:
    symbols: [BTC/USDT]
    timeframe: 1h
    capital: 1000 USDT
    sizing: {equity: 25%}
    rules: {long: {entry: close > smaa(close), exit: "close < 'x'"}}
"""


def places(text: str) -> list[tuple[int, int]]:
    with pytest.raises(ManifestError) as refused:
        load_text(text, "a.yaml")
    return [(problem.line, problem.column) for problem in refused.value.problems]


def test_rule_of_an_inline_strategy_is_found_inside_a_flow_map() -> None:
    assert places(BACKTEST) == [(12, 35), (12, 63)]


def test_rule_of_a_builtin_strategy_is_found_where_its_parameters_are_written() -> None:
    rules = BACKTEST.splitlines()[-1]
    given = "    builtin: {name: ema-cross}\n    parameters: {fast: -5}"
    assert places(BACKTEST.replace(rules, given)) == [(13, 17)]


def test_line_ends_of_windows_do_not_move_places() -> None:
    assert places(BACKTEST.replace("\n", "\r\n")) == places(BACKTEST)


def test_json_is_read_with_places() -> None:
    spec = {"selector": {}, "reason": "", "why": 1}
    halt = {"apiVersion": "tradewinds.dev/v1alpha1", "kind": "TradingHalt"}
    text = json.dumps({**halt, "metadata": {"name": "x"}, "spec": spec}, indent=1)
    assert places(text) == [(9, 13), (10, 3)]


def test_problem_behind_an_alias_points_at_what_is_written() -> None:
    text = BACKTEST.replace("1000 USDT", "&money 1000").replace(
        "  data:", "  capital: *money\n  data:"
    )
    assert places(text)[0] == (6, 12)


def test_second_document_counts_lines_of_the_file() -> None:
    assert places(f"a: &a 1\napiVersion: v1\nkind: X\n---\n{BACKTEST}")[0] == (16, 35)
