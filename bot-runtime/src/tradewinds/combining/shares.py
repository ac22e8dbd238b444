"""Who gets how much: weights of one capital, as each strategy's own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from tradewinds.process.exits import InputError
from tradewinds_crds.scalars import Money, parse_money

SMALLEST: Final = Decimal("0.00000001")  # of a currency; what is smaller stays cash


@dataclass(frozen=True, slots=True)
class Shares:
    """A capital and its parts, in the order of the strategies; what no part has stays cash."""

    capital: Money
    weights: tuple[Decimal, ...]
    parts: tuple[Money, ...]

    @property
    def cash(self) -> Decimal:
        return self.capital.amount - sum((part.amount for part in self.parts), Decimal(0))


def shares(
    own: Mapping[str, Money], capital: Money | None, weights: Sequence[Decimal] | None
) -> Shares:
    """Divide a capital among strategies, given with what they have as their own.

    Without a capital it is the sum of their own; without weights all get the same.
    """
    currencies = {one.currency for one in own.values()}
    if capital is not None:
        currencies.add(capital.currency)
    if len(currencies) > 1:
        said = ", ".join(f"{name} in {one.currency}" for name, one in own.items())
        joint = f", the capital in {capital.currency}" if capital else ""
        raise InputError(f"their money was {said}{joint}; expected one currency for all")
    total = capital or Money(
        sum((one.amount for one in own.values()), Decimal(0)), currencies.pop()
    )
    given = counted(weights, own) if weights else (Decimal(1) / len(own),) * len(own)
    together = sum(given, Decimal(0))
    if not all(given) or together > 1:
        raise InputError(
            f"--weights came to {(together * 100).normalize():f}%, expected each above 0% and at "
            "most 100% together; what is left over stays cash"
        )
    parts = tuple(Money(_floor(weight * total.amount), total.currency) for weight in given)
    for name, part in zip(own, parts, strict=True):
        if not part.amount:
            raise InputError(
                f"the share of {name} was 0 of {text_of(total)}, expected {SMALLEST:f} at least. "
                "Raise the capital"
            )
    return Shares(total, given, parts)


def counted(weights: Sequence[Decimal], names: Collection[str]) -> tuple[Decimal, ...]:
    """Return weights, if there is one for each strategy."""
    if len(weights) != len(names):
        raise InputError(
            f"--weights had {len(weights)} for {len(names)} strategies ({', '.join(names)}); "
            "expected one for each, such as 60%,40%"
        )
    return tuple(weights)


def with_capital(question: Mapping[str, Any], part: Money) -> dict[str, Any]:
    """Return a question that is asked of this capital."""
    return {**question, "spec": {**question["spec"], "capital": text_of(part)}}


def own_capital(question: Mapping[str, Any]) -> Money:
    """Return what a question would be asked of."""
    spec = question["spec"]
    strategy = question["strategy"]["spec"] if "strategy" in question else spec["strategy"]
    return parse_money(spec.get("capital") or strategy["capital"])


def text_of(money: Money) -> str:
    """Write an amount as manifests do."""
    return f"{money.amount.normalize():f} {money.currency}"


def _floor(amount: Decimal) -> Decimal:
    return amount.quantize(SMALLEST, ROUND_DOWN)
