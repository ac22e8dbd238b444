import subprocess
import sys

from tradewinds_crds.names import API_VERSION, KINDS, Kind


def test_every_kind_has_names_of_its_own() -> None:
    assert set(KINDS) == set(Kind)
    words = [word for n in KINDS.values() for word in (n.plural, n.short, n.singular)]
    assert len(words) == len(set(words))


def test_crd_is_named_by_plural_and_group() -> None:
    assert (KINDS[Kind.STRATEGY].crd, API_VERSION) == (
        "strategies.tradewinds.dev",
        "tradewinds.dev/v1alpha1",
    )


def test_light_modules_load_neither_pydantic_nor_yaml() -> None:
    code = (
        "import sys, tradewinds_crds.scalars, tradewinds_crds.canonical, tradewinds_crds.names, "
        "tradewinds_crds.errors; sys.exit(bool({'pydantic', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
