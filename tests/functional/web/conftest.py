from __future__ import annotations

import pytest

from webclient import Client


@pytest.fixture(scope="session")
def client() -> Client:
    """The application with safe defaults; its engine is made once."""
    return Client()
