"""The OpenAPI documents, tried as every role by schemathesis (quality.md "The wire")."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.http.neighbours import Doors, neighbours

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Whoever may do nothing is told so whatever they ask; on the site an intern may do most.
EXAMPLES = {"nobody": 4, "intern": 12, "operator": 12}


@pytest.fixture
def doors(database_url: str, redis_url: str) -> Iterator[Doors]:
    with neighbours(database_url, redis_url) as open_doors:
        yield open_doors


def cookies(doors: Doors, role: str) -> dict[str, str]:
    return {"intern": doors.intern, "operator": doors.operator}.get(role, {})


@pytest.mark.timeout(600)  # hundreds of requests, on a machine that may be busy
@pytest.mark.parametrize("role", ["nobody", "intern", "operator"])
@pytest.mark.parametrize("program", ["site", "console"])
def test_every_operation_answers_as_its_document_says(
    doors: Doors, program: str, role: str
) -> None:
    base = doors.site if program == "site" else doors.console
    path = "/api/openapi.json" if program == "site" else "/admin/api/openapi.json"
    schema = schemathesis.openapi.from_url(base + path)
    stranger = (program, role) in {("console", "intern"), ("site", "operator")}
    examples = EXAMPLES["nobody" if stranger else role]
    tried = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(
                base_url=base, checks=CHECKS, cookies=cookies(doors, role), timeout=20
            )

        answers()
        tried += 1
    assert tried >= 9
