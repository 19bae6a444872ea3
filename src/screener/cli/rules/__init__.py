"""`screener rules …`: one module a command."""
