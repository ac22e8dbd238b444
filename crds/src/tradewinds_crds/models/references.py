"""Names of other objects in the namespace, and the bounds of lists that many kinds have."""

from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.units import Market, Name, ObjectName

MAX_SYMBOLS = 50

Symbols = Annotated[list[Market], Field(min_length=1, max_length=MAX_SYMBOLS)]

UNIQUE_SYMBOLS = "self.symbols.all(s, self.symbols.exists_one(t, s == t))"


class NameReference(Model):
    """Another resource of Tradewinds, in the same namespace."""

    name: Name
    """The resource's name."""


class ConfigMapReference(Model):
    """A ConfigMap in the same namespace."""

    name: ObjectName
    """The ConfigMap's name."""


class SecretKeyReference(Model):
    """One key of a Secret in the same namespace."""

    name: ObjectName
    """The Secret's name."""
    key: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")]
    """The key inside the Secret."""
