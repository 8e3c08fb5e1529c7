"""A ranked perimeter before the console, of the same ARS as the house's agents."""

from typing import Any

import httpx2
import pytest

from tests.actions.ward import Ward, a_ward
from tests.http.house import House

API = "/admin/api"


@pytest.fixture
async def ranked(house: House) -> Ward:
    return await a_ward(house.theatre.database)


async def ok(answer: httpx2.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()
