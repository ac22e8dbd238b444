"""What holds for every indicator: its first value, bad input, and what the catalogue says."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from indicator_cases import CASES, TIMED, inputs_of, run

from tradewinds import indicators
from tradewinds.engine.indicators import STEPS
from tradewinds_crds.rules import CATALOG

every = pytest.mark.parametrize("name", CASES)


@every
def test_first_value_of_the_last_output_comes_after_the_warmup(name: str) -> None:
    columns = run(name, inputs_of(name), *CASES[name])
    missing = max(
        next(at for at, value in enumerate(column) if not math.isnan(value))
        for column in columns.values()
    )
    warmup = STEPS[name].warmup(*CASES[name])
    assert missing >= warmup - 1 if name == "fractals" else missing == warmup - 1


@every
def test_value_is_the_first_output_also_at_a_bad_bar(name: str) -> None:
    clean = [column.iloc[:60] for column in inputs_of(name)]
    holed = [pd.concat([c.iloc[:30], pd.Series([math.nan]), c.iloc[30:]]) for c in clean]
    columns = run(name, holed, *CASES[name])
    first = next(iter(STEPS[name].outputs), "value")
    assert repr(columns[first]) == repr(columns["value"])


@every
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_bad_bar_is_skipped_and_what_follows_is_as_if_it_had_not_been(
    name: str, bad: float
) -> None:
    clean = [column.iloc[:60] for column in inputs_of(name)]
    holed = [pd.concat([c.iloc[:30], pd.Series([bad, bad]), c.iloc[30:]]) for c in clean]
    expected, found = run(name, clean, *CASES[name]), run(name, holed, *CASES[name])
    assert all(math.isnan(value) for value in found["value"][30:32])
    for output, values in found.items():
        assert repr(values[:30] + values[32:]) == repr(expected[output])


@every
def test_one_bad_field_is_a_bad_bar(name: str) -> None:
    clean = inputs_of(name, TIMED.iloc[:60])
    for field in range(len(clean)):
        holed = [column.copy() for column in clean]
        holed[field].iloc[40] = math.nan
        without = [column.drop(40) for column in clean]
        expected, found = run(name, without, *CASES[name]), run(name, holed, *CASES[name])
        for output, values in found.items():
            assert repr(values[:40] + values[41:]) == repr(expected[output])


@every
def test_catalogue_says_what_the_step_does(name: str) -> None:
    signature, step = CATALOG[name], STEPS[name]
    values = dict(zip((one.name for one in signature.parameters), CASES[name], strict=True))
    said = eval(signature.warmup, {"max": max, "isqrt": math.isqrt}, values)  # noqa: S307  # our own
    assert said == step.warmup(*CASES[name])
    assert signature.outputs == tuple(step.outputs)
    assert step.windowed == (step.size(*CASES[name]) != step.size(*(2 * n for n in CASES[name])))
    assert signature.source


def test_classes_have_them_all() -> None:
    assert set(indicators.__all__) == set(CATALOG) == set(STEPS)


@pytest.mark.parametrize("name", ["sma", "bollinger", "stdev", "wma"])
def test_equal_values_leave_no_trace_of_what_left(name: str) -> None:
    flat = pd.Series([3e9, 1.0, *[0.1] * 100])
    parameters = CASES[name]
    found = run(name, [flat], *parameters)["value"][-1]
    assert found == pytest.approx(0.0 if name == "stdev" else 0.1, abs=1e-12)
