"""Read the fields of `rules` one by one, keeping every problem with its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tradewinds_crds.rules.checked import CheckedExpression
from tradewinds_crds.rules.errors import RuleError, RuleProblem
from tradewinds_crds.rules.names import nearest
from tradewinds_crds.rules.parse import names_in, parse
from tradewinds_crds.rules.translate import Translator

if TYPE_CHECKING:
    from tradewinds_crds.rules.expressions import Kind
    from tradewinds_crds.rules.scope import Scope


class Reader:
    """Collects problems and checked expressions while the sections are read.

    `failed` are names whose own expression is wrong: what mentions them is not judged, since the
    first mistake has been reported already.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[RuleProblem] = []
        self.checked: list[CheckedExpression] = []
        self.failed: set[str] = set()

    def problem(self, path: str, message: str, remedy: str = "") -> None:
        self.problems.append(RuleProblem(path, 1, 1, message, remedy))

    def known_keys(self, written: Mapping[str, Any], keys: Sequence[str], path: str) -> None:
        for key in written:
            if key not in keys:
                remedy = nearest(str(key), keys) or f"there are {', '.join(keys)}"
                self.problem(f"{path}.{key}", f"unknown field '{key}'", remedy)

    def mapping(self, written: object, path: str) -> Mapping[str, Any]:
        if written is None:
            return {}
        if not isinstance(written, Mapping):
            self.problem(path, f"was {type(written).__name__}, expected a map of names")
            return {}
        return {str(key): value for key, value in written.items()}

    def sequence(self, written: object, path: str) -> Sequence[Any]:
        if written is None:
            return ()
        if not isinstance(written, list | tuple):
            self.problem(path, f"was {type(written).__name__}, expected a list")
            return ()
        return written

    def text(self, written: object, path: str) -> str | None:
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            self.problem(path, f"was {written!r:.40}, expected an expression")
            return None
        return str(written)

    def expression(self, written: object, path: str, kind: Kind) -> CheckedExpression | None:
        if written is None:
            return None
        text = self.text(written, path)
        if text is None:
            return None
        try:
            tree = parse(text)
            if names_in(tree) & self.failed:
                return None
            translator = Translator(self.scope)
            read = translator.condition if kind == "condition" else translator.number
            made = CheckedExpression(path, text, kind, read(tree))
        except RuleError as error:
            self.problems.append(error.at(path))
            return None
        self.checked.append(made)
        return made
