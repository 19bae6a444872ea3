"""Receipts of a report's reasoning, and the independent checker."""
