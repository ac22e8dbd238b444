import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tradewinds_crds.loader import MAX_BYTES, load_documents
from tradewinds_crds.metrics import METRICS
from tradewinds_crds.source import Source

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
STRATEGY, ACCOUNT, BACKTEST = 0, 1, 2

Tradewinds = Callable[..., Any]
Write = Callable[..., Path]


def answer_of(told: Any) -> Any:
    assert told.code in (0, 1), told.err
    return json.loads(told.out)


def test_report_says_what_was_run_on_which_terms_and_how_it_went(
    tradewinds: Tradewinds, write: Write
) -> None:
    told = tradewinds("backtest", write())
    lines = told.out.splitlines()
    assert told.code == 0, told.err
    assert lines[0] == (
        "cross  BTC/USDT 1h  binance  2024-03-01 → 04-01  744 bars, 0 gaps, 21 warm-up"
    )
    assert lines[1] == "fills at next open · fee 0.10% · slippage 0.02% · 10,000 USDT"
    assert lines[2].split() == ["strategy", "buy", "&", "hold"]
    assert re.fullmatch(r"return +[+-]\d+\.\d\d% +[+-]\d+\.\d\d%", lines[3])
    labels = [line[:12].strip() for line in lines[3:9]]
    assert labels == ["return", "a year", "volatility", "max drawdown", "Sharpe", "Sortino"]
    assert re.fullmatch(r"max drawdown +-\d+\.\d\d% +-\d+\.\d\d%", lines[6])
    assert re.fullmatch(
        r"trades \d\d · win \d+% · profit factor \d\.\d\d · SQN -?\d\.\d\d"
        r"   ! too few trades to tell skill from luck",
        lines[9],
    )
    assert lines[10].startswith("a trade ")
    assert re.match(r"exposure \d+% · turnover [\d.]+ · fees [\d,.]+ USDT · alpha ", lines[11])
    assert re.fullmatch(
        r"orders [0-9a-f]{8}   report runs/[0-9a-f]{8}\.html   \d+\.\d s", lines[12]
    )
    assert lines[13].startswith("next: tradewinds check ")
    assert len(lines) == 14


def test_next_command_is_up_when_a_feed_lies_beside_it(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    path = write()
    (tmp_path / "feed.yaml").write_text((ROOT / "manifests/demo/feed.yaml").read_text())
    assert tradewinds("backtest", path).out.splitlines()[-1] == f"next: tradewinds up {tmp_path}"


def test_next_command_survives_blanks_and_folders_that_are_named_like_manifests(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    path = write()
    folder = tmp_path / "my bots"
    folder.mkdir()
    (folder / "a.yaml").mkdir()
    path = path.rename(folder / path.name)
    done = tradewinds("backtest", path)
    assert done.code == 0, done.err
    assert f"next: tradewinds check '{path}'" in done.out


def test_next_command_searches_where_there_is_a_space(tradewinds: Tradewinds, write: Write) -> None:
    path = write(replace={"slow: 20}": "slow: 20}\n    search: {fast: 3..9}"})
    assert tradewinds("backtest", path).out.splitlines()[-1] == f"next: tradewinds optimize {path}"


def test_result_file_is_what_json_prints_and_what_charts_need(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    path = write()
    told = tradewinds("backtest", path, "--no-report")
    printed = answer_of(tradewinds("backtest", path, "--json", "--fresh"))
    (written,) = (tmp_path / "runs").glob("*.json")
    kept = json.loads(written.read_text())
    charts = kept.pop("charts")
    assert kept == printed
    assert f"result runs/{written.name}" in told.out
    assert charts["held"][-1][1] / 10_000 - 1 == pytest.approx(kept["stats"]["buyAndHold"])
    prices = charts["prices"]["BTC/USDT"]
    assert (len(prices), prices[0][0]) == (744, kept["period"]["from"])


def test_report_beside_the_result_shows_its_figures(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    told = tradewinds("backtest", write())
    kept = sorted((tmp_path / "runs").glob("*.*"))
    assert [path.suffix for path in kept] == [".html", ".json"]
    assert f"report runs/{kept[0].name}" in told.out
    page, answer = kept[0].read_text(), json.loads(kept[1].read_text())
    for name in ("totalReturn", "sharpe", "maxDrawdown", "fees"):
        assert f'<data value="{answer["stats"][name]}">' in page
    assert tradewinds("report", kept[1]).code == 0
    assert kept[0].read_text() == page


def test_json_has_the_whole_result(tradewinds: Tradewinds, write: Write) -> None:
    answer = answer_of(tradewinds("backtest", write(), "--json"))
    assert set(answer) >= {
        "stats", "orders", "fills", "trades", "equity", "orderHash", "provenance",
    }  # fmt: skip
    assert len(answer["equity"]) == 744
    assert [one["month"] for one in answer["months"]] == ["2024-03"]
    assert answer["months"][0]["return"] == pytest.approx(answer["stats"]["totalReturn"])
    assert answer["bySymbol"]["BTC/USDT"]["trades"] == answer["stats"]["trades"]
    assert all(0.0 <= one["mae"] < 1.0 and one["mfe"] >= 0.0 for one in answer["trades"])
    assert len(answer["orderHash"]) == 64
    assert answer["stats"]["trades"] == sum(1 for one in answer["trades"] if one["exitTime"])
    assert answer["stats"]["fees"] == pytest.approx(sum(fill["fee"] for fill in answer["fills"]))
    assert answer["accepted"] is None
    assert set(answer["provenance"]) == {
        "question", "strategy", "code", "data", "instruments", "costs", "versions", "key",
    }  # fmt: skip


def test_same_question_has_the_same_answer(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    first, second = (tradewinds("backtest", path, "--json").out for _ in range(2))
    assert first == second


def test_file_of_bars_answers_as_the_store_does(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    stored = answer_of(tradewinds("backtest", path, "--json"))
    from_file = answer_of(
        tradewinds("backtest", path, "--json", "--data", DATA, "--store", "/nowhere")
    )
    assert from_file == stored


def test_file_of_bars_is_named_with_the_rules_that_were_used(
    tradewinds: Tradewinds, write: Write
) -> None:
    first = tradewinds("backtest", write(), "--data", DATA).out.splitlines()[0]
    assert first.startswith(f"{DATA} as binance BTC/USDT · tick 0.01 · lot 0.00001")
    assert first.endswith("instruments.csv)")


def test_file_of_bars_without_rules_beside_it_is_guessed_and_said(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    alone = tmp_path / "alone" / DATA.name
    alone.parent.mkdir()
    alone.write_bytes(DATA.read_bytes())
    told = tradewinds("backtest", write(), "--data", alone)
    assert told.code == 0
    assert "(guessed from the decimals of the data)" in told.out


def test_file_of_bars_for_two_symbols_is_refused(tradewinds: Tradewinds, write: Write) -> None:
    path = write(replace={"[BTC/USDT]": "[BTC/USDT, ETH/USDT]"})
    told = tradewinds("backtest", path, "--data", DATA)
    assert told.code == 2
    assert "a file holds one symbol, the Strategy trades BTC/USDT, ETH/USDT" in told.err


def test_parameters_can_be_set(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    other = answer_of(tradewinds("backtest", path, "--set", "fast=8", "--json"))
    assert other["orderHash"] != answer_of(tradewinds("backtest", path, "--json"))["orderHash"]


def test_parameter_that_is_not_there_is_refused_with_those_that_are(
    tradewinds: Tradewinds, write: Write
) -> None:
    told = tradewinds("backtest", write(), "--set", "quick=8")
    assert (told.code, told.err) == (
        2,
        "--set quick: the Strategy has no such parameter, expected one of: fast, slow\n",
    )


def test_period_on_the_command_line_wins(tradewinds: Tradewinds, write: Write) -> None:
    answer = answer_of(
        tradewinds("backtest", write(), "--from", "2024-05-01", "--to", "2024-05-02", "--json")
    )
    assert answer["period"] == {"from": 1714521600000, "to": 1714608000000}
    assert answer["bars"] == 24


def test_bare_strategy_runs_over_all_that_is_stored_behind_the_warm_up(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    path = write(documents[STRATEGY], documents[ACCOUNT])
    answer = answer_of(tradewinds("backtest", path, "--json"))
    assert answer["bars"] == 8784 - answer["warmup"]
    assert answer["missing"] == 0


def test_bare_strategy_without_its_account_asks_for_the_exchange(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    path = write(documents[STRATEGY])
    told = tradewinds("backtest", path)
    assert told.code == 2
    assert "its ExchangeAccount 'paper' was neither in the file nor beside it" in told.err
    assert tradewinds("backtest", path, "--exchange", "binance").code == 0


def test_what_a_file_refers_to_is_found_beside_it(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    whole = answer_of(tradewinds("backtest", write(), "--json"))
    (Path("cross.yaml")).unlink()
    write(documents[STRATEGY], name="strategy.yaml")
    write(documents[ACCOUNT], name="account.yml")
    path = write(documents[BACKTEST], name="question.yaml")
    assert answer_of(tradewinds("backtest", path, "--json")) == whole


def test_data_beside_a_file_is_not_read_as_manifests(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str], tmp_path: Path
) -> None:
    (tmp_path / "trades.json").write_text('{"trades": [')
    (tmp_path / "large.json").write_text(
        '{"apiVersion": "tradewinds.dev/v1alpha1"' + " " * MAX_BYTES
    )
    manifest = load_documents(Source("", documents[STRATEGY]))[0].value
    (tmp_path / "strategy.json").write_text(json.dumps(manifest))
    path = write(documents[BACKTEST], documents[ACCOUNT])
    assert tradewinds("backtest", path).code == 0
    (tmp_path / "strategy.json").unlink()
    told = tradewinds("backtest", path)
    assert (
        "there is no Strategy 'cross' in this file or beside it (there: none). Add it" in told.err
    )


def test_strategy_that_is_nowhere_is_named_with_those_that_are(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    write(documents[STRATEGY], name="other.yaml", replace={"name: cross": "name: other"})
    write("kind: [", name="broken.yaml")
    told = tradewinds("backtest", write(documents[BACKTEST], documents[ACCOUNT]))
    assert told.code == 2
    assert "there is no Strategy 'cross' in this file or beside it (there: other)" in told.err
    assert "broken.yaml" in told.err


def test_one_of_several_strategies_is_chosen_by_name(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    second = documents[STRATEGY].replace("name: cross", "name: second")
    path = write(documents[STRATEGY], second, documents[ACCOUNT])
    told = tradewinds("backtest", path)
    assert told.code == 2
    assert "(Strategy: cross, second). Choose one with --name NAME" in told.err
    assert answer_of(tradewinds("backtest", path, "--name", "second", "--json"))["name"] == "second"


def test_backtest_overrides_costs_capital_and_symbols(tradewinds: Tradewinds, write: Write) -> None:
    path = write(
        replace={
            "to: 2024-04-01}": "to: 2024-04-01}\n  costs: {fee: {taker: 0.3%}}\n"
            "  capital: 5000 USDT\n  data: {symbols: [ETH/USDT]}"
        }
    )
    answer = answer_of(tradewinds("backtest", path, "--json"))
    assert answer["costs"] == {"makerFee": 0.001, "takerFee": 0.003, "slippage": 0.0002}
    assert (answer["capital"], answer["symbols"]) == (5000, ["ETH/USDT"])


def test_costs_are_those_of_the_account(tradewinds: Tradewinds, write: Write) -> None:
    path = write(
        replace={"environment: Paper": "environment: Paper, paper: {costs: {slippage: 0.5%}}"}
    )
    assert answer_of(tradewinds("backtest", path, "--json"))["costs"]["slippage"] == 0.005


def test_acceptance_that_is_not_met_is_exit_code_1(tradewinds: Tradewinds, write: Write) -> None:
    demand = "to: 2024-04-01}\n  acceptance: [trades >= 1, maxDrawdown < 0.001%]"
    path = write(replace={"to: 2024-04-01}": demand})
    told = tradewinds("backtest", path)
    assert told.code == 1
    assert re.search(r"acceptance trades >= 1: met \(\d+\)", told.out)
    assert "acceptance maxDrawdown < 0.001%: NOT MET" in told.out
    assert answer_of(tradewinds("backtest", path, "--json"))["accepted"] is False


def test_every_figure_of_a_single_run_can_be_demanded(tradewinds: Tradewinds, write: Write) -> None:
    known = [one for one in METRICS.values() if one.group != "trials"]
    demands = [f"{one.name} > -999999{'%' if one.in_percent else ''}" for one in known]
    for lines in (demands[:32], demands[32:]):  # as many as a Backtest may have
        asked = f"to: 2024-04-01}}\n  acceptance: [{', '.join(lines)}]"
        found = answer_of(
            tradewinds("backtest", write(replace={"to: 2024-04-01}": asked}), "--json")
        )
        unmet = [one["demand"] for one in found["acceptance"] if not one["met"]]
        undefined = [one for one in unmet if not one.startswith("recoveryDays")]
        assert (len(found["acceptance"]), undefined) == (len(lines), [])


def test_acceptance_that_is_met_is_exit_code_0(tradewinds: Tradewinds, write: Write) -> None:
    path = write(replace={"to: 2024-04-01}": "to: 2024-04-01}\n  acceptance: [trades >= 1]"})
    assert tradewinds("backtest", path).code == 0


def test_acceptance_on_a_figure_of_many_trials_is_refused_by_name(
    tradewinds: Tradewinds, write: Write
) -> None:
    demand = "to: 2024-04-01}\n  acceptance: [overfitProbability < 0.3]"
    told = tradewinds("backtest", write(replace={"to: 2024-04-01}": demand}))
    assert told.code == 2
    assert "needs overfitProbability, a figure over many trials" in told.err


def test_period_off_the_grid_has_no_gaps_of_its_own(tradewinds: Tradewinds, write: Write) -> None:
    path = write()
    for start, end, bars in (
        ("2024-05-01T00:30Z", "2024-05-01T02:30Z", 2),
        ("2024-05-01T00:00Z", "2024-05-01T00:30Z", 1),
    ):
        answer = answer_of(tradewinds("backtest", path, "--from", start, "--to", end, "--json"))
        assert (answer["bars"], answer["missing"]) == (bars, 0)


def test_gaps_in_the_bars_are_counted(
    tradewinds: Tradewinds, write: Write, documents: tuple[str, str, str]
) -> None:
    strategy = documents[STRATEGY].replace("BTC/USDT", "BTC/USDC").replace("1h", "1m")
    path = write(strategy.replace("10000 USDT", "10000 USDC"))
    data = ROOT / "data" / "kraken_BTC-USDC_1m_2023-03-10_2023-03-12.csv.gz"
    period = ("--from", "2023-03-11", "--to", "2023-03-13")
    told = tradewinds("backtest", path, "--exchange", "kraken", "--data", data, *period, "--json")
    answer = answer_of(told)
    assert answer["bars"] + answer["missing"] == 2 * 24 * 60
    assert answer["missing"] > 100
    assert answer["stats"]["trades"] > 30


def test_result_that_cannot_be_written_is_said_beside_the_answer(
    tradewinds: Tradewinds, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "runs").write_text("in the way")
    told = tradewinds("backtest", write())
    assert told.code == 0
    assert re.search(r"result not written \(runs/[0-9a-f]{8}\.json: .+\)", told.out)
