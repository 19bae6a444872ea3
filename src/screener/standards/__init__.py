"""Spoken back in the standards: questionnaire, assessments, CQL and ELM, CDS Hooks."""
