from tradewinds_e2e.servers.redis import RedisServer


def test_redis_answers_and_is_empty(redis_server: RedisServer, redis_url: str) -> None:
    assert redis_server.command("PING") == "+PONG"
    assert redis_server.command("DBSIZE") == ":0"
    assert redis_url.startswith("redis://127.0.0.1:")
