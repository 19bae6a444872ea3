"""`screener mark`: the rule books that a class hands in, each checked, run, compared and tested."""
