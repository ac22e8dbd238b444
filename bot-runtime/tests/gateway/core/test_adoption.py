"""`adopt: true`: a Strategy made anew takes over what a deleted one of its name still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import (
    BTC,
    CALM,
    ETH,
    HOUR,
    START,
    UID,
    Scene,
    essence,
    granted,
    intent,
    spec,
    stop_at,
    terms,
    trading,
    verdicts,
)

from tradewinds.engine import records
from tradewinds.engine.account.position import FIELDS, RUNS
from tradewinds.gateway.core.commands import Flush, Refusal
from tradewinds.gateway.core.intents import NO_PROTECTION, Parts, Protection, Step
from tradewinds.gateway.core.policy import Mode

if TYPE_CHECKING:
    from scenes import Candle

    from tradewinds.gateway.core.commands import Answer
    from tradewinds.gateway.core.intents import Intent

NEW = "uid-2"
PARTS = Parts(
    trail=Protection("distance", 30.0),
    start=NO_PROTECTION,
    even=Protection("fraction", 0.02),
    offset=0.001,
    age=40,
    steps=(Step(Protection("fraction", 0.05), 0.5), Step(Protection("fraction", 0.09), 0.5)),
)

prices = st.floats(900, 1_150)
candles = st.tuples(prices, prices, prices, prices).map(lambda p: (p[0], max(p), min(p), p[3]))


def held(*symbols: str, entry: Intent | None = None) -> Scene:
    """Return a scene whose Strategy bought 0.1 at 1000 in its first symbol and is removed since."""
    scene = trading(*symbols)
    scene.post(entry or intent(stop=stop_at(0.03)))
    scene.close(*(CALM for _ in scene.spec["symbols"]))
    return scene


def remove(scene: Scene, uid: str = UID) -> Scene:
    scene.set(uid, known=False)
    scene.look()
    return scene


def begin(scene: Scene, uid: str = NEW, *, adopt: bool = True) -> Answer:
    """Let a namesake open its first session, now."""
    scene.set(uid, name=scene.of().record.name, adopt=adopt)
    gone = frozenset(one for one in scene.state.strategies if not scene.policy(one).known)
    return scene.open(uid, pod=f"pod-of-{uid}", start=scene.now, gone=gone)


def successor(*symbols: str, entry: Intent | None = None) -> Scene:
    scene = remove(held(*symbols, entry=entry))
    granted(begin(scene))
    return scene


def equity(scene: Scene, uid: str) -> float:
    return scene.of(uid).book.equity()


def test_position_moves_to_the_new_one_with_its_stop_which_fills_for_it() -> None:
    scene = successor()
    assert (scene.held(uid=UID), scene.held(uid=NEW)) == (0, 100)
    assert scene.of(NEW).book.average_price(0) == pytest.approx(1000.0)
    assert scene.of(UID).flat
    scene.close((980.0, 985.0, 960.0, 965.0), uid=NEW)
    (fill,) = scene.bodies("fill")[1:]
    assert (fill["kind"], fill["ticks"], fill["lots"]) == ("stopLoss", 9_700, 100)
    assert fill["key"] == scene.bodies("order")[0]["key"]
    assert scene.of(NEW).trades == 1


def test_new_one_pays_the_cost_and_both_equities_are_cash_plus_positions() -> None:
    """0.1 bought at 1000 costs 100; at 1005 the open profit of 0.5 goes with the position."""
    scene = held()
    scene.post()
    scene.close((1000.0, 1010.0, 990.0, 1005.0))
    before = equity(scene, UID)
    remove(scene)
    begin(scene)
    fee = 0.1 * 1000.0 * 0.001
    assert before == pytest.approx(10_000.0 + 0.5 - fee)
    assert scene.of(NEW).book.cash == pytest.approx(10_000.0 - 100.0)
    assert equity(scene, NEW) == pytest.approx(10_000.5)
    assert equity(scene, UID) == scene.of(UID).book.cash == pytest.approx(10_000.0 - fee)
    assert equity(scene, NEW) + equity(scene, UID) == pytest.approx(before + 10_000.0)


def test_steps_trailing_stop_and_age_go_over_as_they_stand() -> None:
    scene = held(entry=intent(parts=PARTS))
    scene.post()
    scene.close((1000.0, 1060.0, 1000.0, 1055.0))  # the first step fills, the stop is trailed
    before = list(scene.of().book.state)
    remove(scene)
    begin(scene)
    taken = scene.of(NEW).book.state
    belongs = [
        *FIELDS.values(),
        *(at for first, n in RUNS.values() for at in range(first, first + n)),
    ]
    assert [taken[at] for at in belongs] == [before[at] for at in belongs]
    assert scene.held(uid=NEW) == 50
    assert taken[records.RAISED] > 1000.0


def test_every_field_of_a_block_belongs_to_the_position_or_to_an_entry_order() -> None:
    """Whoever adds a field to the block says here whether it changes hands."""
    of_position = {*FIELDS.values()}
    for first, count in RUNS.values():
        of_position |= {*range(first, first + count)}
    entry = {place for name, place in vars(records).items() if name.startswith("ENTRY_")}
    entry |= {*range(records.ENTRY_PARTS, records.MOVES)}
    assert of_position | entry == {*range(records.POSITION_SIZE_OF)}
    assert not of_position & entry


def test_without_adopt_the_position_stays_with_the_deleted_one() -> None:
    scene = remove(held())
    granted(begin(scene, adopt=False))
    assert (scene.held(uid=UID), scene.held(uid=NEW)) == (100, 0)


def test_close_that_rests_is_carried_out_for_the_new_one() -> None:
    scene = held()
    scene.post(intent(effect="exit"))
    remove(scene)
    begin(scene)
    assert not scene.of(UID).exits
    scene.close((1010.0, 1020.0, 1000.0, 1015.0), uid=NEW)
    fill = scene.bodies("fill")[-1]
    assert (fill["kind"], fill["ticks"]) == ("market", 10_100)
    assert scene.of(NEW).flat


def test_entry_that_rests_is_cancelled_first_and_the_session_waits_for_it() -> None:
    scene = held(BTC, ETH)
    scene.post(intent(ETH, kind="limit", ticks=9_000))
    scene.hold_sends = True  # the venue does not answer the cancel yet
    remove(scene)
    answer = begin(scene)
    assert isinstance(answer, Refusal)
    assert answer.code == "PredecessorBusy"
    assert "its entry in ETH/USDT is being cancelled" in answer.message
    scene.hold_sends = False
    scene.look()
    granted(begin(scene))
    assert scene.held(BTC, NEW) == 100


def test_symbol_that_the_new_spec_does_not_list_stays_with_the_deleted_one() -> None:
    scene = held(BTC, ETH)
    scene.post(intent(ETH))
    scene.close(CALM, CALM)
    remove(scene)
    scene.spec = spec(ETH)
    begin(scene)
    assert (scene.held(ETH, NEW), scene.held(BTC, UID)) == (100, 100)
    assert scene.held(ETH, UID) == 0


def test_lots_and_ticks_stay_those_in_which_the_position_is_counted() -> None:
    scene = remove(held())
    finer = terms(scene.spec)
    other = {**finer.instruments[0], "lot": "0.00001", "tick": "0.01"}
    scene.set(NEW, name=scene.of().record.name, adopt=True)
    changed = type(finer)(finer.spec, (other,), finer.costs)
    scene.open(NEW, pod="pod-2", start=scene.now, gone=frozenset({UID}), terms=changed)
    assert scene.of(NEW).record.instruments[0]["lot"] == "0.001"
    assert equity(scene, NEW) == pytest.approx(10_000.0)


def test_longer_bar_that_began_before_the_position_was_lived_through_fills_nothing() -> None:
    """The old one lived to 02:00 by the hour; the new one's first bar is of 00:00 to 04:00."""
    scene = remove(held())
    scene.spec = spec(timeframe="4h")
    scene.set(NEW, name=scene.of().record.name, adopt=True)
    granted(scene.open(NEW, pod="pod-2", start=START, gone=frozenset({UID})))
    low: Candle = (1000.0, 1001.0, 960.0, 1000.0)  # before or after 02:00, nobody knows
    scene.close(low, uid=NEW, now=START + 4 * HOUR, time=START + 4 * HOUR)
    assert scene.held(uid=NEW) == 100
    scene.now = START + 4 * HOUR
    scene.post(uid=NEW)
    scene.close(low, uid=NEW, now=START + 8 * HOUR, time=START + 8 * HOUR)
    (fill,) = scene.bodies("fill")[1:]
    assert (fill["kind"], fill["bar"]) == ("stopLoss", START + 4 * HOUR)
    assert essence(scene.replayed()) == essence(scene.state)


def test_of_several_predecessors_the_newest_goes_first_and_each_gives_what_it_holds() -> None:
    scene = held(BTC, ETH)
    scene.post(intent(ETH))
    scene.close(CALM, CALM)
    remove(scene)
    granted(begin(scene, "uid-2", adopt=False))
    scene.close(CALM, CALM, uid="uid-2")
    scene.post(intent(lots=200), uid="uid-2")
    scene.close(CALM, CALM, uid="uid-2")
    remove(scene, "uid-2")
    granted(begin(scene, "uid-3"))
    assert scene.held(BTC, "uid-3") == 200
    assert scene.held(ETH, "uid-3") == 100
    assert scene.held(BTC, UID) == 100  # of the older one, told as left


def test_nobody_adopts_twice_and_no_restart_adopts_later() -> None:
    scene = successor()
    before = len(scene.bodies("adopted"))
    granted(begin(scene))
    remove(scene, NEW)
    granted(begin(scene, "uid-3"))
    assert before == 1
    assert [one["predecessor"] for one in scene.bodies("adopted")] == [UID, NEW]
    assert scene.held(uid="uid-3") == 100
    keys = [row.key for row in scene.ledger if row.kind == "adopted"]
    assert len(keys) == len(set(keys))


def test_predecessor_that_is_still_there_or_has_another_name_gives_nothing() -> None:
    scene = held()
    begin(scene)
    assert scene.held(uid=NEW) == 0
    remove(scene)
    scene.set("uid-3", name="another", adopt=True)
    scene.open("uid-3", start=scene.now, gone=frozenset({UID}))
    assert scene.held(uid="uid-3") == 0


def test_shadow_takes_over_no_paper_position() -> None:
    scene = remove(held())
    scene.set(NEW, mode=Mode.SHADOW)
    answer = begin(scene)
    assert isinstance(answer, Refusal)
    assert "spec.stage was Shadow; use Paper, or leave adopt out" in answer.message
    assert NEW not in scene.state.strategies


def test_old_pod_can_neither_open_nor_close_what_it_no_longer_holds() -> None:
    scene = successor()
    assert verdicts(scene.post(intent(effect="exit"), uid=UID)) == ["NotHeld"]
    assert verdicts(scene.post(intent(ordinal=1), uid=UID)) == ["Stopped"]


def test_new_one_closes_what_it_took_over_and_a_replay_gives_the_same_state() -> None:
    scene = successor()
    scene.close(CALM, uid=NEW)
    assert verdicts(scene.post(intent(effect="exit"), uid=NEW)) == ["Accepted"]
    scene.close((1020.0, 1020.0, 1020.0, 1020.0), uid=NEW)
    assert scene.of(NEW).flat
    assert scene.of(NEW).book.cash == pytest.approx(10_000.0 + 2.0 - 0.1 * 1020.0 * 0.001)
    assert essence(scene.replayed()) == essence(scene.state)
    assert scene.now == START + 4 * HOUR


@settings(max_examples=60, deadline=None)
@given(
    st.lists(candles, max_size=4),
    st.booleans(),
    st.lists(candles, min_size=1, max_size=6),
    st.none() | st.just(PARTS),
)
def test_successor_is_filled_as_its_predecessor_would_have_been(
    before: list[Candle], closes: bool, after: list[Candle], parts: Parts | None
) -> None:
    entry = intent(stop=stop_at(0.05), parts=parts)
    stayed, handed = held(entry=entry), held(entry=entry)
    for scene in (stayed, handed):
        _live(scene, UID, before)
        if closes and scene.held():
            scene.post(intent(effect="exit", lots=scene.held()))
    remove(handed)
    begin(handed)
    _live(stayed, UID, after)
    _live(handed, NEW, after)
    assert _fills(handed) == _fills(stayed)
    assert essence(handed.replayed()) == essence(handed.state)
    cash = handed.of(UID).book.cash + handed.of(NEW).book.cash - 10_000.0
    assert cash == pytest.approx(stayed.of(UID).book.cash)


def _live(scene: Scene, uid: str, days: list[Candle]) -> None:
    for candle in days:
        scene.post(uid=uid)
        scene.close(candle, uid=uid)
    scene.do(Flush(scene.now))


def _fills(scene: Scene) -> list[tuple[object, ...]]:
    fields = ("effect", "side", "kind", "lots", "ticks", "fee", "cash", "bar", "key")
    return [tuple(row[field] for field in fields) for row in scene.bodies("fill")]
