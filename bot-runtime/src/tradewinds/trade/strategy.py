"""From a Strategy's canonical object to its fold, and the refusals on the way.

What a strategy is (its code hash) is asked before the gateway has told ticks and lots, and depends
on neither, so a first fold is made on a plan with plain ones.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from tradewinds.engine.errors import EngineError
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.plan import none_yet, plan_from
from tradewinds.engine.sources import decider_from
from tradewinds.process.exits import InputError
from tradewinds.process.modules import read_modules
from tradewinds.process.objects import Object
from tradewinds_crds.support import unsupported

_FREE: Final = Costs(0.0, 0.0, 0.0)


def modules_of(found: Object, folder: Path | None) -> Mapping[str, str]:
    """Return the texts of a Python strategy: from a folder, else those that came with the object.

    `InputError` names file, line and class of what Python cannot read.
    """
    if folder is not None:
        return read_modules(folder, found.spec.get("python"))
    texts: Mapping[str, str] = found.extra.get("modules", {})
    return texts


def outline(found: Object, modules: Mapping[str, str]) -> Fold:
    """Return a fold that knows code, layout and warm-up, but no instrument.

    `InputError` names what is wrong in the spec, or what in it nothing executes yet.
    """
    refused = unsupported("Strategy", found.spec)
    if refused:
        raise InputError(f"Strategy {found.name}: {'; '.join(refused)}")
    plain = [Instrument(one, Decimal(1), Decimal(1), Decimal(0)) for one in found.spec["symbols"]]
    return make_fold(found, plain, _FREE, 0, modules)


def make_fold(
    found: Object,
    instruments: Sequence[Instrument],
    costs: Costs,
    start: int,
    modules: Mapping[str, str],
) -> Fold:
    """Return an empty fold; decisions begin with bars that open at `start` or later."""
    try:
        rates = none_yet(found.spec["symbols"])  # the gateway pays them
        plan = plan_from(
            found.spec, instruments, costs, name=found.name, uid=found.uid, rates=rates
        )
        return Fold(plan, decider_from(found.spec, plan, modules=modules), start=start)
    except EngineError as error:
        raise InputError(str(error)) from error
