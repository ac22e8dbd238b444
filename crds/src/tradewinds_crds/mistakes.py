"""What people get wrong in YAML itself, in their words rather than the parser's."""

import yaml

from tradewinds_crds.errors import Problem
from tradewinds_crds.source import Source

_QUOTE = 'Put the whole value in quotes: "…"'
_OPENED = ("unexpected end of stream", "',' or '}'", "',' or ']'")
_ADVICE = (
    ("undefined alias", "this alias has no anchor before it", "Write the anchor &name first"),
    ("unknown anchor", "this alias has no anchor before it", "Write the anchor &name first"),
    ("cannot start any token", "no value can start with this character", _QUOTE),
    ("unexpected end of stream", "a quote is opened and never closed", "Close it"),
    ("',' or '}'", "a { is not closed, or a comma is missing", "Close it with }"),
    ("',' or ']'", "a [ is not closed, or a comma is missing", "Close it with ]"),
    ("could not find expected ':'", "a line that is no 'name: value'", "Add the colon"),
    ("expected ':'", "a line that is no 'name: value'", "Add the colon"),
    ("block", "this line does not fit the lines above it", "Check its indentation"),
    ("expected key", "this line does not fit the lines above it", "Check its indentation"),
)


def explain(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """Return what is wrong with the YAML, at the place where the parser stopped."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    opened = any(words in said for words in _OPENED) and error.context_mark is not None
    mark = error.context_mark if opened else error.problem_mark or error.context_mark
    start = source.offset(mark.line, mark.column) if mark is not None else 0
    if source.text[start : start + 1] == "\t":
        return source.problem(start, start + 1, "a tab, where YAML wants spaces", "Use spaces")
    if "mapping values are not allowed" in said:
        return _colon(source, start)
    for words, message, remedy in _ADVICE:
        if words in said:
            return source.problem(start, start + 1, message, remedy)
    return source.problem(start, start + 1, f"this is no YAML: {said}", "Check this line")


def _colon(source: Source, start: int) -> Problem:
    line, column = source.position(start)
    if ": " in source.line(line)[: column - 1]:
        return source.problem(start, start + 1, "a second ': ' in one line", _QUOTE)
    message = "this line is indented below a line that has its value already"
    return source.problem(start, start + 1, message, "Check its indentation")


def cut_by_comma(source: Source, node: yaml.Node) -> Problem | None:
    """Return the problem of an expression that a comma ended inside { } or [ ].

    `{upper: highest(high, 20)}` is to YAML the value `highest(high` and the key `20)`.
    """
    mapping = isinstance(node, yaml.MappingNode)
    parts = [part for pair in node.value for part in pair] if mapping else list(node.value)
    for place, part in enumerate(parts):
        rest = next((n for n in parts[place + 1 :] if _closes(n)), None)
        if rest is not None and _is_open(part):
            key = f"{parts[place - 1].value}: " if mapping and place % 2 else "- "
            return _cut(source, key, part, rest)
    return None


def _cut(source: Source, key: str, part: yaml.Node, rest: yaml.Node) -> Problem:
    start = source.offset(part.start_mark.line, part.start_mark.column)
    end = source.offset(rest.end_mark.line, rest.end_mark.column)
    line, column = source.position(start)
    return Problem(
        source.path,
        line,
        column,
        "the comma ended this value inside { }",
        "Put the expression on its own line:",
        f"      {key}{' '.join(source.text[start:end].split())}",
    )


def _is_open(node: yaml.Node) -> bool:
    return (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and node.value.count("(") > node.value.count(")")
    )


def _closes(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value.count(")") > node.value.count("(")
