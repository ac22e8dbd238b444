from tradewinds_crds.errors import ManifestError, Problem


def test_problem_reads_as_place_message_remedy_and_caret() -> None:
    problem = Problem(
        "a.yaml", 3, 5, "capital was '5'", "Write 5 USDT", "  capital: 5\n           ^"
    )
    assert str(problem) == "a.yaml:3:5 capital was '5'. Write 5 USDT\n  capital: 5\n           ^"


def test_place_without_a_line_is_the_path_alone() -> None:
    assert str(Problem("a.yaml", 0, 0, "no such file", warning=True)) == (
        "a.yaml warning: no such file"
    )


def test_manifest_error_holds_every_problem() -> None:
    problems = [Problem("a.yaml", 1, 1, "one"), Problem("a.yaml", 2, 1, "two")]
    assert str(ManifestError(problems)) == "a.yaml:1:1 one\na.yaml:2:1 two"
