"""Both OpenAPI documents as every role, by schemathesis: no unhandled error, nothing undocumented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.fuzz.doors import ROLES, Doors, doors
from tests.fuzz.watching import no_complaint

CHECKS = [not_a_server_error, status_code_conformance]
ROUNDS_OF_AN_EXAMPLE = 30  # 60 rounds, the short slice, are two examples of each operation


@pytest.fixture
def opened(database_url: str, redis_url: str) -> Iterator[Doors]:
    with doors(database_url, redis_url) as found:
        yield found


@pytest.mark.parametrize("program", ["site", "console"])
@pytest.mark.timeout(900)
def test_every_operation_as_every_role(opened: Doors, program: str, seed: int, rounds: int) -> None:
    """In the short slice each operation is one role's, in turn; a long run gives each to all."""
    base = opened.site if program == "site" else opened.console
    path = "/api/openapi.json" if program == "site" else "/admin/api/openapi.json"
    schema = schemathesis.openapi.from_url(base + path)
    examples = max(1, rounds // ROUNDS_OF_AN_EXAMPLE)
    with no_complaint():
        for number, result in enumerate(schema.get_all_operations()):
            assert isinstance(result, Ok)
            roles = ROLES if rounds > 60 else (ROLES[(number + seed) % len(ROLES)],)
            for role in roles:
                try_as(result.ok(), base, opened.cookies[role], examples, seed)


def try_as(operation: Any, base: str, cookies: dict[str, str], examples: int, seed: int) -> None:
    """So many cases of one operation."""

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=base, checks=CHECKS, cookies=cookies, timeout=60)

    answers()
