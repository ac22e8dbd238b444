"""The store's address as the processes of `up` get it on their command lines.

A command line can be read by everybody on a machine, so a password that was in the address is
written to a file of this user alone, which the address names instead.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from tradewinds.process.files import write_atomically


def for_children(url: str, password_file: Path) -> str:
    """Return the address without a password, and a folder as an absolute path."""
    if "://" not in url:
        return str(Path(url.removeprefix("file:")).resolve())
    parts = urlsplit(url)
    if parts.password is None:
        return url
    write_atomically(password_file, unquote(parts.password))
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("password_file", str(password_file))]
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}"
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(query)))
