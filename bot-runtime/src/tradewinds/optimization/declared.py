"""The space that a Strategy declares, narrowed by its Backtest, each mistake told by its name.

Rules declare `search` and `constraints`; a class declares them with its parameters
(`Parameter(20, low=10, high=60, step=5)`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Protocol

from tradewinds.engine.classes.parameter import Parameter, parameters_of
from tradewinds.engine.errors import EngineError
from tradewinds.engine.sources import load_strategy
from tradewinds.optimization.dimension import WHOLE_STEP, Dimension
from tradewinds.optimization.errors import SpaceError
from tradewinds.optimization.space import Space
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.rules import RuleErrors, check_expression, check_rules, with_parameters
from tradewinds_crds.rules.checked import CheckedExpression, CheckedRules
from tradewinds_crds.rules.constants import holds
from tradewinds_crds.scalars import Range, parse_range

FRACTION: Final = Decimal("0.37")  # no product of a small whole number and it is whole
SHOWN: Final = 3  # values of a set in a message


class Declaration(Protocol):
    """What a source of decisions says about its parameters."""

    @property
    def values(self) -> Mapping[str, float]: ...

    @property
    def ranges(self) -> Mapping[str, Range]: ...

    def conditions(self, lines: Sequence[str]) -> tuple[CheckedExpression, ...]: ...

    def refusal(self, values: Mapping[str, float]) -> str | None:
        """Return why the strategy does not take these values; None if it does."""


def space_of(
    name: str,
    strategy: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    modules: Mapping[str, str] | None = None,
) -> Space:
    """Return the space of a Strategy's canonical spec and a Backtest's `optimization`."""
    try:
        space = _space(_declaration(strategy, modules), asked)
        _check_not_empty(space)
    except (ScalarError, RuleErrors, EngineError, SpaceError) as error:
        raise SpaceError(f"{name}: {error}") from error
    return space


def _space(declared: Declaration, asked: Mapping[str, Any]) -> Space:
    dimensions = _dimensions(declared, asked.get("search") or {})
    constraints = declared.conditions(asked.get("constraints") or ())
    return Space(
        tuple(_stepped(one, declared, constraints) for one in dimensions),
        constraints,
        declared.values,
    )


def _declaration(strategy: Mapping[str, Any], modules: Mapping[str, str] | None) -> Declaration:
    if strategy.get("python"):
        return _OfClass(strategy, modules)
    if strategy.get("rules"):
        return _OfRules(strategy)
    raise SpaceError("it has no parameters to search. Give it rules or python")


class _OfRules:
    def __init__(self, strategy: Mapping[str, Any]) -> None:
        rules = check_rules(
            strategy["rules"], symbols=strategy["symbols"], timeframe=strategy["timeframe"]
        )
        self._rules: CheckedRules = with_parameters(rules, strategy.get("parameters") or {})
        self.values: Mapping[str, float] = self._rules.parameters
        self.ranges: Mapping[str, Range] = self._rules.search

    def conditions(self, lines: Sequence[str]) -> tuple[CheckedExpression, ...]:
        return (*self._rules.constraints, *_conditions(lines, self._rules))

    def refusal(self, values: Mapping[str, float]) -> str | None:
        try:
            with_parameters(self._rules, values)
        except RuleErrors as error:
            return str(error).splitlines()[0]
        return None


class _OfClass:
    def __init__(self, strategy: Mapping[str, Any], modules: Mapping[str, str] | None) -> None:
        source = strategy["python"]
        self._class = load_strategy(source["module"], source["class"], modules or {})
        self._known: dict[str, Parameter[Any]] = parameters_of(self._class)
        overrides = strategy.get("parameters") or {}
        self.values = {
            name: float(overrides.get(name, one.default)) for name, one in self._known.items()
        }
        self.ranges = {
            name: Range(_decimal(one.low), _decimal(one.high), _decimal(one.step, None))
            for name, one in self._known.items()
            if one.low is not None and one.high is not None
        }
        self._timeframe, self._symbols = strategy["timeframe"], strategy["symbols"]

    def conditions(self, lines: Sequence[str]) -> tuple[CheckedExpression, ...]:
        nothing = {"parameters": self.values, "long": {"entry": "close > close[1]"}}
        rules = check_rules(nothing, symbols=self._symbols, timeframe=self._timeframe)
        return _conditions(lines, rules)

    def refusal(self, values: Mapping[str, float]) -> str | None:
        try:
            for name, value in values.items():
                self._known[name].read(self._class.__name__, value)
        except EngineError as error:
            return str(error)
        return None


def _conditions(lines: Sequence[str], rules: CheckedRules) -> tuple[CheckedExpression, ...]:
    """Check conditions with the names of the rules, as `rules.constraints` are checked."""
    found = []
    for place, line in enumerate(lines):
        path = f"optimization.constraints[{place}]"
        made = check_expression(line, rules, path=path, kind="condition")
        try:
            holds(made.expression, rules.parameters)
        except (TypeError, KeyError) as error:
            raise SpaceError(
                f"{path} was {line!r}, expected a condition over parameters alone, such as "
                f"fast < slow (parameters: {', '.join(rules.parameters) or 'none'})"
            ) from error
        found.append(made)
    return tuple(found)


def _dimensions(declared: Declaration, narrower: Mapping[str, str]) -> tuple[Dimension, ...]:
    if not declared.ranges:
        raise SpaceError(
            "it has no search, so there is nothing to try. Add, say: "
            f"search: {{{next(iter(declared.values), 'fast')}: 5..50}}"
        )
    unknown = sorted(set(narrower) - set(declared.ranges))
    if unknown:
        raise SpaceError(
            f"optimization.search.{unknown[0]}: the Strategy's search has no such parameter, "
            f"expected one of {', '.join(sorted(declared.ranges))}"
        )
    found = []
    for parameter, span in sorted(declared.ranges.items()):
        default = Decimal(repr(declared.values[parameter]))
        whole = Dimension(parameter, span.low, span.high, span.step)
        if not span.low <= default <= span.high:
            raise SpaceError(
                f"search.{parameter} was {whole}, and the parameter itself is "
                f"{default.normalize():f}, outside of it. Widen the range, or change the parameter"
            )
        asked = narrower.get(parameter)
        found.append(whole.narrowed(parse_range(asked)) if asked else whole)
    return tuple(found)


def _stepped(
    one: Dimension, declared: Declaration, constraints: Sequence[CheckedExpression]
) -> Dimension:
    """Return the dimension whole where the strategy takes no fraction; refuse what it refuses."""
    step = one.step or Decimal(0)
    for value in (one.low, one.high, min(one.low + step, one.high)):
        _check_taken(one, float(value), declared, constraints)
    tried = one.low + FRACTION if one.high > one.low else one.low
    fraction = {one.name: float(tried)}
    integral = one.low == one.low.to_integral_value()
    whole = integral and (declared.refusal(fraction) is not None)
    if one.step is None and whole:
        return Dimension(one.name, one.low, one.high // 1, WHOLE_STEP, whole=True)
    return Dimension(one.name, one.low, one.high, one.step, whole)


def _check_taken(
    one: Dimension, value: float, declared: Declaration, constraints: Sequence[CheckedExpression]
) -> None:
    values = {**declared.values, one.name: value}
    refusal = declared.refusal({one.name: value})
    if refusal is not None and all(holds(each.expression, values) for each in constraints):
        raise SpaceError(
            f"search.{one.name} was {one}, and the strategy does not take {value:g}: {refusal}"
        )


def _check_not_empty(space: Space) -> None:
    """Refuse a space in which no set meets the conditions; a continuous one is only sampled."""
    if not space.constraints or space.default is not None:
        return
    stepped = space.size is not None
    candidates = space.sets() if stepped else iter(space.corners())
    if any(space.allows(one) for one in candidates) or not stepped:
        return
    lines = ", ".join(one.text for one in space.constraints)
    ranges = ", ".join(f"{one.name}: {one}" for one in space.dimensions[:SHOWN])
    raise SpaceError(
        f"no parameter set meets the constraints ({lines}) within {ranges}. "
        "Widen search, or drop a constraint"
    )


def _decimal(value: float | None, default: Decimal | None = None) -> Any:
    return default if value is None else Decimal(repr(value))
