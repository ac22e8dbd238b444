"""What a bot says to its gateway, and what the gateway's refusals mean for the bot.

403 and 409 end it for good (another bot has taken over), 422 is for whoever wrote the Strategy;
everything that may pass is asked again by the caller.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewinds.process.client import Client, RefusedError
from tradewinds.process.exits import FencedError, InputError
from tradewinds.trade.patience import Patience
from tradewinds.trade.session import Session, read_session

_LONG_POLL: Final = 20.0  # seconds
_FORBIDDEN: Final = 403
_CONFLICT: Final = 409
_UNPROCESSABLE: Final = (400, 404, 422)


class Gateway:
    """One strategy's side of the gateway's API."""

    def __init__(self, client: Client, strategy: str) -> None:
        """`strategy` is the Strategy's uid."""
        self.patience = Patience()
        self._client = client
        self._strategy = strategy

    async def open_session(self, question: Mapping[str, Any]) -> Session:
        """Get an epoch; waits for a gateway that is away or has not seen all objects."""
        body = {"strategy": self._strategy, **question}
        answer = await self._ask(lambda: self._client.post("/v1/sessions", body), "a session")
        return read_session(answer)

    async def post(self, batch: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Post a decision until it is committed; the gateway knows a repetition by its keys."""
        body = {"strategy": self._strategy, **batch}
        answer = await self._ask(lambda: self._client.post("/v1/intents", body), "the gateway")
        outcomes: Sequence[Mapping[str, Any]] = answer["outcomes"]
        return outcomes

    async def events(self, epoch: int, after: int, filled: int) -> Mapping[str, Any]:
        """Wait for events behind `after`, or for fills through `filled`; one attempt."""
        query: dict[str, str | int] = {
            "strategy": self._strategy,
            "epoch": epoch,
            "after": after,
            "filled": filled,
        }
        try:
            answer = await self._client.get("/v1/events", query, wait=_LONG_POLL)
        except RefusedError as error:
            raise _meaning(error) from error
        page: Mapping[str, Any] = answer
        return page

    async def _ask(self, call: Any, what: str) -> Any:
        try:
            return await self.patience.ask(call, what)
        except RefusedError as error:
            raise _meaning(error) from error


def _meaning(error: RefusedError) -> Exception:
    if error.status in (_FORBIDDEN, _CONFLICT):
        return FencedError(str(error))
    if error.status in _UNPROCESSABLE:
        return InputError(str(error))
    return error
