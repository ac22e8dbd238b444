from tradewinds_crds.names import RECONCILING
from tradewinds_operator.conditions import condition
from tradewinds_operator.patience import LONGEST, SETTLES, Patience
from tradewinds_operator.world import Ref

BOT = Ref("Strategy", "paper", "btc")


class Watched:
    """A patience with a clock and a crowd of the test's own."""

    def __init__(self) -> None:
        self.now, self.busy = 0.0, False
        self.patience = Patience(lambda: self.now, lambda: self.busy)

    def left(self, *, underway: bool = True, after: float = 0.0) -> float:
        self.now += after
        said = [condition(RECONCILING, underway, "Starting")]
        return self.patience.left(BOT, {"conditions": said})


def test_what_has_come_to_rest_is_said_at_once() -> None:
    assert Watched().left(underway=False) == 0.0


def test_what_is_underway_is_said_when_it_takes_longer() -> None:
    bot = Watched()
    assert bot.left() == SETTLES
    assert bot.left(after=SETTLES / 2) == SETTLES / 2
    assert bot.left(after=SETTLES / 2) == 0.0
    assert bot.left() == SETTLES  # the next word waits too


def test_what_arrived_in_time_leaves_no_trace() -> None:
    bot = Watched()
    bot.left()
    assert bot.left(underway=False, after=1.0) == 0.0
    assert bot.left(after=LONGEST) == SETTLES


def test_in_a_storm_it_is_said_when_others_have_had_their_turn_or_at_last() -> None:
    bot = Watched()
    bot.busy = True
    bot.left()
    assert bot.left(after=10.0) == SETTLES
    assert bot.left(after=LONGEST) == 0.0
    bot.left()
    bot.left(after=10.0)
    bot.busy = False
    assert bot.left() == 0.0
