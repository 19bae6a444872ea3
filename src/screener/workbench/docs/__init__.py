"""`screener rules docs`: the reference pages."""
