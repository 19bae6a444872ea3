"""`screener fhir …`: one module a command."""
