"""What can go wrong with a real server, split by who must act.

Unavailable    this machine cannot run it: its tests are skipped (in CI: they are errors)
ServerFailed   it should run and did not: always an error, with the server's last words
KubectlError   the API server refused what kubectl sent, in kubectl's words
"""


class Unavailable(Exception):  # noqa: N818 - a state of the machine, not an error of anybody
    """This machine cannot run a server; the text is one line and ends with the remedy."""


class ServerFailed(RuntimeError):  # noqa: N818 - says what happened, as the test report shows it
    """A server ended, or was not ready in time; the text ends with its last log lines."""


class KubectlError(RuntimeError):
    """kubectl ended with an error; the text is what it printed."""
