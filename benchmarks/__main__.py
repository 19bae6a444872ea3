"""Run all benchmarks, or those named on the command line."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

SUBJECTS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
NOT_SUBJECTS = {"cases", "plain_model"}  # what the benchmarks share


def main() -> None:
    subjects = [name for name in SUBJECTS if name not in NOT_SUBJECTS]
    wanted = sys.argv[1:] or subjects
    for name in wanted:
        if name not in subjects:
            sys.exit(f"there is no benchmark `{name}` (there are: {', '.join(subjects)})")
        print(f"\n== {name}", flush=True)
        import_module(f"benchmarks.{name}").main()


main()
