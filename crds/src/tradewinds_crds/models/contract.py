"""What every model shares: strictness, camelCase names, and rules that two judges apply.

A rule is stated once, beside the fields that it is about: as a method for Pydantic (`validate` on
a laptop) and as CEL for the API server, with one message for both. A suite runs a good and a bad
manifest of each rule against both judges, so that they cannot drift apart.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from tradewinds_crds.errors import advice

BROKEN_RULES = "broken_rules"

Check = TypeVar("Check", bound=Callable[..., bool])


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition between fields, in CEL, and what to say when it does not hold.

    `at` is the field that a reader should look at, if it is not the whole object.
    """

    cel: str
    message: str
    remedy: str = ""
    at: str = ""
    name: str = ""
    on_update: bool = False

    @property
    def text(self) -> str:
        return advice(self.message, self.remedy)


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule together with the method that checks it in Python."""

    rule: Rule
    holds: Callable[..., bool] = field(repr=False)


def rule(
    cel: str, message: str, remedy: str = "", at: str = "", *, on_update: bool = False
) -> Callable[[Check], Check]:
    """Make a method a rule of the contract; it returns True where the rule holds.

    With `on_update` it judges a change: CEL sees `oldSelf`, the method takes the model before.
    """

    def bind(check: Check) -> Check:
        stated = Rule(" ".join(cel.split()), message, remedy, at, check.__name__, on_update)
        vars(check)["contract_rule"] = stated
        return check

    return bind


class Model(BaseModel):
    """A part of a spec or a status: closed, strict, immutable."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        protected_namespaces=(),
        defer_build=True,  # most models are only ever built inside the spec that holds them
    )

    contract: ClassVar[tuple[BoundRule, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        own = tuple(
            BoundRule(vars(value)["contract_rule"], value)
            for value in vars(cls).values()
            if callable(value) and "contract_rule" in getattr(value, "__dict__", {})
        )
        inherited = {bound.rule.name: bound for parent in cls.__mro__[1:] for bound in _of(parent)}
        cls.contract = (*inherited.values(), *own)

    @model_validator(mode="after")
    def keeps_the_contract(self) -> Self:
        judging = (bound for bound in self.contract if not bound.rule.on_update)
        broken = [bound.rule for bound in judging if not bound.holds(self)]
        if broken:
            texts = "; ".join(broken_rule.text for broken_rule in broken)
            raise PydanticCustomError(BROKEN_RULES, "{texts}", {"texts": texts, "rules": broken})
        return self

    def refuses_change_from(self, before: Self) -> list[Rule]:
        """Return the rules that a change from the spec before breaks."""
        judging = (bound for bound in self.contract if bound.rule.on_update)
        return [bound.rule for bound in judging if not bound.holds(self, before)]

    @model_serializer(mode="wrap")
    def says_what_is_set(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not set, so that equal meanings have equal canonical JSON."""
        optional = {
            name
            for key, information in type(self).model_fields.items()
            if not information.is_required()
            for name in (key, information.alias)
        }
        return self.in_full(
            {
                name: value
                for name, value in dump(self).items()
                if name not in optional or (value is not None and value not in ([], {}))
            }
        )

    def in_full(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what is said with its short forms written out."""
        return said


def _of(parent: type) -> tuple[BoundRule, ...]:
    return parent.contract if issubclass(parent, Model) else ()


def exactly_one(*names: str) -> str:
    """Return the CEL that holds when exactly one of these fields is set."""
    return f"[{', '.join(f'has(self.{name})' for name in names)}].filter(x, x).size() == 1"


def at_most_one(*names: str) -> str:
    """Return the CEL that holds when none or one of these fields is set."""
    return f"[{', '.join(f'has(self.{name})' for name in names)}].filter(x, x).size() <= 1"


def count_set(*values: object) -> int:
    """Return how many of these are not None."""
    return sum(value is not None for value in values)
