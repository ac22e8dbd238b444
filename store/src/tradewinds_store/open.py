"""From a URL to a store: a folder for a laptop, PostgreSQL with TimescaleDB for a cluster."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tradewinds_store.errors import StoreUrlError
from tradewinds_store.ports import Store


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at a path, a `file:` URL or a `postgresql://` DSN, and close it at the end.

    A folder is made when something is first written or read in it. A database must have been
    migrated (`tradewinds migrate`).
    """
    scheme = urlsplit(url).scheme if "://" in url or url.startswith("file:") else ""
    if scheme in {"postgresql", "postgres"}:
        from tradewinds_store.timescale.store import open_timescale  # noqa: PLC0415 - loads asyncpg

        async with open_timescale(url) as timescale:
            yield timescale
    elif scheme in {"", "file"}:
        from tradewinds_store.embedded.store import EmbeddedStore  # noqa: PLC0415 - loads sqlite3

        embedded = EmbeddedStore(_folder(url))
        try:
            yield embedded
        finally:
            await embedded.close()
    else:
        raise StoreUrlError(
            f"store URL had scheme {scheme!r}, expected a path, file:PATH or "
            "postgresql://USER@HOST/DATABASE."
        )


def _folder(url: str) -> Path:
    if not url.startswith("file:"):
        return Path(url).expanduser()
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"}:
        raise StoreUrlError(f"store URL {url} names host {parts.netloc!r}; write file:///PATH.")
    return Path(unquote(parts.path))
