"""The CRDs on a real API server: it takes what Pydantic takes, and refuses it in our words."""

from collections.abc import Iterator
from pathlib import Path

import manifest_cases as cases
import pytest
from manifest_cases import Case

from tradewinds_crds.manifests import canonical_spec, load_file
from tradewinds_crds.names import KINDS, Kind
from tradewinds_e2e.servers.kubernetes import ApiServer

CRDS = Path(__file__).parents[2]
SAMPLES = sorted(CRDS.parent.glob("manifests/**/*.yaml"))
CREATED, OK, BAD, INVALID = 201, 200, 400, 422


@pytest.fixture(scope="module")
def server(kubernetes: ApiServer) -> ApiServer:
    kubernetes.kubectl("apply", "-f", str(CRDS))
    for names in KINDS.values():
        kubernetes.kubectl(
            "wait", "--for=condition=Established", "--timeout=30s", f"crd/{names.crd}"
        )
    return kubernetes


@pytest.fixture
def made(server: ApiServer) -> Iterator[list[str]]:
    urls: list[str] = []
    yield urls
    for url in urls:
        server.call("DELETE", url)


def judged(server: ApiServer, case: Case, spec: dict[str, object]) -> tuple[int, str]:
    url = f"{cases.url(case.kind)}?dryRun=All&fieldValidation=Strict"
    answer = server.call("POST", url, cases.manifest(case.kind, spec))
    return answer.status, str(answer.body.get("message", ""))


@pytest.mark.parametrize("case", cases.of_rules(), ids=str)
def test_rule_takes_the_good_and_refuses_the_bad_with_its_words(
    server: ApiServer, case: Case
) -> None:
    assert judged(server, case, case.good) == (CREATED, "")
    status, message = judged(server, case, case.bad)
    assert status == INVALID
    assert cases.rules_by_name()[case.name] in message


@pytest.mark.parametrize("case", cases.of_forms(), ids=str)
def test_form_takes_the_good_and_refuses_the_bad(server: ApiServer, case: Case) -> None:
    assert judged(server, case, case.good) == (CREATED, "")
    assert judged(server, case, case.bad)[0] == INVALID


@pytest.mark.parametrize("case", cases.of_unknown_fields(), ids=str)
def test_unknown_field_is_refused(server: ApiServer, case: Case) -> None:
    status, message = judged(server, case, case.bad)
    assert (status, "unknown field" in message) == (BAD, True)


@pytest.mark.parametrize("case", [*cases.of_rules(), *cases.of_forms()], ids=str)
def test_defaults_are_those_of_pydantic(server: ApiServer, case: Case) -> None:
    body = cases.manifest(case.kind, case.good)
    answer = server.call("POST", f"{cases.url(case.kind)}?dryRun=All", body)
    wanted = canonical_spec(case.kind, case.good)
    if case.good.get("builtin"):  # the server keeps the name; we write its rules out
        wanted["builtin"] = case.good["builtin"]
        del wanted["rules"]
    assert answer.body["spec"] == wanted


@pytest.mark.parametrize("case", cases.of_updates(), ids=str)
def test_update_that_may_not_be_is_refused_in_our_words(
    server: ApiServer, made: list[str], case: Case
) -> None:
    url = cases.url(case.kind, "update")
    created = server.call(
        "POST", cases.url(case.kind), cases.manifest(case.kind, case.before or {}, "update")
    )
    made.append(url)
    version = created.body["metadata"]["resourceVersion"]

    def updated(spec: dict[str, object]) -> tuple[int, str]:
        body = cases.manifest(case.kind, spec, "update")
        body["metadata"]["resourceVersion"] = version
        answer = server.call("PUT", f"{url}?dryRun=All", body)
        return answer.status, str(answer.body.get("message", ""))

    assert updated(case.good) == (OK, "")
    status, message = updated(case.bad)
    assert status == INVALID
    assert cases.rules_by_name()[case.name] in message


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_is_accepted(server: ApiServer, path: Path) -> None:
    for sample in load_file(path):
        case = Case(sample.kind, sample.name, sample.spec, {})
        assert judged(server, case, sample.spec) == (CREATED, "")


def test_strategies_are_selected_by_account_and_stage(server: ApiServer, made: list[str]) -> None:
    base = cases.CASES[Kind.STRATEGY]["base"]
    for name, patch in (
        ("one", {"accountRef": {"name": "kraken"}}),
        ("two", {"stage": "Shadow"}),
        ("three", {}),
    ):
        body = cases.manifest(Kind.STRATEGY, cases.patched(base, patch), name)
        assert server.call("POST", cases.url(Kind.STRATEGY), body).status == CREATED
        made.append(cases.url(Kind.STRATEGY, name))

    def selected(selector: str) -> list[str]:
        answer = server.call("GET", f"{cases.url(Kind.STRATEGY)}?fieldSelector={selector}")
        return sorted(item["metadata"]["name"] for item in answer.body["items"])

    assert selected("spec.accountRef.name%3Dkraken") == ["one"]
    assert selected("spec.stage%3DShadow") == ["two"]
    assert selected("spec.accountRef.name%3Dpaper,spec.stage%3DPaper") == ["three"]


def test_name_that_is_too_long_is_refused_in_our_words(server: ApiServer) -> None:
    body = cases.manifest(Kind.STRATEGY, cases.CASES[Kind.STRATEGY]["base"], "a" * 41)
    answer = server.call("POST", f"{cases.url(Kind.STRATEGY)}?dryRun=All", body)
    assert answer.status == INVALID
    assert "metadata.name takes up to 40 small letters" in answer.body["message"]


def test_status_is_written_apart_from_the_spec(server: ApiServer, made: list[str]) -> None:
    url = cases.url(Kind.STRATEGY, "status")
    body = cases.manifest(Kind.STRATEGY, cases.CASES[Kind.STRATEGY]["base"], "status")
    assert server.call("POST", cases.url(Kind.STRATEGY), body).status == CREATED
    made.append(url)
    ready = {
        "type": "Ready",
        "status": "False",
        "reason": "HaltedByDesk",
        "message": "halted by desk-stop",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
        "observedGeneration": 1,
    }
    status = {"mode": "Paper", "symbols": "BTC/USDT +2", "conditions": [ready]}
    answer = server.call("PATCH", f"{url}/status", {"status": status})
    assert (answer.status, answer.body["metadata"]["generation"]) == (OK, 1)
    assert answer.body["status"] == status
    twice = {"status": {"conditions": [ready, ready]}}
    assert server.call("PATCH", f"{url}/status", twice).status == INVALID


def test_table_begins_with_ready_and_shows_the_reason(server: ApiServer, made: list[str]) -> None:
    url = cases.url(Kind.STRATEGY, "table")
    body = cases.manifest(Kind.STRATEGY, cases.CASES[Kind.STRATEGY]["base"], "table")
    server.call("POST", cases.url(Kind.STRATEGY), body)
    made.append(url)
    moment = "2026-01-01T00:00:00Z"
    conditions = [
        {"type": kind, "status": "False", "reason": reason, "lastTransitionTime": moment}
        for kind, reason in (("Ready", "HaltedByDesk"), ("Flat", "PositionOpen"))
    ]
    status = {"mode": "Live", "symbols": "BTC/USDT +2", "conditions": conditions}
    server.call("PATCH", f"{url}/status", {"status": status})
    header, row = server.kubectl("get", "strat", "table").splitlines()
    assert header.split() == [
        "NAME", "READY", "MODE", "SYMBOLS", "TF", "ACCOUNT", "FLAT", "REASON", "AGE",
    ]  # fmt: skip
    assert row.split()[:9] == [
        "table", "False", "Live", "BTC/USDT", "+2", "1h", "paper", "False", "HaltedByDesk",
    ]  # fmt: skip


def test_category_lists_all_kinds(server: ApiServer, made: list[str]) -> None:
    for kind in Kind:
        url = cases.url(kind, "listed")
        body = cases.manifest(kind, cases.CASES[kind]["base"], "listed")
        assert server.call("POST", cases.url(kind), body).status == CREATED
        made.append(url)
    listed = server.kubectl("get", "tradewinds", "-o", "name").split()
    assert {f"{n.singular}.tradewinds.dev/listed" for n in KINDS.values()} <= set(listed)
