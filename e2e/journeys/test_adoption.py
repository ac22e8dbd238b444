"""A Strategy made anew under the name of a deleted one takes over what that one left."""

import bots
import pytest
from installation import Site, Trading, until

START, END = "2024-03-01", "2024-06-01"
START_MS = 1_709_251_200_000


@pytest.fixture(scope="module")
def trading(site: Site) -> Trading:
    trading = site.namespace("trading-adoption")
    heirs = [bots.strategy("heir"), bots.strategy("stranger")]
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "14400x"), *heirs))
    for name in ("heir", "stranger"):
        trading.until_decided("paper", name, START_MS + 10 * bots.HOUR, 120)
    return trading


def _left(trading: Trading, name: str) -> dict[str, object]:
    """Delete a Strategy while it holds, and return the row that it had."""
    until(lambda: trading.row("paper", name).get("flat") is False, 180, f"{name} is open")
    row = trading.row("paper", name)
    trading.kubectl("delete", "strategy", name, "--timeout=60s")
    return row


def test_a_namesake_that_adopts_manages_and_closes_the_position(
    trading: Trading, site: Site
) -> None:
    old = _left(trading, "heir")
    trading.apply(bots.text(bots.strategy("heir", adopt=True)))
    trading.wait("strategy/heir", "Adopted", 180)

    assert trading.condition("strategy", "heir", "Adopted")["reason"] == "PositionsTaken"
    row = trading.row("paper", "heir")
    assert [taken["predecessor"] for taken in row["adoption"]["taken"]] == [old["uid"]]
    assert "took over +" in site.plugin("top", "-n", trading.name)
    notes = trading.all("event", "--field-selector=reason=PositionsTaken")
    assert [note["regarding"]["name"] for note in notes] == ["heir"]
    trading.kill("bot-heir-0")
    until(lambda: trading.row("paper", "heir").get("trades", 0) > 0, 240, "it has closed it")


def test_without_adopt_the_position_stays_and_is_told(trading: Trading, site: Site) -> None:
    _left(trading, "stranger")
    trading.apply(bots.text(bots.strategy("stranger")))

    message = trading.until_reason("strategy", "stranger", "Adopted", "LeftBehind", 180)
    assert "stays with the deleted Strategy of this name" in message
    assert "stranger (deleted)" in site.plugin("positions", "-n", trading.name)
