"""FHIR R4 records read as cases."""
