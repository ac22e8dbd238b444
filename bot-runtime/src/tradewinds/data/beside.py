"""Options that belong to another kind of data than the one which a command was asked for."""

from collections.abc import Mapping

from tradewinds.process.exits import InputError


def refuse_beside(kind: str, options: Mapping[str, object]) -> None:
    """Refuse options that were given beside `--funding` or `--trades` and are not about it."""
    said = " and ".join(f"--{name}" for name, value in options.items() if value is not None)
    if said:
        raise InputError(f"{kind}: {said} would be about something else. Leave it out.")
