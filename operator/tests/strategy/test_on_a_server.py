"""Kubernetes' own StatefulSet controller does what we count on, in `restricted` namespaces."""

from collections.abc import AsyncIterator, Iterator

import pytest
from strategy_play import Play, playing, prepare
from strategy_stage import NAME, SET, Stage, generation_of

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.servers import controllers
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.actions import Apply
from tradewinds_operator.watched import path_of
from tradewinds_operator.world import Ref

EDIT = {"capital": "20000 USDT"}
ANOTHER = {"capital": "30000 USDT"}


@pytest.fixture(scope="module")
def server(kubernetes: ApiServer) -> Iterator[ApiServer]:
    prepare(kubernetes)
    try:
        with controllers.running(kubernetes):
            yield kubernetes
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
async def play(server: ApiServer) -> AsyncIterator[Play]:
    async with playing(server) as one:
        yield one


def uid(play: Play) -> str:
    assert play.pod is not None
    return str(play.pod["metadata"]["uid"])


PYTHON = {"module": "breakout", "class": "Breakout", "configMapRef": {"name": "breakout-py"}}


@pytest.mark.parametrize("spec", [{}, {"rules": None, "python": PYTHON}], ids=["rules", "python"])
def test_every_child_is_taken_without_an_unknown_field(
    server: ApiServer, spec: dict[str, object]
) -> None:
    stage = Stage().surround().edit(**spec)
    stage.put("ConfigMap", "breakout-py", {})
    stage.objects["ConfigMap"]["breakout-py"]["immutable"] = True
    children = [one.resource for one in stage.turn() if isinstance(one, Apply)]
    assert {one["kind"] for one in children} == {"ConfigMap", "ControllerRevision", "StatefulSet"}
    for child in children:
        path = path_of(Ref(child["kind"], "default", ""))
        local = {**child, "metadata": {**child["metadata"], "namespace": "default"}}
        answer = server.call("POST", f"{path}?dryRun=All&fieldValidation=Strict", local)
        assert answer.status == 201, answer.body


async def test_six_writes_until_ready_and_none_after(play: Play) -> None:
    assert play.writes() <= 6
    before = play.writes()
    await play.rest()
    assert play.writes() == before


async def test_edit_waits_until_flat_and_a_lost_pod_returns_as_it_was(play: Play) -> None:
    play.row["flat"], first = False, uid(play)
    play.edit(**EDIT)
    await play.rest()
    assert uid(play) == first
    play.lose_pod()
    await play.until(lambda: play.pod is not None and uid(play) != first)
    assert play.pod is not None
    assert generation_of(play.pod) == 1
    play.row["flat"] = True
    await play.until_runs(2)


async def test_broken_bot_returns_as_it_was_and_gives_way_to_the_next_edit(play: Play) -> None:
    play.broken = {2}
    play.edit(**EDIT)
    await play.until_runs(2, ready=False)
    play.row["flat"], broken = False, uid(play)
    play.lose_pod()
    await play.until(lambda: play.pod is not None and uid(play) != broken)
    assert play.pod is not None
    assert generation_of(play.pod) == 2
    play.edit(**ANOTHER)
    await play.until_runs(3)


async def test_stopped_and_back_is_what_it_was_though_an_edit_waits(play: Play) -> None:
    play.row["flat"] = False
    play.edit(**EDIT, state="Stopped")
    await play.until(lambda: play.pod is None and play.said("Ready") == ("False", "Stopped"))
    await play.rest()
    play.edit(**EDIT)
    await play.until_runs(1)
    play.row["flat"] = True
    await play.until_runs(3)


async def test_template_that_somebody_writes_changes_no_pod_and_is_put_back(play: Play) -> None:
    play.row["flat"], first = False, uid(play)
    place = ("-n", play.namespace)
    play.server.kubectl("set", "image", f"statefulset/{SET}", "bot=elsewhere:1", *place)
    await play.rest()
    assert uid(play) == first
    play.lose_pod()
    await play.until(lambda: play.pod is not None and uid(play) != first)
    assert play.pod is not None
    assert play.pod["spec"]["containers"][0]["image"] == "tradewinds:1"
    found = play.get("statefulset", SET)
    assert found is not None
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "tradewinds:1"
    assert found["status"]["currentRevision"] == found["status"]["updateRevision"]


async def test_upgrade_is_no_write_and_the_next_edit_takes_the_new_image(play: Play) -> None:
    play.upgrade("tradewinds:2")
    before = play.writes()
    await play.rest()
    assert play.writes() == before
    play.edit(**EDIT)
    await play.until_runs(2)
    assert play.pod is not None
    assert play.pod["spec"]["containers"][0]["image"] == "tradewinds:2"


async def test_specs_are_kept_and_old_maps_go(play: Play) -> None:
    play.edit(**EDIT)
    await play.until_runs(2)
    await play.rest()
    place = ("-n", play.namespace, "-l", f"tradewinds.dev/strategy={NAME}", "-o", "name")
    assert len(play.server.kubectl("get", "configmap", *place).split()) == 1
    revisions = play.server.kubectl("get", "controllerrevision", *place).split()
    assert {f"controllerrevision.apps/{NAME}-{number}" for number in (1, 2)} <= set(revisions)
