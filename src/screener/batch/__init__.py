"""Millions of cases: readers, writers, rejects, resuming, worker processes, the summary, and Spark."""
