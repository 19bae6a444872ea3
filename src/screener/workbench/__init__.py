"""Tools for rule authors: check, test, prove, coverage, mutate, diff, docs."""
