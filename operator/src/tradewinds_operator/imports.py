"""How bars get into this cluster's store, for whom a process tells only how it is done anywhere.

A collector or a worker that misses bars proposes `tradewinds data import`; here the store is a
database that must be named, and often one that only pods reach.
"""

from typing import Final
from urllib.parse import urlsplit

from tradewinds_operator.settings import Settings

DATA_MISSING: Final = "DataMissing"
_IN_CLUSTER: Final = "svc"
_HERE: Final = "127.0.0.1"


def with_store(settings: Settings, reason: str, words: str) -> str:
    """Return a process's words, with what its remedy needs on this cluster."""
    store = settings.collector_store
    if reason != DATA_MISSING or not store.dsn.startswith("postgresql://"):
        return words
    url = urlsplit(store.dsn)
    first: list[str] = []
    service, _, rest = (url.hostname or "").partition(".")
    if rest.partition(".")[2].split(".")[0] == _IN_CLUSTER:
        namespace, port = rest.partition(".")[0], url.port or 5432
        first.append(f"kubectl port-forward -n {namespace} service/{service} {port}:{port} &")
        url = url._replace(netloc=f"{url.username}@{_HERE}:{port}")
    dsn = url.geturl()
    if store.secret:
        secret = f"kubectl get secret {store.secret} -n {settings.namespace}"
        key = store.key.replace(".", r"\.")
        first.append(f"{secret} -o jsonpath='{{.data.{key}}}' | base64 -d > password")
        dsn += f"{'&' if url.query else '?'}password_file=password"
    before = "".join(f"\n  Before: {one}" for one in first)
    return f"{words}\n  Into this cluster's store: add --store '{dsn}'{before}"
