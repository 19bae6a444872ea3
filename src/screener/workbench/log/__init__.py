"""`screener rules log`: what changed between two versions of a rule book, and for whom, as one tells a clinician."""
