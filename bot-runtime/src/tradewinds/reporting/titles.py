"""Names of runs in a report of several: those of one name are told apart by their orders."""

from collections.abc import Sequence

from tradewinds.reporting.reading import Answer


def titles(answers: Sequence[Answer]) -> list[str]:
    """Return a name for each answer, no two of them the same unless their orders are."""
    names = [answer["name"] for answer in answers]
    return [
        name if names.count(name) == 1 else f"{name} {answer['orderHash'][:8]}"
        for name, answer in zip(names, answers, strict=True)
    ]
