"""What a collector serves: what the feed is, and its closed bars by cursor."""

from typing import Any

from aiohttp import web

from tradewinds.collect.board import Board
from tradewinds.collect.feed import Feed
from tradewinds.collect.metrics import CollectMetrics
from tradewinds.collect.query import BarsQuery, parse_query
from tradewinds.collect.ranges import Ranges
from tradewinds.collect.source import Source
from tradewinds.collect.tape import Tape
from tradewinds.process.problems import problems_as_json
from tradewinds_store.records import Coverage, Series


class Api:
    """The routes over one feed's board and tape."""

    def __init__(
        self,
        feed: Feed,
        source: Source,
        board: Board,
        tape: Tape,
        coverage: dict[Series, Coverage],
        metrics: CollectMetrics,
        ranges: Ranges,
    ) -> None:
        self._feed = feed
        self._source = source
        self._board = board
        self._tape = tape
        self._coverage = coverage
        self._metrics = metrics
        self._ranges = ranges

    def application(self) -> web.Application:
        app = web.Application(middlewares=[problems_as_json])
        app.router.add_get("/v1/feed", self.describe)
        app.router.add_get("/v1/bars", self.bars)
        return app

    async def describe(self, _: web.Request) -> web.Response:
        """Say what the feed has and how far it is."""
        feed, board = self._feed, self._board
        speed = feed.replay.speed
        body = {
            "name": feed.name,
            "exchange": feed.replay.exchange,
            "symbols": feed.symbols,
            "timeframes": feed.timeframes,
            "start": self._source.start,
            "first": self._first(),
            "closedThrough": board.closed_through,
            "now": board.now,
            "end": self._source.end,
            "finished": board.finished,
            "speed": "max" if speed is None else f"{speed}x",
            "waitingFor": board.waiting_for,
            "reason": board.reason,
            "ranges": self._ranges.rows,
        }
        return web.json_response(body)

    async def bars(self, request: web.Request) -> web.Response:
        """Answer closed bars behind a cursor; wait while there is nothing new.

        All bars with `after < close <= closedThrough` of the answer are in it, so the answer's
        `closedThrough` is the next cursor. A limit cuts between two closes, never inside one.
        """
        query = parse_query(self._feed, request.query)
        board = self._board
        if board.closed_through[query.timeframe] <= query.after and query.wait:
            await board.wakeup.until(
                lambda: board.closed_through[query.timeframe] > query.after, query.wait
            )
        body = await self._answer(query, board.closed_through[query.timeframe])
        self._metrics.served.inc(len(body["bars"]))
        return web.json_response(body)

    async def _answer(self, query: BarsQuery, through: int) -> dict[str, Any]:
        limit = max(1, query.limit // len(query.places))
        sets = (
            await self._tape.read(query.timeframe, query.after, through, limit)
            if through > query.after
            else []
        )
        if len(sets) == limit:
            through = sets[-1].close
        places = query.places
        bars = []
        for one in sets:
            rows = [(places[row[0]], *row[1:]) for row in one.rows if row[0] in places]
            bars += sorted(rows) if len(rows) > 1 else rows
        return {"closedThrough": through, "bars": bars}

    def _first(self) -> dict[str, dict[str, int]]:
        feed = self._feed
        return {
            symbol: {one: self._coverage[feed.series(symbol, one)].first for one in feed.timeframes}
            for symbol in feed.symbols
        }
