"""One role of the database for each kind of process, with the rights it needs and no more.

`roles.sql` has the rights. A password comes from a file, and the server gets only its SCRAM
verifier, so that neither its log nor its statistics ever hold a password.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from tradewinds_store.errors import MigrationError
from tradewinds_store.timescale.connect import address, connect, translated
from tradewinds_store.timescale.migrate import LOCK

ROLES: Final = (
    "tradewinds_gateway",
    "tradewinds_collector",
    "tradewinds_worker",
    "tradewinds_operator",
    "tradewinds_api",
)
_ITERATIONS = 4096  # PostgreSQL's own default
_SALT_BYTES = 16


async def grant_roles(dsn: str, folder: Path) -> Sequence[str]:
    """Make the roles, set their passwords and rights; `folder` has a file named as each role.

    It may run again at any time. The DSN's user owns the tables and may make roles.
    """
    verifiers = {role: verifier(_password(folder / role)) for role in ROLES}
    where = address(dsn)
    connection = await connect(where)
    try:
        with translated(where.name):
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
                await _set_passwords(connection, verifiers)
                await connection.execute(_rights())
                await _close_to_others(connection)
    finally:
        await connection.close()
    return ROLES


def verifier(password: str, salt: bytes | None = None) -> str:
    """Return what PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802)."""
    salt = salt or secrets.token_bytes(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored, server = hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ITERATIONS}:{_text(salt)}${_text(stored)}:{_text(server)}"


async def _set_passwords(connection: Any, verifiers: Mapping[str, str]) -> None:
    rows = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", ROLES)
    known = {row["rolname"] for row in rows}
    for role, secret in verifiers.items():
        verb = "ALTER" if role in known else "CREATE"
        await connection.execute(f"{verb} ROLE {role} LOGIN PASSWORD '{secret}'")


async def _close_to_others(connection: Any) -> None:
    """Let these roles alone connect, and the collector alone make temporary tables."""
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC;"
        f"GRANT CONNECT ON DATABASE {name} TO {', '.join(ROLES)};"
        f"GRANT TEMPORARY ON DATABASE {name} TO tradewinds_collector"
    )


def _rights() -> str:
    return (resources.files("tradewinds_store.timescale") / "roles.sql").read_text("utf-8")


def _password(path: Path) -> str:
    try:
        password = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MigrationError(
            f"{path}: no password for the role {path.name} ({error.strerror}). "
            f"Write one file for each of {', '.join(ROLES)}."
        ) from error
    if not password.isascii() or not password.isprintable() or not password:
        raise MigrationError(
            f"{path}: the password was empty or had other than printable ASCII characters. "
            "Write another one."
        )
    return password


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
