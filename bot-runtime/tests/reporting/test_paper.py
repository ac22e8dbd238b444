import re

import pytest
from answers import an_answer

from tradewinds.reporting import ReportError, figure, pdf
from tradewinds.reporting.reading import NEEDED


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


def test_pdf_has_pages_for_figures_charts_and_tables() -> None:
    content = pdf([an_answer()])
    assert content.startswith(b"%PDF-")
    assert pages(content) == 5
    assert pdf([an_answer()]) == content


def test_pdf_of_several_runs_begins_with_their_comparison() -> None:
    small = an_answer(without=["charts", "optimization", "walkForward", "luck", "fills"])
    one = pages(pdf([small]))
    assert pages(pdf([small, small])) == 2 * one + 1


def test_pdf_of_nothing_but_what_is_needed_is_made() -> None:
    answer = {name: value for name, value in an_answer(trades=0).items() if name in NEEDED}
    assert pages(pdf([answer])) >= 1


def test_name_of_dollars_is_no_formula() -> None:
    assert pages(pdf([an_answer(name="$\\frac{1}$", trades=3, without=["charts"])])) >= 1


def test_figure_shows_price_equity_and_drawdown() -> None:
    axes = figure(an_answer()).axes
    titles = [one.get_title(loc="left") for one in axes]
    assert titles == ["Trades on the price of BTC/USDT", "Equity, USDT", "Below the peak"]
    lines = {str(one.get_label()): one for one in axes[1].get_lines()}
    assert set(lines) == {"Strategy", "Buy & hold", "SOL/USDT"}


def test_figure_without_prices_leaves_them_out() -> None:
    assert len(figure(an_answer(without=["charts"])).axes) == 2


def test_section_of_another_shape_is_told_as_bad_input() -> None:
    answer = an_answer(charts={"prices": {"BTC/USDT": [1, 2]}})
    with pytest.raises(ReportError, match="btc-trend: part of its result is not as"):
        pdf([answer])


def test_pdf_of_no_answer_is_refused() -> None:
    with pytest.raises(ReportError, match="at least one answer"):
        pdf([])
