"""The Python modules of a strategy, imported from the texts that travel with what is asked.

A laptop, a worker and a bot run the same lines wherever they are, and the hash of a run covers
every one of them. Texts are named as their files lie beside the manifest: `breakout.py`,
`desk/breakout.py`. A module without a text is one that is installed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import ExecutionLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

from tradewinds.engine.errors import StrategyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType


def imported(module: str, texts: Mapping[str, str]) -> ModuleType:
    """Import a module whose text may be given; raises whatever its own lines raise."""
    _offer(dict(texts))
    return import_module(module)


def forget() -> None:
    """Drop every module that came from texts, so that the next import runs their lines again."""
    _offer({})


class TextImporter(MetaPathFinder, ExecutionLoader):
    """Finds and loads the modules of one set of texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Describe a module of ours; None for every other."""
        file = self._file(name)
        if file is None:
            return None
        spec = ModuleSpec(name, self, origin=file, is_package=self.is_package(name))
        spec.has_location = True  # so that tracebacks and `__file__` name it
        return spec

    def get_filename(self, name: str) -> str:
        """Return the file that a module's text is named after."""
        file = self._file(name)
        if file is None:
            raise ImportError(f"no text of a module {name!r}", name=name)
        return file

    def get_source(self, name: str) -> str:
        """Return a module's text; a folder without `__init__.py` has an empty one."""
        return self.texts.get(self.get_filename(name), "")

    def is_package(self, name: str) -> bool:
        """Whether a module is a folder."""
        return self.get_filename(name).endswith("/__init__.py")

    def loaded(self) -> list[str]:
        """Return the names of the modules that came from here."""
        specs = {name: getattr(one, "__spec__", None) for name, one in sys.modules.items()}
        return [name for name, spec in specs.items() if spec and spec.loader is self]

    def _file(self, name: str) -> str | None:
        path = name.replace(".", "/")
        if f"{path}.py" in self.texts:
            return f"{path}.py"
        package = any(file.startswith(f"{path}/") for file in self.texts)
        return f"{path}/__init__.py" if package else None


def _offer(texts: dict[str, str]) -> None:
    """Let imports find these texts, and no longer those of a strategy before."""
    before = [one for one in sys.meta_path if isinstance(one, TextImporter)]
    if [one.texts for one in before] == [texts]:
        return
    for one in before:
        sys.meta_path.remove(one)
        for name in one.loaded():
            del sys.modules[name]
    if texts:
        _refuse_taken_names(texts)
        sys.meta_path.insert(0, TextImporter(texts))


def _refuse_taken_names(texts: dict[str, str]) -> None:
    for file in texts:
        name = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        if name in sys.modules:
            raise StrategyError(
                f"{file}: another module {name!r} is part of this program. Rename the file"
            )
