"""What a cluster adds to this machine's network, and its removal without a trace.

That is the node's address on the loopback device, two rules that let pods' packets through whatever
the machine's policy is, one that lets none out to a Service that leads nowhere yet, and the chains
that kube-proxy and the pod network make for themselves.
"""

import re
import subprocess

from tradewinds_e2e.cluster.layout import NODE_ADDRESS, POD_RANGE, SERVICE_RANGE
from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.setup.packages import require_program

_FAMILIES = ("iptables", "ip6tables")
_MARK = "tradewinds cluster"
_OURS = re.compile(rf"^:(KUBE|CNI)-|^-[AI] (KUBE|CNI)-|(-j|-g) (KUBE|CNI)-|{_MARK}")


def add_node_network() -> None:
    """Add the node's address and let packets from and to pods through; again is no harm."""
    _run("ip", "address", "replace", f"{NODE_ADDRESS}/32", "dev", "lo")
    for target, *subject in (
        ("ACCEPT", "-s", POD_RANGE),
        ("ACCEPT", "-d", POD_RANGE),
        ("REJECT", "-d", SERVICE_RANGE),  # the last one is asked first
    ):
        rule = ["FORWARD", *subject, "-m", "comment", "--comment", _MARK, "-j", target]
        if not _is_so("iptables", "-w", "-C", *rule):
            _run("iptables", "-w", "-I", *rule)


def remove_node_network() -> None:
    """Remove all of it, also what the parts themselves have added."""
    _is_so("ip", "address", "del", f"{NODE_ADDRESS}/32", "dev", "lo")
    for family in _FAMILIES:
        rules = _run(f"{family}-save")
        kept = without_cluster(rules)
        if kept != rules:
            _run(f"{family}-restore", "-w", stdin=kept)


def without_cluster(rules: str) -> str:
    """Return what `iptables-save` printed, without the chains and rules of a cluster."""
    kept = (line for line in rules.splitlines(keepends=True) if not _OURS.search(line))
    return "".join(kept)


def _run(program: str, *words: str, stdin: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - the words are ours
        [require_program(program), *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"`{program} {' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout


def _is_so(program: str, *words: str) -> bool:
    done = subprocess.run(  # noqa: S603 - the words are ours
        [require_program(program), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
