"""Reads the manifests of a folder, again whenever one of its files has changed.

A Python module beside a manifest belongs to what the manifest declares: an edit of either is an
edit of the same object.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradewinds.process.exits import InputError
from tradewinds.process.modules import read_modules
from tradewinds.up.objects import Key
from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import read_source
from tradewinds_crds.manifests import Manifest, load_source
from tradewinds_crds.source import Source

ENDINGS = (".yaml", ".yml")
MODULE = ".py"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the files of a folder say now; `modules` are the texts that a Python class needs."""

    declared: tuple[Manifest, ...] = ()
    modules: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


Stamp = tuple[int, int]


@dataclass(slots=True)
class Scanner:
    """Scans a folder; `changed` is cheap enough to ask twice a second."""

    directory: Path
    _stamps: dict[str, Stamp] | None = field(default=None, init=False)
    _read: dict[str, tuple[Stamp, Scan]] = field(default_factory=dict, init=False)

    def changed(self) -> bool:
        """Return whether a file appeared, changed or went since the last `scan`."""
        return self._stamps != self._look()

    def scan(self) -> Scan:
        """Read what has changed and return what the whole folder says."""
        self._stamps = self._look()
        for gone in self._read.keys() - self._stamps.keys():
            del self._read[gone]
        for name, stamp in self._stamps.items():
            if name.endswith(MODULE):
                continue  # read with the manifest that names it
            known = self._read.get(name)
            if known is None or known[0] != stamp:
                self._read[name] = (stamp, read_file(self.directory, name))
        return self._with_modules([self._read[name][1] for name in sorted(self._read)])

    def _with_modules(self, scans: list[Scan]) -> Scan:
        """Add the modules; one that cannot be read leaves its object as it was."""
        declared, modules = [], {}
        unreadable = {name for scan in scans for name in scan.unreadable}
        problems = [problem for scan in scans for problem in scan.problems]
        for one in (one for scan in scans for one in scan.declared):
            folder = (self.directory / one.path).parent
            try:
                texts = read_modules(folder, python_source(one))
            except InputError as error:
                unreadable.add(one.path)
                problems.append(f"{Key(one.kind, one.name)}: {error}")
                continue
            declared.append(one)
            if texts:
                modules[Key(one.kind, one.name)] = texts
        return Scan(tuple(declared), modules, frozenset(unreadable), tuple(problems))

    def _look(self) -> dict[str, Stamp]:
        return {
            str(path.relative_to(self.directory)): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in _files(self.directory)
        }


def python_source(one: Manifest) -> Mapping[str, Any] | None:
    """Return the `python` of a Strategy, or of the one inside a Backtest."""
    spec = one.spec.get("strategy", {}) if one.kind == "Backtest" else one.spec
    source: Mapping[str, Any] | None = spec.get("python")
    return source


def _files(directory: Path) -> Iterator[Path]:
    for path in directory.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if path.suffix in (*ENDINGS, MODULE) and not hidden and path.is_file():
            yield path


def read_file(directory: Path, name: str) -> Scan:
    """Read one file; one that is wrong is reported and its objects stay as they were."""
    try:
        text = read_source(directory / name).text
        return Scan(tuple(load_source(Source(name, text))))
    except ManifestError as error:
        return Scan(unreadable=frozenset({name}), problems=(str(error),))
