import pytest

from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.setup.packages import install_program, require_program


def test_program_that_is_there_needs_no_install() -> None:
    assert install_program("setpriv") is False


def test_missing_program_names_the_package_to_install() -> None:
    with pytest.raises(Unavailable, match=r"no-such-program is missing: install it by `apt-get"):
        require_program("no-such-program")
