"""Conditions and Kleene's logic over them: for one case, for sets of cases, for columns."""
