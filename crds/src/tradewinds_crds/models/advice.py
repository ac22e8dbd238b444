"""What a refused manifest is told: where, what was found, what is expected, what to write.

Pydantic finds the places; the words are ours, made from the forms in `units.py`.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tradewinds_crds.metrics import METRICS
from tradewinds_crds.models.contract import BROKEN_RULES, Model
from tradewinds_crds.models.schema import Schema, node_at, schema_of

Path = tuple[str | int, ...]
_LONGEST = 48
_KEY_MARK: Final = "[key]"

# Words of other tools, and where the same thing stands here.
ELSEWHERE: Final = {
    "pair": "symbols",
    "pairs": "symbols",
    "symbol": "symbols",
    "interval": "timeframe",
    "stoploss": "bracket.stopLoss",
    "stop_loss": "bracket.stopLoss",
    "minimal_roi": "bracket.takeProfit",
    "take_profit": "bracket.takeProfit",
    "trailing_stop": "bracket.trailingStop",
    "stake_amount": "sizing.quote",
    "leverage": "sizing.maxLeverage",
    "dca": "rules.long.scaleIn",
    "max_open_trades": "maxOpenPositions",
    "cash": "capital",
    "commission": "costs.fee",
}

SAME_TIMEFRAMES: Final = {
    "60m": "1h", "120m": "2h", "240m": "4h", "720m": "12h", "1440m": "1d", "24h": "1d", "7d": "1w",
    "D": "1d", "W": "1w",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """One mistake: the path in the spec, whether its key is meant, and what to say."""

    path: Path
    message: str
    remedy: str = ""
    at_key: bool = False
    stands_for: Path = ()
    """The field that an unknown one was probably meant to be."""
    lacks: Path = ()
    """The field that is missing."""


def advise(
    model: type[Model], error: ValidationError, written: Callable[[Path], str]
) -> Iterator[Advice]:
    """Turn Pydantic's findings into advice; `written` shows a value as its file writes it."""
    found = list(_findings(model, error, written))
    meant = {advice.stands_for for advice in found if advice.stands_for}
    yield from (advice for advice in found if advice.lacks not in meant)


def _findings(
    model: type[Model], error: ValidationError, written: Callable[[Path], str]
) -> Iterator[Advice]:
    schema = schema_of(model)
    for detail in error.errors(include_url=False):
        path = tuple(step for step in detail["loc"] if step != _KEY_MARK)
        if detail["type"] == BROKEN_RULES:
            for rule in detail["ctx"]["rules"]:
                yield Advice((*path, rule.at) if rule.at else path, rule.message, rule.remedy)
        elif detail["type"] == "extra_forbidden":
            yield _unknown(schema, path)
        elif detail["type"] == "missing":
            example = _example(node_at(schema, path))
            remedy = f"Add, say: {path[-1]}: {example}"
            yield Advice(path[:-1], f"{dotted(path)} is missing", remedy, lacks=path)
        else:
            yield _unexpected(node_at(schema, path), path, detail, written(path))


def dotted(path: Path) -> str:
    """Write a path as people read it: rules.long.entry, symbols[0]."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "spec"


def _unknown(schema: Schema, path: Path) -> Advice:
    name, parent = str(path[-1]), path[:-1]
    known = list(node_at(schema, parent).get("properties", {}))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    elsewhere = ELSEWHERE.get(name) or next(_places_of(schema, name, ()), None)
    if near:
        remedy = f"did you mean {near[0]}?"
    elif elsewhere:
        remedy = f"here it is {elsewhere}"
    else:
        remedy = f"there are {', '.join(known)}"
    meant: Path = (*parent, near[0]) if near else ()
    return Advice(path, f"unknown field '{name}'", remedy, at_key=True, stands_for=meant)


def _places_of(schema: Schema, name: str, path: Path) -> Iterator[str]:
    for key, node in schema.get("properties", {}).items():
        if key == name:
            yield dotted((*path, key))
        yield from _places_of(node, name, (*path, key))


def _unexpected(node: Schema, path: Path, detail: ErrorDetails, written: str) -> Advice:
    found = " ".join(written.split())
    shown = found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…"
    if detail["type"] == "value_error":
        return Advice(path, f"{dotted(path)} {detail['ctx']['error']}")
    message = f"{dotted(path)} was {shown or 'empty'}, expected {_form(node, detail)}"
    return Advice(path, message, _remedy(node, detail))


def _form(node: Schema, detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] in {"too_long", "string_too_long"}:
        most = context.get("max_length")
        return f"at most {most} {'characters' if 'string' in detail['type'] else 'entries'}"
    if detail["type"] == "too_short":
        least = int(context.get("min_length", 1))
        entries = "entry" if least == 1 else "entries"
        return f"at least {least} {entries}, such as {_example(node)}"
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    if "x-form" in node:
        return str(node["x-form"])
    return _kind_of(node)


def _kind_of(node: Schema) -> str:
    kind = node.get("type")
    if kind == "integer":
        low, high = node.get("minimum"), node.get("maximum")
        return f"a whole number from {low} to {high}" if high is not None else "a whole number"
    if kind == "boolean":
        return "true or false"
    if kind == "array":
        return f"a list, such as {_example(node)}"
    if kind == "object":
        return f"fields, such as {_example(node)}"
    return f"a text of the form {node['pattern']}" if "pattern" in node else "a text"


def _remedy(node: Schema, detail: ErrorDetails) -> str:
    found = detail["input"]
    if "enum" in node and isinstance(found, str):
        return _meant(SAME_TIMEFRAMES.get(found, found), node["enum"])
    if node.get("x-unit") == "metric" and isinstance(found, str):
        return _meant(found, METRICS)
    if node.get("x-unit") == "comparison" and isinstance(found, str):
        return _comparison(found)
    texts = {"expression", "distance", "text"}
    if detail["type"] == "string_type" and node.get("x-unit") in texts:
        plain = not isinstance(found, list | dict)
        return "To write a bare number or word as text, put it in quotes" if plain else ""
    return ""


def _comparison(found: str) -> str:
    name = found.split(" ", maxsplit=1)[0]
    if name not in METRICS:
        return _meant(name, METRICS) or f"the metrics are {', '.join(METRICS)}"
    form = "a percentage, such as 20%" if METRICS[name].in_percent else "a figure without unit"
    return f"{name} is compared with {form}"


def _meant(word: str, known: Iterable[str]) -> str:
    """Return a question for the known word that this one is a slip of, whatever its case."""
    plain = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower().replace("_", ""), plain, n=1, cutoff=0.75)
    return f"did you mean {plain[near[0]]}?" if near else ""


def _example(node: Schema) -> Any:
    if "enum" in node:
        return node.get("x-example", node["enum"][0])
    if "default" in node and node["default"] not in ([], {}):
        return node["default"]
    if node.get("type") == "array":
        return f"[{_example(node.get('items', {}))}]"
    if node.get("type") == "object":
        needed = node.get("required") or list(node.get("properties", {}))[:1]
        inside = (f"{name}: {_example(node['properties'][name])}" for name in needed)
        return f"{{{', '.join(inside)}}}"
    such = re.search(r"such as ([^,;]+?)(,| or |$)", str(node.get("x-form", "")))
    return such.group(1) if such else {"integer": 1, "boolean": "true"}.get(node["type"], "…")
