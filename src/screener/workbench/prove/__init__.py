"""`screener rules prove`: questions decided for all possible answers."""
