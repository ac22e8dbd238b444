"""From a Strategy's spec to its decider: compiled rules or a Python class."""

from __future__ import annotations

import hashlib
import inspect
from typing import TYPE_CHECKING, Any

from tradewinds.engine.classes.blame import place_of
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.classes.modules import imported
from tradewinds.engine.classes.strategy import Strategy
from tradewinds.engine.compile import compile_rules
from tradewinds.engine.decider import Decider, ProgramDecider
from tradewinds.engine.errors import PlanError, StrategyError
from tradewinds_crds.canonical import canonical_json
from tradewinds_crds.rules import RuleErrors, check_rules, with_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from tradewinds.engine.plan import Plan


def decider_from(
    spec: Mapping[str, Any], plan: Plan, *, modules: Mapping[str, str] | None = None
) -> Decider:
    """Return what decides for a canonical spec.

    `modules` are the texts of the Python files that came with it; a module without a text must be
    installed. `PlanError` and `StrategyError` say what is wrong in the spec and in the class.
    """
    if spec.get("python"):
        texts = modules or {}
        strategy = load_strategy(spec["python"]["module"], spec["python"]["class"], texts)
        code = hashlib.sha256(canonical_json(texts).encode()).hexdigest() if texts else None
        return ClassDecider(
            strategy, spec.get("parameters"), bracket=spec.get("bracket"), code=code
        )
    if spec.get("rules"):
        return _rules(spec, plan)
    raise PlanError(
        f"Strategy {plan.name}: it has no source that this engine runs. Give it rules or python"
    )


def load_strategy(module: str, name: str, texts: Mapping[str, str]) -> type[Strategy]:
    """Import a strategy class from these texts, or from what is installed."""
    try:
        loaded = imported(module, texts)
    except ModuleNotFoundError as error:
        raise _missing(error, module, name, texts) from error
    except StrategyError:
        raise
    except Exception as error:
        raise StrategyError(
            f"{place_of(error, texts)}python.class {name} could not be loaded, since importing"
            f" {module} raised {type(error).__name__}: {error}. Mend the file"
        ) from error
    found = getattr(loaded, name, None)
    if not isinstance(found, type) or not issubclass(found, Strategy):
        raise StrategyError(_no_strategy(loaded, name, found))
    return found


def _missing(
    error: ModuleNotFoundError, module: str, name: str, texts: Mapping[str, str]
) -> StrategyError:
    if error.name == module:
        return StrategyError(
            f"python.module was '{module}' (class {name}), and no module '{module}' was found."
            f" Put {module.replace('.', '/')}.py beside the manifest, or install it"
        )
    return StrategyError(
        f"{place_of(error, texts)}python.class {name} could not be loaded, since no module"
        f" '{error.name}' was found. Put the file beside the manifest, or install it"
    )


def _no_strategy(module: ModuleType, name: str, found: object) -> str:
    where = module.__file__ or module.__name__
    if found is None:
        known = [one for one, value in vars(module).items() if _is_own_strategy(value, module)]
        return (
            f"{where}: python.class was '{name}', and the module has no such class. Its strategies:"
            f" {', '.join(known) or 'none'}. Correct spec.python.class"
        )
    return (
        f"{where}{_line_of(found, module)}: python.class was '{name}', which is no subclass of"
        f" tradewinds.Strategy. Write: class {name}(Strategy): …"
    )


def _line_of(found: object, module: ModuleType) -> str:
    if not inspect.isclass(found) or found.__module__ != module.__name__:
        return ""
    return f":{inspect.getsourcelines(found)[1]}"


def _is_own_strategy(value: object, module: ModuleType) -> bool:
    own = isinstance(value, type) and issubclass(value, Strategy)
    return own and value.__module__ == module.__name__


def _rules(spec: Mapping[str, Any], plan: Plan) -> ProgramDecider:
    if plan.sizing is None and plan.portfolio is None:
        raise PlanError(
            f"Strategy {plan.name}: spec.sizing was missing, which rules need. Add, say:"
            " sizing: {equity: 25%}"
        )
    try:
        rules = check_rules(spec["rules"], symbols=plan.symbols, timeframe=plan.timeframe)
        rules = with_parameters(rules, spec.get("parameters") or {})
        program = compile_rules(rules, bracket=spec.get("bracket"), symbols_count=len(plan.symbols))
    except RuleErrors as error:
        raise PlanError(f"Strategy {plan.name}: {error}") from error
    return ProgramDecider(program)
