"""Where decisions come from other than rules: built-in strategies, Python classes, webhooks."""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.references import ConfigMapReference, SecretKeyReference
from tradewinds_crds.models.units import (
    MODULE_PATTERN,
    Duration,
    Identifier,
    Image,
)

Module = Annotated[
    str,
    Field(
        pattern=MODULE_PATTERN,
        max_length=200,
        json_schema_extra={"x-unit": "module", "x-form": "a Python module, such as desk.breakout"},
    ),
]


class BuiltinSource(Model):
    """A strategy that comes with Tradewinds; `parameters` of the Strategy override its own."""

    name: Literal[
        "ema-cross",
        "supertrend",
        "rsi-reversion",
        "bollinger-reversion",
        "donchian-breakout",
        "dca-dips",
        "grid",
        "momentum-rotation",
        "pairs",
    ]
    """The strategy's name; its rules become the Strategy's own."""


class PythonSource(Model):
    """A Python class that decides; see the reference of `tradewinds.Strategy`."""

    module: Module
    """Module that holds the class: beside the manifest on a laptop, else in image or ConfigMap."""
    class_: Annotated[Identifier, Field(alias="class")]
    """The class's name in the module, such as Breakout."""
    image: Image | None = None
    """Image that holds the module and what it imports (default: the bot's standard image)."""
    config_map_ref: ConfigMapReference | None = None
    """ConfigMap whose keys are Python files, such as breakout.py (default: none)."""


class Webhook(Model):
    """A door for signals that others send, such as TradingView."""

    token_secret_ref: SecretKeyReference
    """Secret that a sender must know."""
    max_age: Duration = "60s"
    """Age beyond which a signal is refused."""
    allow_from: Annotated[
        list[Annotated[str, Field(max_length=43, pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$")]],
        Field(max_length=32),
    ] = []
    """Networks that may send, such as 52.89.214.0/24 (default: all that know the token)."""


class SignalSource(Model):
    """Decisions made outside and sent in."""

    webhook: Webhook
    """How they are sent."""
