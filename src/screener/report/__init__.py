"""The report of one case, and its views for people."""
