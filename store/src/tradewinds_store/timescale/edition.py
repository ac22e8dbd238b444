"""Which TimescaleDB this is: the Apache edition lacks what the community edition's licence adds.

Compression, continuous aggregates and retention policies are refused there. Tradewinds works
without them (plain rollups, no compression) and says so once.
"""

import logging
from enum import StrEnum
from typing import Any

_LOG = logging.getLogger(__name__)


class Edition(StrEnum):
    """The editions of TimescaleDB."""

    APACHE = "apache"
    COMMUNITY = "timescale"


async def read_edition(connection: Any) -> Edition:
    """Ask the server for its edition."""
    return Edition(await connection.fetchval("SELECT current_setting('timescaledb.license')"))


async def log_edition(connection: Any, name: str) -> Edition:
    """Say once, when the schema is brought up to date, what the server cannot do."""
    edition = await read_edition(connection)
    if edition is Edition.APACHE:
        _LOG.warning(
            "%s: TimescaleDB is the Apache edition: no compression, continuous aggregates or "
            "retention policies; plain tables are used instead",
            name,
        )
    return edition
