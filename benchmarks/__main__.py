"""Run all benchmarks, or those that are named: `python -m benchmarks batch`. Each is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path


def names() -> list[str]:
    """The modules here that can be run."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [file.stem for file in files if "\ndef main(" in file.read_text(encoding="utf-8")]


def run() -> int:
    """Run them one after the other."""
    known = names()
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if len(wanted) == 1:
        print(f"== {wanted[0]}", flush=True)
        import_module(f"benchmarks.{wanted[0]}").main()
        return 0
    return max(subprocess.run([sys.executable, "-m", "benchmarks", name], check=False).returncode for name in wanted)


if __name__ == "__main__":
    sys.exit(run())
