from pathlib import Path

import pytest

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.manifests import Manifest, load_file, load_text, to_object
from tradewinds_crds.names import Kind

STRATEGY = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {name: btc-trend, labels: {desk: one}}
spec:
  accountRef: {name: paper}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: 10000 USDT
  sizing: {equity: 25%}
  bracket: {stopLoss: {by: 3%}, takeProfit: [{by: 9%, close: 100%}]}
  rules:
    parameters: {fast: 12, slow: 26}
    indicators:
      fast_ema: ema(close, fast)
      slow_ema: ema(close, slow)
    long:
      entry: crosses_above(fast_ema, slow_ema) and close > 0
      exit: crosses_below(fast_ema, slow_ema)
"""
ACCOUNT = """\
apiVersion: tradewinds.dev/v1alpha1
kind: ExchangeAccount
metadata: {name: paper}
spec: {exchange: binance, environment: Paper}
"""


def refusal(text: str) -> str:
    with pytest.raises(ManifestError) as refused:
        load_text(text, "a.yaml")
    return str(refused.value)


def edited(old: str, new: str) -> str:
    assert old in STRATEGY
    return refusal(STRATEGY.replace(old, new))


def one(text: str) -> Manifest:
    (manifest,) = load_text(text, "a.yaml")
    return manifest


def test_defaults_are_written_and_what_is_not_set_is_left_out() -> None:
    spec = one(STRATEGY).spec
    assert (spec["state"], spec["stage"], spec["updatePolicy"]) == ("Running", "Paper", "WhenFlat")
    assert not {"risk", "schedule", "protections", "parameters"} & set(spec)


def test_whole_numbers_of_parameters_stay_whole() -> None:
    text = STRATEGY.replace("slow: 26", "slow: 26, k: 2.5").replace("fast: 12", "fast: 12.0")
    assert repr(one(text).spec["rules"]["parameters"]) == "{'fast': 12, 'slow': 26, 'k': 2.5}"


def test_costs_of_an_account_are_never_zero_unless_said() -> None:
    costs = {
        "fee": {"maker": "0.10%", "taker": "0.10%"},
        "slippage": "0.02%",
        "funding": "0.01%",
        "maintenanceMargin": "0.50%",
        "liquidationFee": "0.50%",
    }
    assert one(ACCOUNT).spec["paper"]["costs"] == costs
    said = ACCOUNT.replace("Paper}", "Paper, paper: {costs: {slippage: 0%}}}")
    assert one(said).spec["paper"]["costs"] == {**costs, "slippage": "0%"}


def test_object_is_what_the_processes_read() -> None:
    manifest = one(STRATEGY)
    assert to_object(manifest, "u-1", 3) == {
        "apiVersion": "tradewinds.dev/v1alpha1",
        "kind": "Strategy",
        "metadata": {
            "name": "btc-trend",
            "namespace": "default",
            "uid": "u-1",
            "generation": 3,
            "labels": {"desk": "one"},
        },
        "spec": manifest.spec,
    }


def test_halt_stands_above_namespaces() -> None:
    halt = one(
        "apiVersion: tradewinds.dev/v1alpha1\nkind: TradingHalt\nmetadata: {name: stop}\n"
        "spec: {selector: {}, reason: test}\n"
    )
    assert halt.spec == {"selector": {}, "reason": "test"}
    assert "namespace" not in to_object(halt, "u", 1)["metadata"]


def test_file_of_several_documents_knows_each_line(tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    stranger = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
    path.write_text(f"{stranger}---\n{ACCOUNT}---\n{STRATEGY}")
    found = [(m.kind, m.name, m.line, m.path) for m in load_file(path)]
    assert found == [
        (Kind.EXCHANGE_ACCOUNT, "paper", 5, str(path)),
        (Kind.STRATEGY, "btc-trend", 10, str(path)),
    ]


def test_list_is_its_items() -> None:
    items = "".join(
        f"- {line}\n" if line.startswith("api") else f"  {line}\n" for line in ACCOUNT.splitlines()
    )
    assert one(f"apiVersion: v1\nkind: List\nitems:\n{items}").name == "paper"


def test_unknown_name_in_a_rule_is_told_in_the_words_of_the_surface() -> None:
    assert edited("crosses_above(fast", "crossover(fast") == (
        "a.yaml:17:14 unknown name 'crossover'; here it is crosses_above(a, b)\n"
        "        entry: crossover(fast_ema, slow_ema) and close > 0\n"
        "               ^^^^^^^^^"
    )


def test_rule_that_is_never_true_is_a_warning_with_its_place() -> None:
    manifest = one(STRATEGY.replace("close > 0", "close > highest(high, 20)"))
    (warning,) = manifest.warnings
    assert str(warning).startswith(
        "a.yaml:17:52 warning: never true: highest(high, 20) contains this bar"
    )


def test_live_without_limits_is_told_what_to_add() -> None:
    assert edited("timeframe: 1h", "timeframe: 1h\n  stage: Live") == (
        "a.yaml:8:10 stage Live needs spec.risk. Add, say: risk: {maxDailyLoss: 2%}\n"
        "    stage: Live\n"
        "           ^^^^"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("capital: 10000 USDT", "capital: 10000", "8:12 capital was 10000, expected an amount"),
        ("timeframe: 1h", "timeframe: 7m", "7:14 timeframe was 7m, expected one of 1m, 3m"),
        ("timeframe: 1h", "timeframe: 60m", "did you mean 1h?"),
        ("  timeframe: 1h\n", "", "4:1 timeframe is missing. Add, say: timeframe: 1h"),
        ("[{by: 9%, close: 100%}]", "{by: 9%}", "expected a list, such as [{by: 3%}]"),
        ("sizing: ", "sizin: ", "9:3 unknown field 'sizin'; did you mean sizing?"),
        ("bracket: {stopLoss", "stoploss: {stopLoss", "10:3 unknown field 'stoploss'; here it is"),
        ("fast: 12", "fast: abc", "12:24 rules.parameters.fast was abc, expected a number"),
        ("fast: 12", "fast: yes", "12:24 rules.parameters.fast was yes, expected a number"),
        ("BTC/USDT", "btc/usdt", "6:13 symbols[0] was btc/usdt, expected a market"),
        ("[BTC/USDT]", "BTC/USDT", "6:12 symbols was BTC/USDT, expected a list, such as [BTC/"),
        ("[BTC/USDT]", "[]", "6:3 symbols was [], expected at least 1 entry"),
        ("by: 3%", "by: 3", "10:28 bracket.stopLoss.by was 3, expected a distance"),
        ("capital: 10000 USDT", "state: running", "did you mean Running?"),
        ("  capital: 10000 USDT\n", "", "4:1 capital is missing. Add, say: capital: 10000 USDT"),
        ("{equity: 25%}", "{equity: 25%, risk: 1%}", "9:3 sizing takes exactly one of equity"),
        ("{equity: 25%}", "25%", "9:11 sizing was 25%, expected fields, such as"),
        ("kind: Strategy", "kind: Strategi", "2:7 kind was 'Strategi', expected one of"),
        (
            "v1alpha1",
            "v1",
            "1:13 apiVersion was 'tradewinds.dev/v1'. Write tradewinds.dev/v1alpha1",
        ),
        ("name: btc-trend", "name: BTC", "3:18 metadata.name was 'BTC', expected up to 40 small"),
        ("desk: one", "desk: 1", "3:44 the label desk was 1"),
        ("spec:", "spce:", "4:1 unknown field 'spce'; did you mean spec?"),
        ("fast)", "0)", "14:28 ema: length was 0.0, expected a whole number"),
        ("by: 3%", "by: 0%", "10:28 was zero, expected a distance above zero"),
    ],
)
def test_mistake_is_told_with_place_and_remedy(old: str, new: str, told: str) -> None:
    said = edited(old, new)
    assert told in said
    for word in ("Input should", "validation error", "pydantic", "string_type", "got "):
        assert word not in said


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("acceptance: [max_drawdown < 20%]", "did you mean maxDrawdown?"),
        ("acceptance: [sharpe > 1%]", "sharpe is compared with a figure without unit"),
        ("acceptance: [maxDrawdown < 20]", "maxDrawdown is compared with a percentage"),
        ("acceptance: [luck > 1]", "the metrics are totalReturn"),
        ("optimization: {method: grid, objective: sharpe}", "did you mean Grid?"),
        ("optimization: {method: Grid, objective: Sharpe}", "did you mean sharpe?"),
    ],
)
def test_slip_in_a_backtest_is_told_what_was_meant(written: str, told: str) -> None:
    text = (
        "apiVersion: tradewinds.dev/v1alpha1\nkind: Backtest\nmetadata: {name: a}\nspec:\n"
        "  strategyRef: {name: a}\n  period: {from: 2024-01-01, to: 2024-02-01}\n"
    )
    assert told in refusal(f"{text}  {written}\n")


def test_missing_field_is_not_told_beside_its_slip() -> None:
    said = edited("accountRef", "accountref")
    assert "did you mean accountRef?" in said
    assert "is missing" not in said


def test_all_problems_of_a_file_are_told_at_once() -> None:
    said = edited("timeframe: 1h\n  capital: 10000 USDT", "timeframe: 7m\n  capital: much")
    assert said.count("a.yaml:") == 2


def test_same_resource_twice_is_refused() -> None:
    assert "exchangeaccount/paper stands in this file twice" in refusal(f"{ACCOUNT}---\n{ACCOUNT}")


def test_other_engines_can_point_at_a_field() -> None:
    problem = one(STRATEGY).problem("bracket.takeProfit", "nothing executes this yet")
    assert str(problem).startswith("a.yaml:10:33 nothing executes this yet\n")
