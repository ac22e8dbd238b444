"""Whatever a file holds, it is taken or refused with advice; nothing else ever happens."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_cases import CASES, manifest, patched

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.manifests import load_text
from tradewinds_crds.names import Kind

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "3%", "2R", "1h", "BTC/USDT", "10 USDT", "close > 1", "x", "2022-01-01"]),
    st.text(max_size=12),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)
GOOD = [
    manifest(kind, patched(content["base"], case["good"]))
    for kind, content in CASES.items()
    for case in (*content["cases"], *content["forms"])
]
PYDANTIC_WORDS = ("Input should", "validation error", "Field required", "pydantic")


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        entries = dict(enumerate(value))
    for key, below in entries.items():
        yield from paths(below, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def refusal(text: str) -> str:
    try:
        load_text(text, "a.yaml")
    except ManifestError as refused:
        return str(refused)
    return ""


def judge(text: str) -> None:
    assert not any(word in refusal(text) for word in PYDANTIC_WORDS)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_manifest_with_one_node_replaced_is_taken_or_refused(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(GOOD))
    path = data.draw(st.sampled_from(list(paths(good))))
    judge(json.dumps(replaced(good, path, data.draw(VALUES))))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_text_with_characters_put_in_is_taken_or_refused(data: st.DataObject) -> None:
    text = json.dumps(data.draw(st.sampled_from(GOOD)), indent=1)
    place = data.draw(st.integers(0, len(text)))
    judge(
        text[:place] + data.draw(st.text(" \t\n{}[]:,-\"'#&*!|>%@`x0~", max_size=4)) + text[place:]
    )


def test_every_kind_is_fuzzed() -> None:
    assert {document["kind"] for document in GOOD} == set(Kind)
