"""What a program refuses: values of its parameters that no indicator can take."""

from __future__ import annotations


class ParameterError(ValueError):
    """A parameter's value does not fit where the rules use it."""
