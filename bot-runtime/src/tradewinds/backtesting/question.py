"""A file of manifests as one whole question: Backtest, Strategy and account in one object.

Nothing is left to look up. The same shape is what `up` and the operator put into the queue, so a
worker and a laptop answer it alike: `{kind, metadata, spec, strategy: {…}, account: {…}}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tradewinds.backtesting.acceptance import OF_MANY_RUNS, OF_MANY_TRIALS
from tradewinds.backtesting.documents import Documents
from tradewinds.process.exits import InputError
from tradewinds.process.modules import read_modules
from tradewinds_crds.manifests import Manifest
from tradewinds_crds.names import API_VERSION

TRADES: Final = "trades"  # the word of `--detail` that is no timeframe


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says beside the file; None or empty where it says nothing."""

    name: str | None = None
    start: int | None = None
    end: int | None = None
    parameters: Mapping[str, float] | None = None
    exchange: str | None = None
    benchmark: str | None = None
    detail: str | None = None


def read_question(path: Path, overrides: Overrides, *, several: bool = False) -> dict[str, Any]:
    """Return what a file asks, with everything that it refers to.

    A Backtest of several strategies is refused by name unless `several` is said: then what each
    refers to stands under `strategies`, in their order.
    """
    documents = Documents(path)
    asked = _choose(documents.own, overrides.name, path)
    ours = asked.kind == "Backtest"
    question: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "Backtest",
        "metadata": {"name": asked.name},
        "spec": dict(asked.spec) if ours else {"strategyRef": {"name": asked.name}},
    }
    if ours and "strategies" in asked.spec:
        _refuse_several(asked, overrides, several=several)
        question["strategies"] = _parts(documents, asked)
    elif (strategy := _strategy(documents, asked)) is not None:
        question |= _whole(documents, strategy)
    else:
        question |= _beside(documents, asked, asked.spec["strategy"])
    return _overridden(question, overrides)


def _parts(documents: Documents, asked: Manifest) -> list[dict[str, Any]]:
    names = [one["strategyRef"]["name"] for one in asked.spec["strategies"]]
    return [
        _whole(documents, _referred(documents, asked, name, f"strategies[{place}].strategyRef"))
        for place, name in enumerate(names)
    ]


def _refuse_several(asked: Manifest, overrides: Overrides, *, several: bool) -> None:
    """Refuse several strategies where one is expected, and the options that are of one."""
    subject = f"{asked.path}:{asked.line}: Backtest {asked.name} runs several strategies"
    if not several:
        names = ", ".join(one["strategyRef"]["name"] for one in asked.spec["strategies"])
        raise InputError(
            f"{subject} ({names}), expected one. Ask of each alone, or run them together: "
            f"tradewinds backtest {asked.path}"
        )
    if overrides.parameters:
        raise InputError(
            f"--set: {subject}, and a parameter is of one. Write the number into the parameters of "
            "the Strategy that is meant"
        )
    if overrides.detail:
        raise InputError(
            f"--detail: {subject}, and detail goes with one. Leave it out, and ask of each alone "
            "with it"
        )


def _whole(documents: Documents, strategy: Manifest) -> dict[str, Any]:
    """Return a Strategy with its account and its modules."""
    return {"strategy": _declared(strategy), **_beside(documents, strategy, strategy.spec)}


def _beside(documents: Documents, holder: Manifest, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modules of a Strategy's spec, which lie beside its file, and its account."""
    modules = read_modules(Path(holder.path).parent, spec.get("python"))
    reference = spec.get("accountRef")
    account = _account(documents, holder, reference["name"]) if reference else None
    return {
        **({"modules": modules} if modules else {}),
        **({"account": _declared(account)} if account else {}),
    }


def _account(documents: Documents, holder: Manifest, name: str) -> Manifest | None:
    """Return an account; one that stands in a broken file is not one that there is not."""
    found = documents.find("ExchangeAccount", name)
    broken = [path for path in documents.unreadable if b"ExchangeAccount" in path.read_bytes()]
    if found is None and broken:
        raise InputError(
            f"{holder.path}:{holder.line}: {holder.kind} {holder.name}: its ExchangeAccount "
            f"{name!r} was not found, and {broken[0]}, which may hold it, cannot be read. "
            f"See what is wrong there: tradewinds validate {broken[0]}"
        )
    return found


def _choose(own: Sequence[Manifest], name: str | None, path: Path) -> Manifest:
    """Return the Backtest of a file, or its Strategy if it holds no Backtest."""
    found = [one for one in own if one.kind == "Backtest"]
    found = found or [one for one in own if one.kind == "Strategy"]
    if not found:
        kinds = ", ".join(sorted({one.kind for one in own})) or "nothing"
        raise InputError(f"{path}: it holds {kinds}, expected a Strategy or a Backtest")
    named = [one for one in found if name in (None, one.name)]
    if len(named) == 1:
        return named[0]
    names = ", ".join(one.name for one in found)
    problem = f"none is named {name}" if not named else f"it holds {len(named)} of them"
    raise InputError(f"{path}: {problem} ({found[0].kind}: {names}). Choose one with --name NAME")


def _strategy(documents: Documents, asked: Manifest) -> Manifest | None:
    """Return the Strategy that a Backtest refers to; None if it is inside the Backtest."""
    if asked.kind == "Strategy":
        return asked
    if "strategyRef" not in asked.spec:
        return None
    return _referred(documents, asked, asked.spec["strategyRef"]["name"], "strategyRef")


def _referred(documents: Documents, asked: Manifest, name: str, field: str) -> Manifest:
    found = documents.find("Strategy", name)
    if found:
        return found
    there = ", ".join(documents.names("Strategy")) or "none"
    broken = ", ".join(str(path) for path in documents.unreadable)
    hint = f" Broken, so not read: {broken}." if broken else ""
    raise InputError(
        f"{asked.path}:{asked.line}: Backtest {asked.name}: there is no Strategy {name!r} in this "
        f"file or beside it (there: {there}).{hint} Add it, or mend spec.{field}.name."
    )


def _declared(manifest: Manifest) -> dict[str, Any]:
    return {
        "apiVersion": API_VERSION,
        "kind": manifest.kind.value,
        "metadata": {"name": manifest.name},
        "spec": manifest.spec,
    }


def _overridden(question: dict[str, Any], overrides: Overrides) -> dict[str, Any]:
    spec = dict(question["spec"])
    period = dict(spec.get("period", {}))
    if overrides.start is not None:
        period["from"] = _moment(overrides.start)
    if overrides.end is not None:
        period["to"] = _moment(overrides.end)
    if period:
        spec["period"] = period
    if overrides.exchange:
        spec["data"] = {**spec.get("data", {}), "exchange": overrides.exchange}
    if overrides.detail:
        spec["data"] = _with_detail(spec.get("data", {}), overrides.detail)
    if overrides.benchmark:
        spec["benchmark"] = overrides.benchmark
    question = {**question, "spec": spec}
    if not overrides.parameters:
        return question
    question["spec"] = spec = _single(spec)
    if "strategy" in question:
        return {**question, "strategy": _with_parameters(question["strategy"], overrides)}
    spec["strategy"] = _with_parameters({"spec": spec["strategy"]}, overrides)["spec"]
    return question


def _with_detail(data: Mapping[str, Any], word: str) -> dict[str, Any]:
    """Return what a file says of the data with what `--detail` says in its place."""
    kept = {name: part for name, part in data.items() if name not in {"detail", "detailTimeframe"}}
    return {**kept, **({"detail": "Trades"} if word == TRADES else {"detailTimeframe": word})}


def _single(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a Backtest of one set of parameters, which neither searches nor walks forward."""
    kept = {name: part for name, part in spec.items() if name not in OF_MANY_RUNS}
    lines = [line for line in kept.get("acceptance", ()) if line.split()[0] not in OF_MANY_TRIALS]
    return {**kept, "acceptance": lines} if "acceptance" in kept else kept


def _with_parameters(strategy: dict[str, Any], overrides: Overrides) -> dict[str, Any]:
    spec = strategy["spec"]
    if "rules" in spec:
        known = spec["rules"].get("parameters", {})
        for name in overrides.parameters or {}:
            if name not in known:
                there = ", ".join(sorted(known)) or "none"
                raise InputError(
                    f"--set {name}: the Strategy has no such parameter, expected one of: {there}"
                )
    parameters = {**spec.get("parameters", {}), **(overrides.parameters or {})}
    return {**strategy, "spec": {**spec, "parameters": parameters}}


def _moment(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
