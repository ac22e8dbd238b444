import json
import re
from pathlib import Path
from typing import Any

import pytest
from answers import an_answer
from documents import Page

from tradewinds.reporting import ReportError, html
from tradewinds.reporting.charts import CANDLES
from tradewinds.reporting.curves import STRETCHES
from tradewinds.reporting.reading import NEEDED

SECTIONS = {
    "months": "Returns by month",
    "bySymbol": "By symbol",
    "luck": "Is it luck?",
    "optimization": "Parameters",
    "walkForward": "Walk-forward",
    "charts": "Trades on the price",
    "fills": "Exposure",
}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def data_of(page: Page) -> list[dict[str, Any]]:
    (found,) = [one for one in page.all("script") if one.attributes.get("id") == "data"]
    runs: list[dict[str, Any]] = json.loads(found.text)
    return runs


def headings(page: Page) -> str:
    return "\n".join(one.text for tag in ("h1", "h2", "h3") for one in page.all(tag))


def figures_of(page: Page, name: str) -> list[list[float]]:
    rows = [row for row in page.all("tr") if row.attributes.get("data-figure") == name]
    return [
        [float(one.attributes["value"]) for one in page.all("data") if row in one.parents]
        for row in rows
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_page_loads_nothing_from_elsewhere(count: int) -> None:
    text = html([an_answer(seed=i) for i in range(count)])
    page = Page(text)
    links = [one.attributes[name] for one in page.elements for name in ("src", "href", "srcset")
             if name in one.attributes]  # fmt: skip
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\b", text)
    (policy,) = [one.attributes["content"] for one in page.all("meta")
                 if "http-equiv" in one.attributes]  # fmt: skip
    assert policy.startswith("default-src 'none';")


def test_figures_are_those_of_the_answer_beside_buy_and_hold() -> None:
    answer = an_answer()
    page = Page(html([answer]))
    for name, value in answer["stats"].items():
        beside = (answer["buyAndHold"].get(name), answer["benchmark"]["stats"].get(name))
        expected = [one for one in (value, *beside) if one is not None]
        assert figures_of(page, name) == [expected], name


def test_fall_is_written_as_a_fall_and_an_undefined_figure_as_a_dash() -> None:
    page = Page(html([an_answer()]))
    rows = {
        row.attributes.get("data-figure"): [c.text for c in page.all("td") if row in c.parents]
        for row in page.all("tr")
    }
    signs = ["\N{MINUS SIGN}12.35%", "\N{MINUS SIGN}31.17%", "\N{MINUS SIGN}40.00%"]
    assert rows["maxDrawdown"] == signs
    assert rows["calmar"] == ["\N{EN DASH}"] * 3


def test_every_figure_of_the_list_has_its_definition_to_hover() -> None:
    page = Page(html([an_answer()]))
    tips = {
        row.attributes["data-figure"]: [one.text for one in page.all("span") if row in one.parents]
        for row in page.all("tr")
        if "data-figure" in row.attributes
    }
    assert tips.pop("unheardOf") == []
    assert all(len(one) == 1 and one[0].endswith(".") for one in tips.values())
    assert "largest 1 - equity / highest equity before it" in tips["maxDrawdown"][0]


def test_trades_are_those_of_the_answer() -> None:
    answer = an_answer(trades=40)
    table = data_of(Page(html([answer])))[0]["trades"]
    columns, words = table["columns"], table["words"]
    assert len(table["rows"]) == len(answer["trades"])
    for row, trade in zip(table["rows"], answer["trades"], strict=True):
        shown = dict(zip(columns, row, strict=True))
        for name in ("symbol", "side", "exit", "reason", "exitReason"):
            assert words[shown.pop(name)] == trade[name]
        share = trade["profit"] / (trade["quantity"] * trade["entryPrice"])
        assert shown.pop("share") == pytest.approx(share, abs=1e-7)
        for name, value in shown.items():
            said = trade[name]
            assert value == (pytest.approx(said, rel=1e-9) if isinstance(said, float) else said)


def test_equity_begins_with_the_capital_and_ends_as_in_the_answer() -> None:
    answer = an_answer()
    run = data_of(Page(html([answer])))[0]
    assert (run["time"][0], run["equity"][0]) == (answer["period"]["from"], answer["capital"])
    assert run["time"][-1] == answer["equity"][-1][0]
    assert run["equity"][-1] == pytest.approx(answer["equity"][-1][1], rel=1e-6)
    assert max(run["equity"]) == pytest.approx(max(v for _, v in answer["equity"]), rel=1e-6)


def test_benchmark_is_drawn_day_by_day_beside_holding() -> None:
    answer = an_answer()
    run = data_of(Page(html([answer])))[0]
    pairs = zip(run["time"], run["benchmark"], strict=True)
    daily = {time: pytest.approx(value) for time, value in answer["benchmark"]["equity"]}
    assert {time: value for time, value in pairs if value} == {
        answer["period"]["from"]: answer["capital"],
        **daily,
    }
    assert "benchmark" not in data_of(Page(html([an_answer(without=["benchmark"])])))[0]


@pytest.mark.parametrize("key", SECTIONS)
def test_section_is_left_out_when_its_key_is_missing(key: str) -> None:
    assert SECTIONS[key] in headings(Page(html([an_answer()])))
    assert SECTIONS[key] not in headings(Page(html([an_answer(without=[key])])))


def test_answer_of_nothing_but_what_is_needed_makes_a_page() -> None:
    answer = {name: value for name, value in an_answer(trades=0).items() if name in NEEDED}
    page = Page(html([answer | {"stats": {}, "equity": []}]))
    assert not any(section in headings(page) for section in SECTIONS.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"months": [{"month": "2024-03"}]},
        {"bySymbol": ["BTC/USDT"]},
        {"luck": {"bootstrap": 3}},
        {"optimization": {"trials": [{"parameters": {"x": 1}}]}},
        {"walkForward": {"windows": [{}]}},
        {"charts": {"held": [1, 2]}},
        {"charts": {"prices": {"BTC/USDT": [1, 2]}}},
        {"fills": [{"time": 0}]},
        {"acceptance": [{}]},
    ],
)
def test_section_of_another_shape_is_told_as_bad_input(changes: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="btc-trend: part of its result is not as"):
        html([an_answer(**changes)])


def test_names_of_others_stay_text() -> None:
    plain, answer = an_answer(), an_answer(name=HOSTILE, symbols=[HOSTILE])
    for trade in answer["trades"]:
        trade["reason"] = trade["symbol"] = HOSTILE
    answer["charts"]["prices"] = {HOSTILE: answer["charts"]["prices"]["BTC/USDT"]}
    answer["optimization"]["method"] = answer["luck"]["verdict"] = HOSTILE
    page = Page(html([answer]))
    assert len(page.all("script")) == len(Page(html([plain])).all("script"))
    assert page.all("img") == []
    assert page.all("h1")[0].text == HOSTILE
    assert HOSTILE in data_of(page)[0]["trades"]["words"]


def test_every_chart_of_the_page_is_one_that_the_script_draws() -> None:
    page = Page(html([an_answer(), an_answer()]))
    asked = {
        one.attributes["data-chart"] for one in page.elements if "data-chart" in one.attributes
    }
    script = page.all("script")[-1].text
    kinds = script.split("const kinds = {")[1].split("\n  };")[0]
    assert asked == set(re.findall(r"^    (\w+)(?:\(|:)", kinds, re.MULTILINE))


def test_runs_are_compared_in_a_column_each() -> None:
    answers = [an_answer(seed=i, name=name) for i, name in enumerate(("one", "two", "three"))]
    page = Page(html(answers))
    compared = figures_of(page, "totalReturn")[0]
    assert compared == [answer["stats"]["totalReturn"] for answer in answers]
    links = [one for one in page.all("a") if one.inside("thead")]
    assert [one.text for one in links] == ["one", "two", "three"]
    ids = [one.attributes["id"] for one in page.all("details") if "id" in one.attributes]
    assert [one.attributes["href"] for one in links] == [f"#{name}" for name in ids]


def test_runs_of_one_name_are_told_apart_by_their_orders() -> None:
    page = Page(html([an_answer(), an_answer(orderHash="03fe11d2" * 8)]))
    assert [one.text for one in page.all("a")] == ["btc-trend 7c1e94a0", "btc-trend 03fe11d2"]


def test_huge_run_is_drawn_with_few_points_and_lists_all_trades() -> None:
    text = html([an_answer(bars=100_000, trades=5_000)])
    run = data_of(Page(text))[0]
    assert len(run["time"]) <= 2 * 4 * STRETCHES + 1_002
    assert all(len(one[0]) <= CANDLES for one in run["prices"].values())
    assert len(run["trades"]["rows"]) == 5_000
    assert len(text) < 2_000_000


def test_template_of_the_users_own_changes_blocks(tmp_path: Path) -> None:
    own = tmp_path / "desk.html"
    (tmp_path / "motto.html").write_text("<p>{{ runs[0].title }} by the desk</p>")
    own.write_text(
        '{% extends "report.html" %}{% block header %}{% include "motto.html" %}{% endblock %}'
    )
    page = Page(html([an_answer(name="a & b")], own))
    assert "a & b by the desk" in [one.text for one in page.all("p")]
    assert "Tradewinds" not in page.all("p")[0].text
    assert len(data_of(page)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{% extends ", r"own\.html:2: "),
        ("{{ nowhere }}", r"own\.html: 'nowhere' is undefined"),
        ('{% include "gone.html" %}', r"own\.html: gone\.html"),
        ("{{ 1 / 0 }}", r"own\.html: ZeroDivisionError"),
        ("{{ ''.__class__.__mro__ }}", r"own\.html: access to attribute '__class__'"),
    ],
)
def test_wrong_template_is_named(text: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text(text)
    with pytest.raises(ReportError, match=message):
        html([an_answer()], own)


def test_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"--template .*own\.html: there is no such file"):
        html([an_answer()], tmp_path / "own.html")


def test_report_of_nothing_is_refused() -> None:
    with pytest.raises(ReportError, match="at least one answer"):
        html([])
