"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def _answers_kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No command finds what a command of another module, or of another run of the tests, was answered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INZET_KEPT", str(tmp_path_factory.mktemp("kept")))
        yield
