"""ExchangeAccount: one account at one exchange, its keys, its limits, its costs on paper."""

from typing import Annotated, Literal, Self

from pydantic import Field

from tradewinds_crds.models.cel import currency_of
from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model, rule
from tradewinds_crds.models.costs import Costs
from tradewinds_crds.models.definition import AGE, Column, Definition, condition_column
from tradewinds_crds.models.limits import AccountRisk
from tradewinds_crds.models.units import ExchangeId, Money, ObjectName, Percent
from tradewinds_crds.names import READY, Kind
from tradewinds_crds.scalars import parse_money

SecretKey = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")]


class Credentials(Model):
    """A Secret with the exchange's keys; only this account's gateway ever sees it."""

    name: ObjectName
    """The Secret's name."""
    api_key: SecretKey = "apiKey"
    """Key of the Secret that holds the exchange's API key."""
    secret: SecretKey = "secret"  # noqa: S105 - the name of a key, not its value
    """Key of the Secret that holds the API secret."""
    password: SecretKey | None = None
    """Key of the Secret that holds the passphrase, for exchanges that have one (default: none)."""


class PaperVenue(Model):
    """How fills are computed for Strategies on paper."""

    balances: Annotated[list[Money], Field(max_length=32)] = []
    """Money that the account starts with (default: the capital of each Strategy)."""
    costs: Costs = Costs()
    """Fee and slippage, which a Backtest takes too unless it says otherwise."""

    @rule(
        cel=f"""!has(self.balances) || self.balances.all(a, self.balances.exists_one(b,
            {currency_of("a")} == {currency_of("b")}))""",
        message="balances has a currency twice",
        remedy="Add the amounts up",
        at="balances",
    )
    def currencies_are_unique(self) -> bool:
        return len({parse_money(text).currency for text in self.balances}) == len(self.balances)


class RateBudget(Model):
    """How much of the exchange's rate limit the gateway uses."""

    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Requests sent in a minute at most (default: what the exchange allows)."""
    reserved_for_closing: Percent = "20%"
    """Share that is kept free for cancels and closes."""


class ExchangeAccountSpec(Model):
    """One account at one exchange. It has one gateway, and the gateway alone has its keys."""

    exchange: ExchangeId
    """The exchange's ccxt id, such as binance; it cannot change."""
    environment: Literal["Live", "Testnet", "Paper"]
    """Live is real money, Testnet the exchange's own, Paper needs no keys; it cannot change."""
    credentials_secret_ref: Credentials | None = None
    """Secret with the keys, for Live and Testnet (default: none, as Paper needs it)."""
    paper: PaperVenue = PaperVenue()
    """Balances and costs for what is filled on paper."""
    risk: AccountRisk = AccountRisk()
    """Limits over all Strategies of the account (default: none)."""
    rate_budget: RateBudget | None = None
    """How much of the exchange's rate limit is used (default: all of it)."""

    @rule(
        cel="self.exchange == oldSelf.exchange",
        message="exchange cannot change: another exchange is another account",
        remedy="Make an ExchangeAccount of another name",
        at="exchange",
        on_update=True,
    )
    def keeps_its_exchange(self, before: Self) -> bool:
        return self.exchange == before.exchange

    @rule(
        cel="self.environment == oldSelf.environment",
        message="environment cannot change: paper and real money never share a ledger",
        remedy="Make an ExchangeAccount of another name",
        at="environment",
        on_update=True,
    )
    def keeps_its_environment(self, before: Self) -> bool:
        return self.environment == before.environment

    @rule(
        cel="(self.environment == 'Paper') != has(self.credentialsSecretRef)",
        message="keys go with environment Live and Testnet, and with these alone",
        remedy="For Live or Testnet add, say: credentialsSecretRef: {name: binance-keys}; "
        "for Paper take it out",
        at="environment",
    )
    def keys_fit_the_environment(self) -> bool:
        return (self.environment == "Paper") != (self.credentials_secret_ref is not None)


class ExchangeAccountStatus(Status):
    """What is true of the account's gateway."""

    strategies: int | None = None
    """Number of Strategies that name the account."""
    halts: Annotated[
        list[Annotated[str, Field(max_length=253)]],
        Field(max_length=100, json_schema_extra={"x-kubernetes-list-type": "set"}),
    ] = []
    """Names of the halts that hold it; `kubectl tradewinds resume NAME` ends one."""


EXCHANGE_ACCOUNT = Definition(
    kind=Kind.EXCHANGE_ACCOUNT,
    sentence="One account at one exchange: its keys, its limits, and its costs on paper.",
    spec=ExchangeAccountSpec,
    status=ExchangeAccountStatus,
    columns=(
        condition_column("Ready", READY),
        Column("Environment", ".spec.environment"),
        Column("Exchange", ".spec.exchange"),
        Column("Strategies", ".status.strategies", "integer"),
        condition_column("Reason", READY, "reason"),
        AGE,
    ),
    selectable=(".spec.exchange", ".spec.environment"),
)
