"""The sentences under the fields of the models, read from their source.

They are docstrings, so that they stand where the field is declared; reading them from the source
costs the generator a moment and everybody else nothing.
"""

import ast
import inspect
from functools import cache
from itertools import pairwise

from tradewinds_crds.models.contract import Model


@cache
def sentences(model: type[Model]) -> dict[str, str]:
    """Return the sentence of each field of a model, by the name it has in a manifest."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if issubclass(parent, Model) and parent is not Model:
            found.update(_own(parent))
    return {
        information.alias or name: found[name]
        for name, information in model.model_fields.items()
        if name in found
    }


def sentence(model: type[Model]) -> str:
    """Return the sentence about the model as a whole."""
    return inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ")


@cache
def models_by_name() -> dict[str, type[Model]]:
    """Return every model by its class name, which is unique."""
    found: dict[str, type[Model]] = {}
    waiting = list(Model.__subclasses__())
    while waiting:
        model = waiting.pop()
        if found.setdefault(model.__name__, model) is not model:
            raise ValueError(f"two models are called {model.__name__}, expected one")
        waiting += model.__subclasses__()
    return found


def _own(model: type[Model]) -> dict[str, str]:
    (declared,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(model))).body
    body = declared.body if isinstance(declared, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value).replace("\n", " ")
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
