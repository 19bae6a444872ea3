"""`screener rules diff`: two rule books compared."""
