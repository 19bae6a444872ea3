"""FHIR R4 in and out: records to cases, cases to assessments, the questionnaire and the rules in the standard."""
