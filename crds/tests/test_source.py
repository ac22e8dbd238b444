import pytest

from tradewinds_crds.loader import load_documents
from tradewinds_crds.source import Source


def found(text: str, path: tuple[str, ...], word: str) -> tuple[int, int, str]:
    (document,) = load_documents(Source("a.yaml", text))
    value = document.value_at(path)
    start, end = document.source.within(
        document.place(path), value, value.index(word) + 1, len(word)
    )
    return (*document.source.position(start), document.source.text[start:end])


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: b and crossover(c)\n", 1, 10),
        ("{a: b and crossover(c)}\n", 1, 11),
        ("a: 'b(''x'') and crossover(c)'\n", 1, 18),
        ('a: "b(\\"x\\") and\\tcrossover(c)"\n', 1, 19),
        ('a: "b \\u003e 1 and crossover(c)"\n', 1, 20),
        ("a: >-\n  b and\n  crossover(c)\n", 3, 3),
        ("a: |\n  b and\n    crossover(c)\n", 3, 5),
        ("a: b and\n   crossover(c)\n", 2, 4),
    ],
)
def test_word_of_an_expression_is_found_in_the_file(text: str, line: int, column: int) -> None:
    assert found(text, ("a",), "crossover") == (line, column, "crossover")


def test_caret_stands_under_what_is_meant() -> None:
    source = Source("a.yaml", "a: 1\n\tb: wrong\n")
    assert source.problem(9, 14, "was wrong", "Mend it").caret == "  \tb: wrong\n  \t   ^^^^^"


def test_caret_ends_with_its_line() -> None:
    source = Source("a.yaml", "abc\ndef\n")
    assert source.problem(1, 7, "was wrong").caret == "  abc\n   ^^"


def test_line_that_is_too_long_has_no_caret() -> None:
    assert Source("a.yaml", "x" * 500).problem(3, 4, "was wrong").caret == ""
