"""`python -m screener`."""

from screener.cli.main import run

run()
