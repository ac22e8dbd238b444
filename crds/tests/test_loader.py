from pathlib import Path

import pytest

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import load_documents, read_source
from tradewinds_crds.source import Source


def refusal(text: str) -> str:
    with pytest.raises(ManifestError) as refused:
        load_documents(Source("a.yaml", text))
    return str(refused.value)


def value(text: str) -> object:
    (document,) = load_documents(Source("a.yaml", text))
    return document.value


def test_quoted_scalars_stay_text() -> None:
    assert value("""{a: '5', b: "yes", c: 5}""") == {"a": "5", "b": "yes", "c": 5}


def test_documents_that_are_empty_are_left_out() -> None:
    assert len(load_documents(Source("a.yaml", "---\n---\na: 1\n---\n# nothing\n"))) == 1


def test_anchor_and_merge_are_expanded_in_the_order_that_kubectl_has() -> None:
    text = "b: &b {x: 1, z: 2}\nd: {<<: *b, x: 5}\ne: {<<: [*b, {x: 9, w: 3}]}\n"
    assert value(text) == {
        "b": {"x": 1, "z": 2},
        "d": {"x": 5, "z": 2},
        "e": {"x": 1, "z": 2, "w": 3},
    }


def test_every_node_knows_its_place() -> None:
    (document,) = load_documents(Source("a.yaml", "a:\n  b: [1, 2 3]\n"))
    assert document.written(("a", "b", 1)) == "2 3"
    assert document.source.position(document.place(("a", "b", 1)).start) == (2, 10)
    assert document.source.position(document.keys["a", "b"].start) == (2, 3)


def test_place_of_what_is_not_written_is_that_of_its_parent() -> None:
    (document,) = load_documents(Source("a.yaml", "a: {b: 1}\n"))
    assert document.place(("a", "c", "d")) == document.place(("a",))


def test_key_given_twice_is_refused_with_a_caret() -> None:
    assert refusal("a: 1\nb: 2\na: 3\n") == (
        "a.yaml:3:1 the key 'a' stands here twice. Remove one of them\n  a: 3\n  ^"
    )


@pytest.mark.parametrize(("key", "word"), [("n", "false"), ("on", "true"), ("~", "null")])
def test_key_that_is_no_text_to_yaml_is_refused(key: str, word: str) -> None:
    assert f"YAML reads the key {key} as {word}" in refusal(f"{key}: 20\n")


def test_quoted_key_may_be_any_word() -> None:
    assert value('"n": 20') == {"n": 20}


def test_comma_that_cuts_an_expression_is_explained() -> None:
    text = "a:\n  b: {upper: highest(high, 20), lower: close}\n"
    assert refusal(text) == (
        "a.yaml:2:14 the comma ended this value inside { }. Put the expression on its own line:\n"
        "      upper: highest(high, 20)"
    )


def test_comma_that_cuts_an_expression_in_a_list_is_explained() -> None:
    assert "- max(a, b) < c" in refusal("a: [max(a, b) < c]\n")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: !x 5", "1:4", "the tag !x has no meaning here"),
        ("a: .nan", "1:4", "is no number that can be traded with"),
        ("a: @x", "1:4", "no value can start with this character"),
        ("a:\n\t- b", "2:1", "a tab, where YAML wants spaces"),
        ("a: b: c", "1:5", "a second ': ' in one line"),
        ("a: 1\n b: 2", "2:3", "indented below a line that has its value already"),
        ('a: "b\nc: d', "1:4", "a quote is opened and never closed"),
        ("a: {b: c\nd: e", "1:4", "a { is not closed"),
        ("a: [b\nd: e", "1:4", "a [ is not closed"),
        ("a: *b", "1:4", "this alias has no anchor before it"),
        ("a: \x01", "1:4", "a character that no text has"),
        ("a: &a [*a]", "1:4", "the anchor's own value has its alias in it"),
        ("? [a]\n: b", "1:3", "a key must be a name"),
        ("a: 1\n- b", "2:1", "this line does not fit the lines above it"),
        ("a: 1\nb", "2:1", "a line that is no 'name: value'"),
        ("a: {<<: 5}", "1:9", "<< merges maps alone"),
    ],
)
def test_mistake_is_told_with_place_and_remedy(text: str, place: str, words: str) -> None:
    told = refusal(text)
    assert told.startswith(f"a.yaml:{place} ")
    assert words in told


def test_nesting_without_end_is_refused_before_it_does_harm() -> None:
    assert "nested deeper than 64" in refusal("a: " + "[" * 100_000)


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcd", "bcde", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    assert "aliases expand to too much" in refusal("\n".join(lines))


def test_large_file_is_refused() -> None:
    assert "larger than" in refusal("a: " + "x" * 1_100_000)


def test_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe")
    for path, words in (
        (tmp_path / "none.yaml", "no such file or directory"),
        (tmp_path, "is a folder"),
        (binary, "is not UTF-8 text"),
    ):
        with pytest.raises(ManifestError, match=words):
            read_source(path)


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_source(path).text == "a: 1\n"
