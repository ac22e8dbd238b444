"""What both desks print of positions that a deleted Strategy left."""

from tradewinds_crds.desk import POSITION_COLUMNS, cells, handed_over

BY_NAME = "with the deleted Strategy of this name"
HELD = {"symbol": "BTC/USDT", "base": "BTC", "quantity": "0.1", "averagePrice": "1000.2"}


def test_position_of_a_deleted_strategy_is_told_from_its_namesakes() -> None:
    row = {"strategy": "trend", **HELD}
    assert cells(POSITION_COLUMNS, row)[:3] == ["trend", "BTC/USDT", "0.1"]
    assert cells(POSITION_COLUMNS, {**row, "deleted": True})[0] == "trend (deleted)"


def test_each_position_that_was_taken_or_left_is_a_sentence() -> None:
    status = {"adoption": {"taken": [HELD], "left": [{**HELD, "quantity": "-2"}], "waits": "x"}}
    assert handed_over(status) == [
        "took over +0.1 BTC, entered at 1000.2, from the deleted Strategy of this name",
        f"-2 BTC stays {BY_NAME}: one that begins with adopt: true and BTC/USDT takes it over",
        "begins once the deleted Strategy of this name is done: x",
    ]
    assert handed_over({}) == []
