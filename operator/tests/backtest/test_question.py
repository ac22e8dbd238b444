"""What goes into a question, and what is refused by name before a worker sees it."""

from typing import Any

import pytest
import scenery
from backtest_scenes import asked_hash, backtest, texts, whole, world, year
from scenery import SETTINGS

from tradewinds_crds.question import UnaskableError
from tradewinds_operator.backtest.question import config_maps, question

PYTHON = {"module": "breakout", "class": "Breakout"}
INLINE = {
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "rules": {"long": {"entry": "close > sma(close, 20)"}},
}


def classy(**python: Any) -> Any:
    one = scenery.strategy("trend")
    spec = {key: value for key, value in one["spec"].items() if key != "rules"}
    return {**one, "spec": {**spec, "python": {**PYTHON, **python}}}


def refused(*resources: Any) -> UnaskableError:
    one = whole(*resources)
    with pytest.raises(UnaskableError) as error:
        question(one, year(one))
    return error.value


def test_metadata_that_moves_is_no_part_of_the_question() -> None:
    labelled = scenery.strategy("trend", labels={"desk": "a"}, generation=7, uid="other")
    assert asked_hash(whole()) == asked_hash(whole(labelled))


def test_costs_of_the_account_are_part_of_the_question() -> None:
    dearer = scenery.account(paper={"costs": {"fee": {"taker": "1%"}}})
    assert asked_hash(whole()) != asked_hash(whole(dearer))


def test_inline_strategy_needs_neither_strategy_nor_account() -> None:
    one = world(backtest(strategy=INLINE, data={"exchange": "binance"}))
    assert "strategy" not in question(one, year(one))


def test_inline_strategy_that_nothing_executes_yet_is_named() -> None:
    careful = {**INLINE, "execution": {"maxSlippage": "1%"}}
    error = refused(backtest(strategy=careful, data={"exchange": "binance"}))
    assert error.reason == "Unsupported"
    assert "spec.strategy: spec.execution.maxSlippage is not executed yet" in str(error)


def test_strategy_with_an_unknown_indicator_is_named_in_the_contracts_words() -> None:
    one = scenery.strategy("trend")
    rules = {"long": {"entry": "hull(close) > 1"}}
    error = refused({**one, "spec": {**one["spec"], "rules": rules}})
    assert error.reason == "InvalidRules"
    assert str(error).startswith("strategy/trend: spec.rules.long.entry")


def test_account_that_cannot_trade_yet_still_lends_its_exchange_and_costs() -> None:
    live = scenery.account(environment="Live", credentialsSecretRef={"name": "keys"})
    one = whole(live)
    assert question(one, year(one))["account"]["spec"]["environment"] == "Live"


def test_files_of_a_config_map_travel_with_the_question() -> None:
    files = texts(breakout__py="x = 1", figures__py="y = 2", notes__md="no code")
    one = whole(classy(configMapRef={"name": "breakout"}), files)
    assert config_maps(one, year(one)) == {"breakout"}
    assert question(one, year(one))["modules"] == {"breakout.py": "x = 1", "figures.py": "y = 2"}
    changed = whole(
        classy(configMapRef={"name": "breakout"}), texts(breakout__py="x = 2", figures__py="y = 2")
    )
    assert asked_hash(one) != asked_hash(changed)


def test_installed_module_needs_no_config_map() -> None:
    one = whole(classy())
    assert config_maps(one, year(one)) == set()
    assert "modules" not in question(one, year(one))


def test_several_strategies_travel_each_with_its_own_files_and_account() -> None:
    files = texts(breakout__py="x = 1")
    shares = [{"strategyRef": {"name": name}} for name in ("other", "trend")]
    other = scenery.strategy("other", account="second")
    dear = scenery.account("second", paper={"costs": {"fee": {"taker": "1%"}}})
    classes = classy(configMapRef={"name": "breakout"})
    one = whole(backtest(strategies=shares), other, dear, classes, files)
    assert config_maps(one, year(one)) == {"breakout"}
    first, second = question(one, year(one))["strategies"]
    assert first["strategy"]["metadata"]["name"] == "other"
    assert first["account"]["metadata"]["name"] == "second"
    assert "modules" not in first
    assert second["modules"] == {"breakout.py": "x = 1"}


def test_one_of_several_that_is_missing_or_refused_is_named() -> None:
    shares = [{"strategyRef": {"name": name}} for name in ("trend", "gone")]
    missing = refused(backtest(strategies=shares))
    assert missing.reason == "StrategyMissing"
    assert "mend spec.strategies[1].strategyRef.name" in str(missing)
    plain = scenery.strategy("gone")
    careful = {**plain, "spec": {**plain["spec"], "execution": {"maxSlippage": "1%"}}}
    unable = refused(backtest(strategies=shares), careful)
    assert unable.reason == "Unsupported"
    assert str(unable).startswith("strategy/gone: ")


def test_config_map_or_key_that_is_missing_is_named_with_the_command() -> None:
    wanting = classy(configMapRef={"name": "breakout"})
    missing = refused(wanting)
    assert missing.reason == "ConfigMapMissing"
    command = "kubectl create configmap breakout -n desk --from-file=breakout.py"
    assert str(missing).endswith(command)
    keyless = refused(wanting, texts(figures__py=""))
    assert keyless.reason == "ModuleMissing"
    assert "no key breakout.py (it has figures.py)" in str(keyless)


def test_image_of_its_own_is_refused_unless_workers_run_it() -> None:
    error = refused(classy(image="desk:1"))
    assert error.reason == "Unsupported"
    assert "python.image was desk:1" in str(error)
    one = whole(classy(image=SETTINGS.image))
    assert "modules" not in question(one, year(one))
