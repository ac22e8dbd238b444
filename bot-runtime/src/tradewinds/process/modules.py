"""The Python files of a strategy beside its manifest, as texts that travel with what is asked.

They are the module that the spec names and what it imports from there, and nothing else: the texts
are what a laptop, a worker and a bot run, and what the hash of a run covers. A module that is not
beside the manifest is one that is installed. What a cluster takes from an image or a ConfigMap, a
laptop takes from there too.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.util import decode_source, find_spec, resolve_name
from pathlib import Path
from typing import Any, Final

from tradewinds.engine.classes.modules import forget
from tradewinds.process.exits import InputError

_OURS: Final = frozenset({"tradewinds", "tradewinds_crds", "tradewinds_store"})


def read_modules(folder: Path, python: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the texts of a `spec.python` by file name, none if its module is an installed one.

    `InputError` names file, line and class of what Python cannot read, or does not find.
    """
    if not python:
        return {}
    if _file(folder, python["module"]) is None:
        _require_installed(folder, python)
        return {}
    _refuse_taken_name(folder, python)
    texts: dict[str, str] = {}
    waiting = [python["module"]]
    while waiting:
        for name in _with_parents(waiting.pop()):
            file = None if _is_taken(name) else _file(folder, name)
            if file is not None and file not in texts:
                texts[file], tree = _parsed(folder / file, python["class"])
                package = name if file.endswith("/__init__.py") else name.rpartition(".")[0]
                waiting += _imports(tree, package)
    return dict(sorted(texts.items()))


def _file(folder: Path, name: str) -> str | None:
    path = name.replace(".", "/")
    return next(
        (file for file in (f"{path}.py", f"{path}/__init__.py") if (folder / file).is_file()), None
    )


def _require_installed(folder: Path, python: Mapping[str, Any]) -> None:
    module = python["module"]
    forget()  # else a strategy before this one may still offer its texts
    if find_spec(module.partition(".")[0]) is None:
        raise InputError(
            f"python.module was {module!r} (class {python['class']}), which neither lies in"
            f" {folder} nor is installed. Put {module.replace('.', '/')}.py beside the manifest,"
            " or install it"
        )


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _is_taken(name: str) -> bool:
    first = name.partition(".")[0]
    return first in sys.stdlib_module_names or first in _OURS


def _refuse_taken_name(folder: Path, python: Mapping[str, Any]) -> None:
    if _is_taken(python["module"]):
        raise InputError(
            f"{folder / str(_file(folder, python['module']))}: python.module was"
            f" {python['module']!r}, which is a module of Python or Tradewinds. Rename the file"
        )


def _parsed(path: Path, strategy: str) -> tuple[str, ast.Module]:
    try:
        text = decode_source(path.read_bytes())
        tree = ast.parse(text, str(path))
        compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise InputError(
            f"{path}:{error.lineno}:{error.offset}: {error.msg}, so that class {strategy} cannot be"
            " loaded"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: class {strategy} cannot be loaded: {error}") from error
    return text, tree


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield every name that may be a module: `from a import b` may mean the module a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _resolved("." * node.level + (node.module or ""), package)
            if base is not None:
                yield base
                yield from (f"{base}.{one.name}" for one in node.names if one.name != "*")


def _resolved(name: str, package: str) -> str | None:
    try:
        return resolve_name(name, package)
    except ImportError:  # beyond the folder: the import itself will say so
        return None
