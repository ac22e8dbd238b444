import json

import manifest_cases as cases
import pytest
from manifest_cases import Case

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.manifests import load_text, refused_changes


def judged(case: Case, spec: dict[str, object]) -> str:
    """Return what is refused, or nothing."""
    try:
        load_text(json.dumps(cases.manifest(case.kind, spec)), "a.yaml")
    except ManifestError as refused:
        return str(refused)
    return ""


def test_every_rule_has_a_case() -> None:
    stated = {case.name for case in (*cases.of_rules(), *cases.of_updates())}
    assert stated == set(cases.rules_by_name())


@pytest.mark.parametrize("case", cases.of_rules(), ids=str)
def test_rule_takes_the_good_and_refuses_the_bad_with_its_words(case: Case) -> None:
    assert judged(case, case.good) == ""
    assert cases.rules_by_name()[case.name] in judged(case, case.bad)


@pytest.mark.parametrize("case", cases.of_forms(), ids=str)
def test_form_takes_the_good_and_refuses_the_bad(case: Case) -> None:
    assert judged(case, case.good) == ""
    assert judged(case, case.bad).startswith("a.yaml:1:")


@pytest.mark.parametrize("case", [*cases.of_rules(), *cases.of_forms()], ids=str)
def test_canonical_spec_is_its_own_canonical_spec(case: Case) -> None:
    (once,) = load_text(json.dumps(cases.manifest(case.kind, case.good)), "a.yaml")
    (twice,) = load_text(json.dumps(cases.manifest(case.kind, once.spec)), "a.yaml")
    assert twice.spec == once.spec


@pytest.mark.parametrize("case", cases.of_unknown_fields(), ids=str)
def test_unknown_field_is_refused_with_what_there_is(case: Case) -> None:
    assert "unknown field '" in judged(case, case.bad)


@pytest.mark.parametrize("case", cases.of_updates(), ids=str)
def test_update_that_may_not_be_is_refused_in_our_words(case: Case) -> None:
    before, good, bad = (
        load_text(json.dumps(cases.manifest(case.kind, spec)), "a.yaml")[0]
        for spec in (case.before or {}, case.good, case.bad)
    )
    assert refused_changes(before, good) == []
    (refused,) = refused_changes(before, bad)
    assert cases.rules_by_name()[case.name] in str(refused)
