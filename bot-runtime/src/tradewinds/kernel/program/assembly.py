"""One module's text out of many functions: the engine's own, and those made for one strategy.

Starting from the functions that are asked for, every plain function that one calls is taken by its
source, under a name that says where it is from. The engine's constants are put in as literals. So
a change of the engine is a change of the kernel, and nothing is written twice.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER: Final = '''"""Made by tradewinds for one strategy: the next one makes it afresh."""

import math
from math import inf, nan

from numba import njit
'''

_OPTIONS: Final = (  # nothing of ours is called by Python: see `machine`
    "error_model='numpy', _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True"
)


class Assembly:
    """Collects functions into one module.

    `texts` are the sources of generated functions by the file name of their code, `stead` says
    which function stands in for which, and `given` are the names that come from a module below.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        stead: Mapping[FunctionType, FunctionType],
        given: Mapping[str, str],
    ) -> None:
        self._texts = texts
        self._stead = stead
        self._given = given
        self._kept: set[str] = set()
        self._trees: dict[str, dict[str, ast.FunctionDef]] = {}
        self._blocks: dict[str, str] = {}

    def keep(self, function: FunctionType) -> str:
        """Take a function that Numba keeps on disk, for other modules call it."""
        name = self.add(function)
        self._kept.add(name)
        return name

    def add(self, function: FunctionType) -> str:
        """Take a function and all that it calls; return its name in the module."""
        function = self._stead.get(function, function)
        name = _name_of(function)
        if name not in self._blocks and name not in self._given:
            body = _Names(self, function).visit(self._tree(function))
            body.name = name
            self._blocks[name] = ast.unparse(body)
        return name

    def text(self) -> str:
        """Return the module; equal functions give an equal text."""
        imports = [f"from {module} import {name}" for name, module in self._given.items()]
        blocks = [f"{self._decorator(name)}\n{text}" for name, text in self._blocks.items()]
        return "\n\n\n".join(["\n".join([_HEADER.rstrip(), *imports]), *blocks]) + "\n"

    def _decorator(self, name: str) -> str:
        kept = ", cache=True" if name in self._kept else ""
        return f"@njit({_OPTIONS}{kept})"

    def _tree(self, function: FunctionType) -> ast.FunctionDef:
        file = function.__code__.co_filename
        if file not in self._trees:
            text = self._texts.get(file) or inspect.getsource(sys.modules[function.__module__])
            found = [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]
            self._trees[file] = {each.name: each for each in found}
        return _bare(self._trees[file][function.__name__])


class _Names(ast.NodeTransformer):
    """Gives each name of a function the meaning that it has in the function's own module."""

    def __init__(self, assembly: Assembly, function: FunctionType) -> None:
        self._assembly = assembly
        self._names = function.__globals__
        self._own = set(function.__code__.co_varnames)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        assert node.value is not None  # noqa: S101 - a bare declaration is no statement of ours
        return self.visit_Assign(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Begin a count as a whole number: Numba would compile what takes it for 0 alone, too."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant) and type(node.value.value) is int:
            node.value = ast.Call(ast.Name("int", ast.Load()), [node.value], [])
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Give floats to a function that takes floats, so that it is compiled for them alone."""
        called = self._names.get(node.func.id) if isinstance(node.func, ast.Name) else None
        self.generic_visit(node)
        if isinstance(called, FunctionType):
            kinds = [called.__annotations__.get(each) for each in called.__code__.co_varnames]
            node.args = [
                _as_float(each) if kind in ("float", float) else each
                for each, kind in zip(node.args, kinds, strict=False)
            ]
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._own or node.id not in self._names:
            return node
        return self._meant(node, self._names[node.id])

    def _meant(self, node: ast.Name, value: Any) -> ast.AST:
        if isinstance(value, FunctionType):
            return ast.Name(self._assembly.add(value), node.ctx)
        if isinstance(value, int | float):
            return ast.Constant(value) if math.isfinite(value) else node
        if value is math or value is getattr(builtins, node.id, None):
            return node
        if value is getattr(math, node.id, None):
            return ast.Attribute(ast.Name("math", ast.Load()), node.id, node.ctx)
        raise TypeError(f"{node.id} was {type(value).__name__}, which compiled code cannot use")


def _as_float(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Constant):
        return ast.Constant(float(value.value))  # type: ignore[arg-type]  # a number of ours
    return ast.Call(ast.Name("float", ast.Load()), [value], [])


def _bare(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a copy without docstring, annotations and decorators."""
    copy = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(copy, ast.FunctionDef)  # noqa: S101 - what went in
    copy.decorator_list = []
    copy.returns = None
    for argument in copy.args.args:
        argument.annotation = None
    if ast.get_docstring(copy) is not None:
        copy.body = copy.body[1:] or [ast.Pass()]
    return copy


def _name_of(function: FunctionType) -> str:
    room = function.__module__.rpartition(".")[2]
    return f"{'rules' if room.startswith('rules_') else room}_{function.__name__}"
