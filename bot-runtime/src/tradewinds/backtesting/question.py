"""A file of manifests as one whole question: Backtest, Strategy and account in one object.

Nothing is left to look up. The same shape is what `up` and the operator put into the queue, so a
worker and a laptop answer it alike: `{kind, metadata, spec, strategy: {…}, account: {…}}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tradewinds.backtesting.acceptance import OF_MANY_RUNS, OF_MANY_TRIALS
from tradewinds.process.exits import InputError
from tradewinds.process.modules import read_modules
from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import MAX_BYTES
from tradewinds_crds.manifests import Manifest, load_file
from tradewinds_crds.names import API_VERSION

SUFFIXES: Final = (".yaml", ".yml", ".json")
GROUP: Final = API_VERSION.partition("/")[0]


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


def read_question(path: Path, overrides: Overrides) -> dict[str, Any]:
    """Return what a file asks, with everything that it refers to."""
    documents = Documents(path)
    asked = _choose(documents.own, overrides.name, path)
    backtest = asked if asked.kind == "Backtest" else None
    strategy = _strategy(documents, asked)
    inline = strategy.spec if strategy else asked.spec["strategy"]
    question = {
        "apiVersion": API_VERSION,
        "kind": "Backtest",
        "metadata": {"name": asked.name},
        "spec": dict(backtest.spec) if backtest else {"strategyRef": {"name": asked.name}},
    }
    if strategy:
        question["strategy"] = _declared(strategy)
    modules = read_modules(Path((strategy or asked).path).parent, inline.get("python"))
    if modules:
        question["modules"] = modules
    reference = inline.get("accountRef")
    account = documents.find("ExchangeAccount", reference["name"]) if reference else None
    if account:
        question["account"] = _declared(account)
    return _overridden(question, overrides)


class Documents:
    """The manifests of a file, and those beside it, which are read only when they are needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.own = load_file(path)
        self._beside: list[Manifest] | None = None
        self.unreadable: list[Path] = []

    def find(self, kind: str, name: str) -> Manifest | None:
        """Return a manifest of this file, or else of a file beside it."""
        for manifest in self._all():
            if (manifest.kind, manifest.name) == (kind, name):
                return manifest
        return None

    def names(self, kind: str) -> list[str]:
        return sorted({manifest.name for manifest in self._all() if manifest.kind == kind})

    def _all(self) -> Iterator[Manifest]:
        yield from self.own
        if self._beside is None:
            self._beside = [one for path in self._neighbours() for one in self._read(path)]
        yield from self._beside

    def _neighbours(self) -> Sequence[Path]:
        files = (path for path in self._path.parent.iterdir() if path.suffix in SUFFIXES)
        return sorted(path for path in files if path != self._path and _may_be_manifests(path))

    def _read(self, path: Path) -> list[Manifest]:
        try:
            return load_file(path)
        except ManifestError:
            self.unreadable.append(path)
            return []


def _may_be_manifests(path: Path) -> bool:
    """Whether a file is as small as manifests are; JSON, which is data as a rule, names us."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return False
    return path.suffix != ".json" or GROUP.encode() in path.read_bytes()


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
    name = asked.spec["strategyRef"]["name"]
    found = documents.find("Strategy", name)
    if found:
        return found
    there = ", ".join(documents.names("Strategy")) or "none"
    broken = ", ".join(str(path) for path in documents.unreadable)
    hint = f" Broken, so not read: {broken}." if broken else ""
    raise InputError(
        f"{asked.path}:{asked.line}: Backtest {asked.name}: there is no Strategy {name!r} in this "
        f"file or beside it (there: {there}).{hint} Add it, or mend spec.strategyRef.name."
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
        spec["data"] = {**spec.get("data", {}), "detailTimeframe": overrides.detail}
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
