"""Run all benchmarks, or those that are named: `python -m benchmarks batch`. Each is a process of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

USAGE = "python -m benchmarks [NAME ...]   runs those that are named, or all of them; `growth --help` lists options"
WITH_OPTIONS = ("growth",)
WRONG_USAGE = 2


def summaries() -> dict[str, str]:
    """The modules here that can be run, with the first line of what each says about itself."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py"))}
    found = {name: ast.get_docstring(ast.parse(text)) or "" for name, text in texts.items() if "\ndef main(" in text}
    return {name: doc.partition("\n")[0] for name, doc in found.items()}


def run(arguments: list[str]) -> int:
    """Run them one after the other; the exit code of the worst."""
    known = summaries()
    if arguments and arguments[0] in WITH_OPTIONS and all(word.startswith("-") for word in arguments[1:]):
        import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
        return 0
    if {"-h", "--help"}.intersection(arguments):
        width = max(map(len, known))
        print(USAGE, "", *(f"{name:{width}}  {line}" for name, line in known.items()), sep="\n")
        return 0
    unknown = [name for name in arguments if name not in known]
    if unknown:
        what = "option" if unknown[0].startswith("-") else "benchmark"
        print(f"there is no {what} {unknown[0]}; there are {', '.join(known)} (and --help)", file=sys.stderr)
        return WRONG_USAGE
    wanted = arguments or list(known)
    if len(wanted) == 1:
        print(f"== {wanted[0]}", flush=True)
        import_module(f"benchmarks.{wanted[0]}").main()
        return 0
    return max(subprocess.run([sys.executable, "-m", "benchmarks", name], check=False).returncode for name in wanted)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
