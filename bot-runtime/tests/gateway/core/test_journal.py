"""The journal is immutable from outside, whoever writes behind which view."""

import pytest

from tradewinds.gateway.core.journal import Journal


def test_view_does_not_see_what_was_written_behind_it() -> None:
    empty: Journal[int] = Journal()
    one = empty.with_entry("a", 1)
    two = one.with_entry("b", 2)
    assert (empty.get("a"), one.get("b"), two.get("b")) == (None, None, 2)
    assert [len(view) for view in (empty, one, two)] == [0, 1, 2]


def test_two_futures_of_one_view_do_not_see_each_other() -> None:
    one: Journal[int] = Journal[int]().with_entry("a", 1)
    left, right = one.with_entry("b", 2), one.with_entry("c", 3)
    assert dict(left) == {"a": 1, "b": 2}
    assert dict(right) == {"a": 1, "c": 3}
    assert one.with_entry("b", 9).get("b") == 9
    assert left.get("b") == 2


def test_key_is_written_once() -> None:
    with pytest.raises(KeyError):
        Journal[int]().with_entry("a", 1).with_entry("a", 2)


def test_views_are_equal_by_what_they_hold() -> None:
    one: Journal[int] = Journal[int]().with_entry("a", 1)
    longer = one.with_entry("b", 2)
    assert one == Journal[int]().with_entry("a", 1)
    assert one != longer
