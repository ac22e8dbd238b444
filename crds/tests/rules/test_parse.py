"""Parsing: a closed list of nodes, bounded, and never another exception than its own."""

from __future__ import annotations

import ast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradewinds_crds.rules import RuleError
from tradewinds_crds.rules.parse import MAX_LENGTH, parse

WORDS = [
    "close",
    "ema",
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    "**",
    "and",
    "not",
    "if",
    "else",
    "1",
    "1e9",
    "lambda",
    ":",
    "=",
    "==",
    "'",
    '"',
    "f'",
    "{",
    "}",
    "\n",
    "\t",
    " ",
    "é",
    "\x00",
    "\\",
    "#",
    ";",
    "@",
    "await",
    "...",
    "5if",
    "0x1",
    "None",
    "*",
    "!",
    ".",
    "9" * 20,
]


def outcome(text: str) -> ast.expr | RuleError:
    try:
        return parse(text)
    except RuleError as error:
        return error


@settings(max_examples=200, deadline=None)
@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
@example("(" * 500)
@example("-" * 900 + "1")
@example("not " * 240 + "x")
@example("9" * 900)
@example("1e999")
@example("x" + "[0]" * 300)
@example("a" * (MAX_LENGTH + 1))
@example("f'{close}'")
@example("\ud800")
def test_whatever_the_text_is_nothing_but_its_own_error_is_raised(text: str) -> None:
    found = outcome(text)
    if isinstance(found, RuleError):
        assert 1 <= found.span.column <= len(text) + 1
        assert found.span.length >= 1
        assert "\n" not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "lambda: 1",
        "[close]",
        "{1: 2}",
        "(x for x in y)",
        "f'{close}'",
        "await x",
        "(yield)",
        "close if",
        "*close",
        "(a := 1)",
        "1j",
        "b'x'",
        "...",
        "True",
        "None",
        "__import__('os')[1:2]",
        "close; open",
        "close # now",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse(text)


def test_columns_are_those_of_the_text_with_its_leading_space_and_line_breaks() -> None:
    tree = parse("  close >\n open")
    assert isinstance(tree, ast.Compare)
    assert [tree.left.col_offset, tree.comparators[0].col_offset] == [2, 11]


@pytest.mark.parametrize(
    ("text", "column", "length", "says"),
    [
        ("", 1, 1, "was empty"),
        ("close > 1 & open > 2", 9, 8, "'&' is written 'and' here"),
        ("close && open", 7, 2, "'&&' is written 'and' here"),
        ("close || open", 7, 2, "'||' is written 'or' here"),
        ("close ** 2 > 1", 1, 10, "there are no powers; write x * x"),
        ("close = 5", 7, 1, "to compare, write '=='"),
        ("close > 5%", 9, 2, "0.05 for 5%"),
        ("close > 3R", 9, 2, "'3R' is no number"),
        ("close[1:3] > 2", 7, 3, "x[1] is one bar ago"),
        ("close > 2e15", 9, 4, "this number is too large"),
        ("close > 1e999", 9, 5, "this number is too large"),
        ("close × 2", 7, 1, "unknown character"),  # noqa: RUF001  # what a text processor makes
        ("close > open AND r", 14, 3, "small letters"),
    ],
)
def test_message_points_at_the_place_and_says_what_to_write(
    text: str, column: int, length: int, says: str
) -> None:
    with pytest.raises(RuleError) as raised:
        parse(text)
    assert (raised.value.span.column, raised.value.span.length) == (column, length)
    assert says in str(raised.value)


def test_depth_is_bounded() -> None:
    parse("-" * 20 + "1")
    with pytest.raises(RuleError, match="nested more than 32 deep"):
        parse("-" * 40 + "1")


def test_numbers_with_an_exponent_are_numbers() -> None:
    assert isinstance(parse("1.5e3"), ast.Constant)
