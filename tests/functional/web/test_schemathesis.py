"""Every address answers whatever is sent to it as the OpenAPI document says: no server error, no schema violation."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from screener.web.app import create_app
from screener.web.settings import Settings

HOST = {"Host": "127.0.0.1"}
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip
EXAMPLES = 400 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 10

schema = schemathesis.openapi.from_asgi("/v1/openapi.json", create_app(Settings()), headers=HOST)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
def test_keeps_to_its_own_document(case: Any) -> None:
    case.call_and_validate(headers=HOST, checks=CHECKS)


def test_every_address_is_tried() -> None:
    paths = {operation.ok().path for operation in schema.get_all_operations()}
    assert {"/v1/screen", "/v1/explain", "/v1/questions/next", "/v1/rulebook", "/cds-services"} <= paths


def test_the_document_is_valid(recwarn: pytest.WarningsRecorder) -> None:
    schema.validate()
