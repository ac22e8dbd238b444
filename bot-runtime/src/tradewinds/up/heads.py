"""The last head that was seen of each account's ledger, for the gateway that starts next.

A ledger that is gone, empty or older than this is then refused instead of traded on. An older
witness is still a true one, so a head is written at most once a turn, and only when it has moved:
never as often as the ledger itself is synced.
"""

from typing import Any

from tradewinds.process.files import write_atomically
from tradewinds.up.folder import StateFolder
from tradewinds_crds.canonical import canonical_json


class Heads:
    """What gateways have said of their ledgers, in memory and on disk."""

    def __init__(self, folder: StateFolder) -> None:
        self._folder = folder
        self._written: dict[str, str] = {}

    def remember(self, status: dict[str, Any]) -> None:
        """Write down the head in an answer to `/v1/status`, if it is news."""
        uid, ledger = status["uid"], status["ledger"]
        text = canonical_json({"number": ledger["number"], "hash": ledger["hash"]})
        if self._written.get(uid) != text:
            write_atomically(self._folder.head(uid), text)
            self._written[uid] = text
