"""What people install: the wheel and the sdist are complete, typed, and work outside a checkout."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSUMER = """
from screener import Intake, Report, RuleBook, screen

report: Report = screen(Intake(fatigue=True, potassium=3.1))
first: str = report.flags[0].id
book: RuleBook = RuleBook.load()
reveal_type(report.urgency)
"""
PACKED = {"rules/": "screener/_rules/", "examples/": "screener/_examples/", "docs/schema/": "screener/_schema/"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    call = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the wheel installed, and the dependencies of this one."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(ask, text=True).strip())
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def run(python: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(cwd), "PATH": "/usr/bin:/bin"}
    return subprocess.run([python, *words], cwd=cwd, env=home, capture_output=True, text=True, check=False)


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A line as it is typed, redirections and all."""
    home = {"HOME": str(cwd), "PATH": "/usr/bin:/bin"}
    return subprocess.run(line, shell=True, cwd=cwd, env=home, capture_output=True, text=True, check=False)


def git_files() -> set[str]:
    """What git tracks and is still there."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return {name for name in done.stdout.splitlines() if (ROOT / name).is_file()}


def test_the_wheel_carries_the_book_the_examples_and_the_schemas(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("rulebook_screener-*.whl"))) as wheel:
        names = set(wheel.namelist())
    wanted = {name.removeprefix("src/") for name in git_files() if name.startswith("src/")}
    for folder, packed in PACKED.items():
        wanted |= {packed + name.removeprefix(folder) for name in git_files() if name.startswith(folder)}
    assert "screener/py.typed" in names
    assert not wanted - names


def test_the_sdist_is_complete(built: Path) -> None:
    with tarfile.open(next(built.glob("rulebook_screener-*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert not git_files() - names - {".gitignore"}


def test_a_consumer_of_the_wheel_passes_mypy_strict(python: Path, tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    call = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "consumer.py"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Revealed type is" in done.stdout
    assert "Any" not in done.stdout


def test_every_example_of_a_help_text_works_in_any_folder(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, "-m", "screener", "examples", "--write", ".")
    assert done.returncode == 0, done.stderr
    examples = help_examples()
    assert len(examples) >= 15
    for line in examples:
        if {"serve", "ask", "site", "watch"} & set(line.split()[1:3]):  # these wait for somebody, or need the network
            continue
        done = shell(f"{python} -m {line}", tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def help_examples() -> set[str]:
    """The example of each command's help, as it is written there."""
    found: set[str] = set()
    for path in (ROOT / "src" / "screener" / "cli").rglob("*.py"):
        found |= set(re.findall(r"^    Example: (screener .*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    return found


def test_examples_are_never_replaced_without_a_word(python: Path, tmp_path: Path) -> None:
    write = ("-m", "screener", "examples", "--write", ".")
    assert run(python, tmp_path, *write).returncode == 0
    changed = tmp_path / "examples" / "batch" / "cases.jsonl"
    changed.write_text("mine", encoding="utf-8")
    done = run(python, tmp_path, *write)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert changed.read_text(encoding="utf-8") == "mine"
    assert run(python, tmp_path, *write, "--force").returncode == 0
    assert changed.read_bytes() == (ROOT / "examples" / "batch" / "cases.jsonl").read_bytes()
