"""What a verb ends with when it cannot do what was asked; the exit code says who must act.

DeskError                  1  it did not happen: refused, forbidden, or nobody answered
├── ForbiddenError         1  whoever gives rights in this cluster
├── MissingError           2  whoever typed the name
└── InputError             2  whoever typed it, or has to install something first
"""

from typing import ClassVar


class DeskError(Exception):
    """An end that a person can act on; the message is all that is printed."""

    code: ClassVar[int] = 1


class ForbiddenError(DeskError):
    """The user lacks a right; the message names it."""


class MissingError(DeskError):
    """An object that was named is not there."""

    code = 2


class InputError(DeskError):
    """What was typed, or what is installed, cannot work."""

    code = 2
