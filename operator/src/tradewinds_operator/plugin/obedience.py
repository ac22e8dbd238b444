"""Who holds a halt and who has let go, by asking the gateways until they agree or time is up.

The object only tells the gateways; what counts is what each has in its ledger.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_operator.plugin.gateways import Account, Answer, ask_all
from tradewinds_operator.plugin.kubectl import Kubectl

PATIENCE: Final = 10.0  # seconds that gateways have by default
_POLL: Final = 0.3  # seconds


@dataclass(frozen=True, slots=True)
class Obedience:
    """Whether a gateway holds a halt: True, False, or None with a reason when it is silent."""

    account: Account
    active: bool | None
    silence: str = ""

    def word(self, *, wanted: bool) -> str:
        """Return the word for people on a halt that should hold, or should not."""
        if self.active is None:
            return "silent"
        if self.active is not wanted:
            return "not yet"
        return "halted" if wanted else "resumed"


def obeyed(
    kubectl: Kubectl, accounts: Sequence[Account], name: str, *, wanted: bool, patience: float
) -> list[Obedience]:
    """Wait until every gateway holds (or has released) the halt; then tell how it went."""
    deadline = time.monotonic() + patience
    settled: dict[Account, Obedience] = {}
    while True:
        waiting = [one for one in accounts if one not in settled or settled[one].active != wanted]
        for answer in ask_all(kubectl, waiting, "/v1/halts"):
            settled[answer.account] = _read(answer, name)
        if all(one.active is wanted for one in settled.values()) or time.monotonic() > deadline:
            return [settled[one] for one in accounts]
        time.sleep(_POLL)


def held(kubectl: Kubectl, accounts: Sequence[Account]) -> dict[Account, list[str] | None]:
    """Return the names of the halts that each gateway holds; None for a silent one."""
    return {
        one.account: None if one.body is None else _active(one.body)
        for one in ask_all(kubectl, accounts, "/v1/halts")
    }


def _read(answer: Answer, name: str) -> Obedience:
    if answer.body is None:
        return Obedience(answer.account, None, answer.silence)
    return Obedience(answer.account, name in _active(answer.body))


def _active(body: dict[str, Any]) -> list[str]:
    return [halt["name"] for halt in body["halts"] if halt["active"]]
