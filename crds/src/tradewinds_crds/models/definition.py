"""What a kind is to the API server beyond its fields: columns, selectors, and its two halves."""

from dataclasses import dataclass
from typing import Literal

from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model
from tradewinds_crds.names import KINDS, Kind, KindNames


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `kubectl get`; priority 1 is shown with `-o wide` alone."""

    name: str
    path: str
    type: Literal["string", "integer", "boolean", "date"] = "string"
    priority: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One kind: its spec, its status, and how the API server shows it."""

    kind: Kind
    sentence: str
    spec: type[Model]
    status: type[Status]
    columns: tuple[Column, ...]
    selectable: tuple[str, ...] = ()

    @property
    def names(self) -> KindNames:
        return KINDS[self.kind]


def condition_column(name: str, condition: str, part: str = "status") -> Column:
    """Return the column that shows a part of one condition."""
    return Column(name, f'.status.conditions[?(@.type=="{condition}")].{part}')


AGE = Column("Age", ".metadata.creationTimestamp", "date")
