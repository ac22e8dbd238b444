"""Whether a part of the cluster is ready, asked as its operator would ask."""

import http.client
import ssl
import subprocess
from collections.abc import Sequence
from contextlib import closing

_CALL_SECONDS = 5


def answers(port: int, path: str, *, tls: bool = False) -> bool:
    """Tell whether what listens on this loopback port answers `path` with 200."""
    client = _https(port) if tls else http.client.HTTPConnection("127.0.0.1", port, _CALL_SECONDS)
    with closing(client):
        try:
            client.request("GET", path)
            return client.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


def succeeds(command: Sequence[str]) -> bool:
    """Tell whether the command ends well, within a few seconds."""
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_CALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _https(port: int) -> http.client.HTTPSConnection:
    # Some parts make themselves a certificate that nobody else knows; health is no secret.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=_CALL_SECONDS, context=context)
