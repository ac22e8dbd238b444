"""Each ServiceAccount may do what its process does and nothing beside it; Secrets above all."""

from collections.abc import Iterator

import pytest
from chart_stage import apply, may, remove
from rendered import HOME, Helm, setting

from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_operator.leader import LEASE
from tradewinds_operator.watched import WATCHED

TRADING, ELSEWHERE = "rights-trading", "rights-elsewhere"
OPERATOR = f"system:serviceaccount:{HOME}:tradewinds-operator"
PASSWORDS = f"system:serviceaccount:{HOME}:tradewinds-passwords"
GATEWAY = f"system:serviceaccount:{TRADING}:tradewinds-gateway"
WITHOUT_RIGHTS = (
    f"system:serviceaccount:{TRADING}:tradewinds-bot",
    f"system:serviceaccount:{HOME}:tradewinds-worker",
    f"system:serviceaccount:{HOME}:tradewinds-test",
)
READ = ("get", "list", "watch")
CHANGE = ("create", "update", "patch", "delete")
OURS = ("strategies", "exchangeaccounts", "marketfeeds", "backtests")
APPLIED = ("apps/statefulsets", "/services", "networking.k8s.io/networkpolicies")
OLD_SPECS = ("/configmaps", "apps/controllerrevisions")

# group/resource[/part], verbs: what the operator may do where it looks after things.
ALLOWED = [
    *((f"tradewinds.dev/{one}", (*READ, "patch")) for one in OURS),
    *((f"tradewinds.dev/{one}/status", ("patch",)) for one in OURS),
    *((one, (*READ, "create", "patch")) for one in APPLIED),
    *((one, (*READ, "create", "patch", "delete")) for one in OLD_SPECS),
    ("/pods", READ),
    ("/persistentvolumeclaims", READ),
    ("/events", READ),
    ("batch/jobs", READ),
    ("events.k8s.io/events", ("create",)),
]
REFUSED = [
    ("/secrets", (*READ, *CHANGE)),
    *((f"tradewinds.dev/{one}", ("create", "update", "delete")) for one in OURS),
    ("/pods", CHANGE),
    ("/pods/exec", ("create", "get")),
    ("/serviceaccounts/token", ("create",)),
    ("/serviceaccounts", CHANGE),
    ("/persistentvolumeclaims", CHANGE),
    ("/namespaces", ("list", *CHANGE)),
    ("apps/deployments", (*READ, *CHANGE)),
    *((one, ("update", "delete")) for one in APPLIED),
    ("batch/jobs", CHANGE),
    ("rbac.authorization.k8s.io/roles", (*CHANGE, "bind", "escalate")),
    ("authentication.k8s.io/tokenreviews", ("create",)),
    ("coordination.k8s.io/leases", (*READ, *CHANGE)),
]


def attributes(resource: str, verb: str, namespace: str = "", name: str = "") -> dict[str, str]:
    group, _, rest = resource.partition("/")
    plural, _, part = rest.partition("/")
    return {
        "group": group,
        "resource": plural,
        "subresource": part,
        "verb": verb,
        "namespace": namespace,
        "name": name,
    }


@pytest.fixture(scope="module", params=["Cluster", "Namespaced"])
def scope(request: pytest.FixtureRequest, helm: Helm, kubernetes: ApiServer) -> Iterator[str]:
    objects = helm.template(
        *setting(tradingNamespaces=f'["{TRADING}"]'), "--set", f"scope={request.param}"
    )
    apply(kubernetes, objects, (TRADING, ELSEWHERE))
    yield request.param
    remove(kubernetes, objects)


@pytest.mark.parametrize(("resource", "verbs"), ALLOWED, ids=str)
def test_operator_may_do_its_work(
    kubernetes: ApiServer, scope: str, resource: str, verbs: tuple[str, ...]
) -> None:
    for verb in verbs:
        assert may(kubernetes, OPERATOR, attributes(resource, verb, TRADING)), verb
        everywhere = may(kubernetes, OPERATOR, attributes(resource, verb, ELSEWHERE))
        halts_events = resource == "events.k8s.io/events"
        assert everywhere == (scope == "Cluster" or halts_events), verb


@pytest.mark.parametrize(("resource", "verbs"), REFUSED, ids=str)
def test_operator_may_do_nothing_else(
    kubernetes: ApiServer, scope: str, resource: str, verbs: tuple[str, ...]
) -> None:
    for verb in verbs:
        for namespace in (TRADING, ELSEWHERE):
            assert not may(kubernetes, OPERATOR, attributes(resource, verb, namespace)), verb


def test_operator_reads_secrets_nowhere(kubernetes: ApiServer, scope: str) -> None:
    for namespace in ("", HOME, TRADING, "kube-system"):
        for verb in (*READ, *CHANGE):
            assert not may(kubernetes, OPERATOR, attributes("/secrets", verb, namespace))


def test_operator_may_watch_all_that_it_watches(kubernetes: ApiServer, scope: str) -> None:
    for watched in WATCHED.values():
        everywhere = [""] if scope == "Cluster" or not watched.namespaced else [HOME, TRADING]
        for namespace in everywhere:
            for verb in ("list", "watch"):
                asked = attributes(f"{watched.group}/{watched.plural}", verb, namespace)
                assert may(kubernetes, OPERATOR, asked), watched.kind


def test_operator_follows_halts_and_never_changes_one(kubernetes: ApiServer, scope: str) -> None:
    halts = "tradewinds.dev/tradinghalts"
    assert all(may(kubernetes, OPERATOR, attributes(halts, verb)) for verb in READ)
    assert may(kubernetes, OPERATOR, attributes(f"{halts}/status", "patch"))
    for verb in (*CHANGE, "release"):
        assert not may(kubernetes, OPERATOR, attributes(halts, verb))


def test_operator_leads_and_runs_workers_at_home(kubernetes: ApiServer, scope: str) -> None:
    lease = "coordination.k8s.io/leases"
    assert may(kubernetes, OPERATOR, attributes(lease, "create", HOME))
    assert all(
        may(kubernetes, OPERATOR, attributes(lease, verb, HOME, LEASE))
        for verb in ("get", "update")
    )
    assert not may(kubernetes, OPERATOR, attributes(lease, "update", HOME, "another"))
    assert may(kubernetes, OPERATOR, attributes("/namespaces", "get", HOME, HOME))
    assert not may(kubernetes, OPERATOR, attributes("/namespaces", "get", TRADING, TRADING))
    for verb in (*READ, "create", "patch", "delete"):
        assert may(kubernetes, OPERATOR, attributes("batch/jobs", verb, HOME))


def test_gateway_reads_its_namespace_and_halts_and_asks_about_tokens(
    kubernetes: ApiServer, scope: str
) -> None:
    for verb in READ:
        for one in ("strategies", "exchangeaccounts", "marketfeeds"):
            assert may(kubernetes, GATEWAY, attributes(f"tradewinds.dev/{one}", verb, TRADING))
            assert not may(
                kubernetes, GATEWAY, attributes(f"tradewinds.dev/{one}", verb, ELSEWHERE)
            )
        assert may(kubernetes, GATEWAY, attributes("tradewinds.dev/tradinghalts", verb))
        assert not may(kubernetes, GATEWAY, attributes("/secrets", verb, TRADING))
    assert may(kubernetes, GATEWAY, attributes("authentication.k8s.io/tokenreviews", "create"))
    for verb in CHANGE:
        assert not may(kubernetes, GATEWAY, attributes("tradewinds.dev/strategies", verb, TRADING))
        assert not may(kubernetes, GATEWAY, attributes("tradewinds.dev/tradinghalts", verb))


@pytest.mark.parametrize("account", WITHOUT_RIGHTS)
def test_others_have_no_rights(kubernetes: ApiServer, scope: str, account: str) -> None:
    for resource, verbs in (*ALLOWED, ("/secrets", READ), ("tradewinds.dev/tradinghalts", READ)):
        for verb in verbs:
            assert not may(kubernetes, account, attributes(resource, verb, TRADING))


def test_job_of_passwords_reads_only_those_that_it_makes(kubernetes: ApiServer, scope: str) -> None:
    for namespace, name in (
        (HOME, "tradewinds-store-owner"),
        (TRADING, "tradewinds-store-gateway"),
    ):
        assert may(kubernetes, PASSWORDS, attributes("/secrets", "create", namespace))
        assert may(kubernetes, PASSWORDS, attributes("/secrets", "get", namespace, name))
        assert not may(kubernetes, PASSWORDS, attributes("/secrets", "list", namespace))
        assert not may(
            kubernetes, PASSWORDS, attributes("/secrets", "get", namespace, "kraken-keys")
        )
    assert not may(
        kubernetes, PASSWORDS, attributes("/secrets", "get", TRADING, "tradewinds-store-owner")
    )
    assert not may(kubernetes, PASSWORDS, attributes("/secrets", "create", ELSEWHERE))
