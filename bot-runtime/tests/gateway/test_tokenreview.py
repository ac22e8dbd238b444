"""Bots are known by the tokens of their pods, as a real API server reviews them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from cluster import Cluster, faulty_api

from tradewinds.gateway.apiserver import ApiServer, connected
from tradewinds.gateway.http.tokenreview import TRUST, ReviewedTokens
from tradewinds.process.objects import Object, parse_object
from tradewinds.process.problems import Problem
from tradewinds_crds.names import GATEWAY_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cluster import FaultyApi


class Reviewed:
    """The gateway's knowledge of tokens, with clocks that a test moves."""

    def __init__(self, cluster: Cluster, api: FaultyApi) -> None:
        self.cluster = cluster
        self.api = api
        self.time = self.wall = 0.0
        metadata = {"name": "trend", "namespace": cluster.namespace, "uid": "u", "generation": 1}
        body = {"kind": "Strategy", "metadata": metadata, "spec": {}}
        self.strategy: Object = parse_object(body, subject="test")
        self.tokens: ReviewedTokens

    async def pod_of(self, token: str) -> str | None:
        return await self.tokens.pod_of(token, self.strategy)

    async def refused(self, token: str) -> str:
        with pytest.raises(Problem) as caught:
            await self.pod_of(token)
        return f"{caught.value.status} {caught.value}"


@pytest_asyncio.fixture
async def reviewed(cluster: Cluster) -> AsyncIterator[Reviewed]:
    async with (
        faulty_api(cluster.server) as api,
        connected(ApiServer(api.url, cluster.folder)) as client,
    ):
        one = Reviewed(cluster, api)
        one.tokens = ReviewedTokens(client, lambda: one.time, lambda: one.wall)
        yield one


async def test_token_of_the_strategys_pod_tells_its_uid(reviewed: Reviewed) -> None:
    pod = reviewed.cluster.pod("bot-trend-0")
    assert await reviewed.pod_of(reviewed.cluster.token(pod=pod)) == pod["metadata"]["uid"]


@pytest.mark.parametrize(
    ("pod", "account", "audiences"),
    [
        ("bot-other-0", "tradewinds-bot", None),  # another Strategy's
        ("bot-trend-0", GATEWAY_ACCOUNT, None),
        ("bot-trend-0", "tradewinds-bot", []),  # for the API server
        ("bot-trend-0", "tradewinds-bot", ["somebody-else"]),
    ],
)
async def test_token_of_another_pod_account_or_audience_is_refused(
    reviewed: Reviewed, pod: str, account: str, audiences: list[str] | None
) -> None:
    made = reviewed.cluster.pod(pod, account)
    token = reviewed.cluster.token(account, made, audiences)
    assert (await reviewed.refused(token)).startswith("401 Strategy trend: ")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "é"])
async def test_text_that_is_no_token_is_refused(reviewed: Reviewed, token: str) -> None:
    assert "401" in await reviewed.refused(token)


async def test_token_of_a_deleted_pod_is_refused(reviewed: Reviewed) -> None:
    token = reviewed.cluster.token(pod=reviewed.cluster.pod("bot-trend-0"))
    reviewed.cluster.delete_pod("bot-trend-0")
    assert "401" in await reviewed.refused(token)


async def test_token_of_the_account_without_a_pod_is_refused(reviewed: Reviewed) -> None:
    assert "401" in await reviewed.refused(reviewed.cluster.token())


async def test_answer_is_believed_for_ten_seconds_and_no_longer(reviewed: Reviewed) -> None:
    token = reviewed.cluster.token(pod=reviewed.cluster.pod("bot-trend-0"))
    for _ in range(3):
        await reviewed.pod_of(token)
    reviewed.time += TRUST - 1
    await reviewed.pod_of(token)
    assert reviewed.api.posts == 1
    reviewed.time += 1
    await reviewed.pod_of(token)
    assert reviewed.api.posts == 2


async def test_known_token_is_believed_until_it_expires_while_the_api_server_is_away(
    reviewed: Reviewed,
) -> None:
    token = reviewed.cluster.token(pod=reviewed.cluster.pod("bot-trend-0"))
    uid = await reviewed.pod_of(token)
    stranger = reviewed.cluster.token(pod=reviewed.cluster.pod("bot-trend-1"))
    reviewed.api.go()
    for _ in range(3):
        reviewed.time += TRUST
        assert await reviewed.pod_of(token) == uid
    assert "503" in await reviewed.refused(stranger)
    reviewed.wall = claims(token)["exp"]
    reviewed.time += TRUST
    assert "503" in await reviewed.refused(token)


def claims(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def test_silent_api_server_holds_a_known_bot_up_once_in_ten_seconds(
    reviewed: Reviewed,
) -> None:
    token = reviewed.cluster.token(pod=reviewed.cluster.pod("bot-trend-0"))
    uid = await reviewed.pod_of(token)
    reviewed.api.silent = True
    reviewed.time += TRUST
    assert await reviewed.pod_of(token) == uid  # after the patience of one review
    reviewed.api.go()
    reviewed.time += TRUST - 1
    assert await reviewed.pod_of(token) == uid
