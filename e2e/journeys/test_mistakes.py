"""Every mistake of the contract is refused with its message; what CEL cannot see is Stalled."""

import bots
import manifest_cases as cases
import pytest
from installation import CommandError, Site

from tradewinds_crds.names import API_VERSION


@pytest.mark.parametrize("case", cases.of_rules(), ids=str)
def test_the_api_server_refuses_with_the_rule_s_own_words(site: Site, case: cases.Case) -> None:
    trading = site.namespace("trading-mistakes")
    manifest = {"apiVersion": API_VERSION, "kind": case.kind, "metadata": {"name": "case"}}

    with pytest.raises(CommandError) as refusal:
        trading.apply(bots.text({**manifest, "spec": case.bad}))

    assert cases.rules_by_name()[case.name] in str(refusal.value)


def test_an_unknown_indicator_is_stalled_with_its_column(site: Site) -> None:
    trading = site.namespace("trading-mistakes")
    rules = {"long": {"entry": "crossover(close, open)", "exit": "close < 1"}}
    trading.apply(bots.text(bots.account(), bots.strategy("typo", rules=rules)))

    message = trading.until_reason("strategy", "typo", "Stalled", "InvalidRules", 30)

    assert "crosses_above" in message


def test_a_missing_account_and_a_missing_feed_name_their_remedy(site: Site) -> None:
    trading = site.namespace("trading-mistakes")
    trading.apply(bots.text(bots.strategy("lonely", accountRef={"name": "nowhere"})))

    message = trading.until_reason("strategy", "lonely", "Stalled", "AccountMissing", 30)
    assert "nowhere" in message

    trading.apply(
        bots.text(bots.account("here"), bots.strategy("deaf", accountRef={"name": "here"}))
    )
    message = trading.until_reason("strategy", "deaf", "Stalled", "FeedMissing", 30)
    assert "MarketFeed" in message


def test_a_gap_in_the_data_is_a_reason_with_its_remedy(site: Site) -> None:
    trading = site.namespace("trading-mistakes")
    trading.apply(
        bots.text(
            bots.account(),
            bots.strategy("early"),
            bots.backtest("2020-01-01", "2020-02-01", "early"),
        )
    )

    message = trading.until_reason("backtest", "early", "Complete", "DataMissing", 90)

    assert "tradewinds data" in message
