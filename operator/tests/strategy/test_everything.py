"""Whatever happens to a Strategy, in any order: what must never be, and how it ends."""

from typing import Any

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, sampled_from
from strategy_stage import NAME, Stage, generation_of

from tradewinds_crds.names import ANNOTATION_ROLL_OUT
from tradewinds_crds.placement import template
from tradewinds_operator.actions import Apply

CAPITALS = ("1 USDT", "2 USDT", "3 USDT")
POLICIES = ("WhenFlat", "Immediate", "Manual")
STATES = ("Running", "Paused", "Stopped")


class Life(RuleBasedStateMachine):
    """People edit, the market fills, pods are lost, gateways fall silent, controllers lag."""

    @initialize(policy=sampled_from(POLICIES))
    def begin(self, policy: str) -> None:
        self.stage = Stage().surround().edit(updatePolicy=policy, capital=CAPITALS[0])
        self.rolled_out: int | None = None
        self.pods = 0

    @rule(capital=sampled_from(CAPITALS))
    def edit(self, capital: str) -> None:
        self.stage.edit(capital=capital)

    @rule(policy=sampled_from(POLICIES))
    def choose(self, policy: str) -> None:
        self.stage.edit(updatePolicy=policy)

    @rule(state=sampled_from(STATES))
    def wish(self, state: str) -> None:
        self.stage.edit(state=state)

    @rule()
    def ask(self) -> None:
        self.stage.ask()

    @rule(flat=booleans())
    def fill(self, *, flat: bool) -> None:
        if self.stage.gateway.traded:
            self.stage.gateway.flat = flat

    @rule(speaks=booleans())
    def speak(self, *, speaks: bool) -> None:
        self.stage.gateway.speaks = speaks

    @rule()
    def lose_the_pod(self) -> None:
        if self.stage.pod is not None:
            self.stage.lose_pod()

    @rule()
    def break_the_newest(self) -> None:
        self.stage.broken.add(self.stage.strategy["metadata"]["generation"])

    @rule()
    def look(self) -> None:
        self._look()

    def _look(self, *hidden: str) -> None:
        may = self._may_roll_out()
        for action in self.stage.turn(*hidden):
            if not isinstance(action, Apply) or action.resource["kind"] != "StatefulSet":
                continue
            spec = action.resource["spec"]
            generation = generation_of(spec["template"])
            freed = spec["updateStrategy"]["rollingUpdate"]["partition"] == 0
            if freed and generation != self.rolled_out:
                assert may, f"partition 0 while {self.stage.gateway} and {self.stage.strategy}"
            if freed or self.stage.pods == 0:
                self.rolled_out = generation

    @rule()
    def happen(self) -> None:
        self.stage.happen()

    @rule()
    def happen_without_a_gateway(self) -> None:
        self.stage.control()

    def _may_roll_out(self) -> bool:
        """Return what the rules of `updatePolicy` say, in other words than the operator's."""
        stage, gateway = self.stage, self.stage.gateway
        metadata, spec = stage.strategy["metadata"], stage.strategy["spec"]
        newest = metadata["generation"]
        heard = gateway.speaks and gateway.seen == newest
        if heard and self.rolled_out not in (gateway.traded, newest):
            return True  # nothing but the newest could ever trade again
        if spec["updatePolicy"] == "Manual":
            annotations: dict[str, Any] = metadata.get("annotations", {})
            return annotations.get(ANNOTATION_ROLL_OUT) == str(newest)
        return spec["updatePolicy"] == "Immediate" or (heard and gateway.flat)

    @invariant()
    def a_pod_is_made_as_what_was_rolled_out(self) -> None:
        if self.stage.pods > self.pods:
            self.pods = self.stage.pods
            assert self.stage.running in (None, self.rolled_out)

    @invariant()
    def a_pod_has_its_spec(self) -> None:
        stage = self.stage
        if stage.pod is not None and "deletionTimestamp" not in stage.pod["metadata"]:
            was = stage.get("ConfigMap", spec_map(stage.pod))
            assert was is not None, "the pod's spec was taken away under it"

    def teardown(self) -> None:
        """In the end, with everything well, the newest spec runs and nothing is left to do."""
        stage = self.stage
        stage.gateway.speaks, stage.gateway.flat = True, True
        stage.broken.clear()
        stage.edit(state="Running").ask().settle(30)
        stage.ask().settle(30)
        kept = stage.objects["ControllerRevision"]
        ran = kept[f"{NAME}-{stage.running}"]["data"]["spec"]
        assert template(ran) == template(stage.strategy["spec"])
        assert (stage.partition, stage.said("Ready")) == (1, ("True", "Running"))
        stage.writes.clear()
        assert stage.settle().writes == []


def spec_map(pod: dict[str, Any]) -> str:
    return next(
        str(one["configMap"]["name"]) for one in pod["spec"]["volumes"] if one["name"] == "spec"
    )


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


class StaleLife(Life):
    """An operator that starts again and again, and is told of nothing that it made before.

    It may roll out what it rolled out already; in the end all is as it should be.
    """

    @rule()
    def look_at_a_stale_list(self) -> None:
        self._look("StatefulSet", "ControllerRevision", "ConfigMap", "Pod")

    def _look(self, *hidden: str) -> None:
        self.stage.turn(*hidden)
        self.rolled_out = None

    @invariant()
    def a_pod_is_made_as_what_was_rolled_out(self) -> None:
        """Hold no longer: a stale write in the midst of a roll-out takes it back for a while."""


TestStaleLife = StaleLife.TestCase
TestStaleLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
