"""examples/deploy is followed word for word in a bare Debian tree; after its packages, without a network."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "examples" / "deploy"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SUITES = {(3, 11): "bookworm", (3, 13): "trixie"}  # whose own Python is this one, so that our wheels fit
SERVICE = "systemctl enable --now screener"
INSTEAD = {  # nothing runs as the first process in a tree
    "systemctl daemon-reload": "true",
    "systemctl reload nginx": "nginx",
}


def blocks() -> list[str]:
    return BLOCK.findall((RECIPE / "README.md").read_text(encoding="utf-8"))


def service() -> list[str]:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(RECIPE / "screener.service", encoding="utf-8")
    return shlex.split(unit["Service"]["ExecStart"])


def test_the_service_starts_with_options_that_exist() -> None:
    program, command, *options = service()
    assert (program, command) == ("/opt/screener/bin/screener", "serve")
    done = subprocess.run(
        [sys.executable, "-m", "screener", command, *options, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_accepts_the_configuration(tmp_path: Path) -> None:
    own = (RECIPE / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/screener", str(tmp_path))
    certificate(tmp_path)
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{own}}}\n", encoding="utf-8")
    done = subprocess.run(["nginx", "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def certificate(folder: Path) -> None:
    (command,) = [line for block in blocks() for line in block.splitlines() if line.startswith("openssl ")]
    subprocess.run(shlex.split(command.replace("/etc/ssl/screener", str(folder))), capture_output=True, check=True)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A bare Debian with the packages of the first step, our wheels, and the files of the recipe."""
    suite = SUITES.get(sys.version_info[:2])
    if suite is None:
        pytest.skip("no Debian release has this Python as its own")
    if os.geteuid() != 0 or not all(map(shutil.which, ("debootstrap", "chroot", "unshare"))):
        pytest.skip("a Debian tree needs root, debootstrap and unshare")
    folder = tmp_path_factory.mktemp("debian")
    update, install = blocks()[0].splitlines()
    assert (update, install.split()[:2]) == ("apt-get update", ["apt-get", "install"])
    packages = [word for word in install.split()[2:] if not word.startswith("-")]
    make = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", suite, str(folder)]
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"Debian's packages cannot be had here: {done.stdout[-200:]}")
    wheels(folder / "root" / "wheelhouse")
    for file in RECIPE.iterdir():
        shutil.copy(file, folder / "root")
    subprocess.run(["mount", "--bind", "/dev", folder / "dev"], check=True)
    yield folder
    subprocess.run(["umount", folder / "dev"], check=True)


def wheels(folder: Path) -> None:
    """What `make wheels` makes, for this Python."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-cache-dir", "--no-binary", "durable-rules", "--wheel-dir",
         str(folder), f"{ROOT}[durable,web]"],
        env={**os.environ, "CPPFLAGS": "-O3 -DPyEval_CallObject=PyObject_CallObject"}, check=True,
    )  # fmt: skip


@pytest.mark.nightly
def test_the_recipe_works_in_a_bare_debian(tree: Path) -> None:
    assert not (tree / "usr" / "bin" / "gcc").exists()
    start = f"({' '.join(service())} & echo $! > /run/screener.pid); for i in $(seq 60); do sleep 0.5; "
    start += "curl -fs http://127.0.0.1:8000/healthz >/dev/null && break; done"
    lines = ["set -e", "cd /root", "mkdir -p /etc/systemd/system"]
    for block in blocks()[1:]:
        for line in block.splitlines():
            lines.append(f"echo '$' {shlex.quote(line)}")
            lines.append(start if line == SERVICE else INSTEAD.get(line, line))
    lines += ["kill $(cat /run/screener.pid)", "nginx -s stop"]
    (tree / "root" / "steps.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    alone = f"ip link set lo up 2>/dev/null || ifconfig lo up; exec chroot {tree} /bin/bash /root/steps.sh"
    done = subprocess.run(
        ["unshare", "--net", "--mount", "--pid", "--fork", "/bin/sh", "-c", f"mount -t proc proc {tree}/proc; {alone}"],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "engine durable" in done.stdout
    assert done.stdout.count('"disclaimer"') == 1
    assert 'href="/screener/' in done.stdout
