"""Whom a halt selects: what the gateway latches by, and what the operator counts by."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tradewinds_crds.selection import may_select, narrows, selects


@dataclass(frozen=True)
class Bot:
    name: str = "trend"
    namespace: str = "desk"
    account: str = "paper"
    labels: dict[str, str] = field(default_factory=lambda: {"team": "a"})


@pytest.mark.parametrize(
    ("selector", "selected", "account", "narrow"),
    [
        ({}, True, True, False),
        ({"namespaces": [], "strategies": [], "matchLabels": {}}, True, True, False),
        ({"namespaces": ["desk"]}, True, True, False),
        ({"namespaces": ["other"]}, False, False, False),
        ({"accounts": ["desk/paper"]}, True, True, False),
        ({"accounts": ["other/paper"]}, False, False, False),
        ({"strategies": ["trend"]}, True, True, True),
        ({"strategies": ["other"]}, False, True, True),
        ({"matchLabels": {"team": "a"}}, True, True, True),
        ({"matchLabels": {"team": "b"}}, False, True, True),
    ],
)
def test_selector_meets_what_fits_every_list_that_is_written(
    selector: dict[str, Any], selected: bool, account: bool, narrow: bool
) -> None:
    assert selects(selector, Bot()) is selected
    assert may_select(selector, "desk", "paper") is account
    assert narrows(selector) is narrow
