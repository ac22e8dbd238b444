"""TradingHalt: stop opening, now, and hold until a person releases it."""

from typing import Annotated, Self

from pydantic import Field

from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model, rule
from tradewinds_crds.models.definition import AGE, Column, Definition, condition_column
from tradewinds_crds.models.units import Label, Name, ObjectName, Text
from tradewinds_crds.names import READY, Kind

Names = Annotated[list[Name], Field(max_length=100)]
LabelName = Annotated[str, Field(max_length=317)]


class HaltSelector(Model):
    """Who is halted: all that meets every list that is written. Empty, everybody."""

    namespaces: Annotated[list[ObjectName], Field(max_length=100)] = []
    """Namespaces (default: all)."""
    accounts: Names = []
    """Names of ExchangeAccounts (default: all)."""
    strategies: Names = []
    """Names of Strategies (default: all)."""
    match_labels: Annotated[dict[LabelName, Label], Field(max_length=32)] = {}
    """Labels that a Strategy must have (default: any)."""


class Release(Model):
    """The end of a halt; nothing else ends it."""

    by: Text
    """The person who releases."""
    reason: Text
    """Why trading may go on."""


class TradingHaltSpec(Model):
    """A stop of all opening for those that it selects; closing goes on."""

    selector: HaltSelector
    """Who is halted; {} is everybody."""
    reason: Text
    """Why, for everybody who finds a bot halted."""
    release: Release | None = None
    """Who ended the halt and why (default: it holds)."""

    @rule(
        cel="!has(oldSelf.release) || has(self.release)",
        message="a halt that was released stays released",
        remedy="To halt again, make a TradingHalt of another name",
        on_update=True,
    )
    def stays_released(self, before: Self) -> bool:
        return before.release is None or self.release is not None


class TradingHaltStatus(Status):
    """Who has obeyed."""

    obeyed: Annotated[str, Field(max_length=32)] | None = None
    """Gateways that hold the halt in their ledger, of those that it selects: 3/3."""
    silent: Annotated[
        list[Annotated[str, Field(max_length=317)]],
        Field(max_length=100, json_schema_extra={"x-kubernetes-list-type": "set"}),
    ] = []
    """Accounts (namespace/name) whose gateway has not answered."""


TRADING_HALT = Definition(
    kind=Kind.TRADING_HALT,
    sentence="A latched stop of all opening, over any number of bots; only a release ends it.",
    spec=TradingHaltSpec,
    status=TradingHaltStatus,
    columns=(
        condition_column("Ready", READY),
        Column("Obeyed", ".status.obeyed"),
        Column("Released by", ".spec.release.by"),
        Column("Reason", ".spec.reason"),
        AGE,
    ),
)
