"""From a Strategy's spec to its decider: compiled rules or a Python class."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from tradewinds.engine.class_decider import ClassDecider
from tradewinds.engine.compile import compile_rules
from tradewinds.engine.decider import Decider, ProgramDecider
from tradewinds.engine.errors import PlanError, StrategyError
from tradewinds.engine.strategy import Strategy
from tradewinds_crds.rules import RuleErrors, check_rules, with_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tradewinds.engine.plan import Plan


def decider_from(spec: Mapping[str, Any], plan: Plan, *, folder: Path | None = None) -> Decider:
    """Return what decides for a canonical spec.

    `folder` is where the module of a Python strategy lies; without it the module must be
    installed. `PlanError` and `StrategyError` say what is wrong in the spec and in the class.
    """
    if spec.get("python"):
        source = spec["python"]
        strategy = load_strategy(source["module"], source["class"], folder=folder)
        return ClassDecider(strategy, spec.get("parameters"), bracket=spec.get("bracket"))
    if spec.get("rules"):
        return _rules(spec, plan)
    raise PlanError(
        f"Strategy {plan.name}: it has no source that this engine runs. Give it rules or python"
    )


def load_strategy(module: str, name: str, *, folder: Path | None = None) -> type[Strategy]:
    """Import a strategy class; its module's other imports are found beside it."""
    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise StrategyError(
            f"python.module was '{module}', and no module '{error.name}' was found"
            f"{f' in {folder}' if folder else ''}. Put the file beside the manifest, or install it"
        ) from error
    except Exception as error:
        raise StrategyError(
            f"python.module '{module}' could not be imported: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(found, type) or not issubclass(found, Strategy):
        raise StrategyError(
            f"python.class was '{name}', and {module} has no such subclass of tradewinds.Strategy."
            f" Write: class {name}(Strategy): …"
        )
    return found


def _rules(spec: Mapping[str, Any], plan: Plan) -> ProgramDecider:
    if plan.sizing is None:
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
