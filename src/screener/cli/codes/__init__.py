"""`screener codes`: the user's own lists of codes."""
