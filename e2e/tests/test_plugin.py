import pytest

CONFTEST = 'pytest_plugins = ("tradewinds_e2e.plugin",)'
TEST = "def test_asks(kubernetes): raise AssertionError('it ran')"


@pytest.fixture
def bare_machine(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("XDG_CACHE_HOME", str(pytester.path / "empty"))
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TEST)
    return pytester


def test_missing_server_is_skipped_with_its_remedy(bare_machine: pytest.Pytester) -> None:
    result = bare_machine.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*kubectl 1.35.4 is not built: run `make servers`*"])


def test_missing_server_is_an_error_in_ci(
    bare_machine: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    bare_machine.runpytest_subprocess().assert_outcomes(errors=1)
