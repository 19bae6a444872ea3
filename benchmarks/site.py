"""The published pages in Chromium: how fast they start and answer, what they load and hold, and whether they agree.

python -m benchmarks site     (SCREENER_CASES random cases, 5,000 when it is not set; SCREENER_STARTS starts of each
                               kind, 5; SCREENER_SITE names a folder made by `screener site`, else one is made)
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final
from urllib.request import urlopen

from benchmarks.cases import RandomCases
from screener.case.files import parse_json
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.screening import Screener
from screener.shipped import examples_folder

CASES: Final = int(os.environ.get("SCREENER_CASES", "5000"))
STARTS: Final = int(os.environ.get("SCREENER_STARTS", "5"))
FOR_MEMORY: Final = 200
CHUNK: Final = 50
PAGES: Final = ("/", "/explore", "/rulebook", "/rulebook/flags/suspect-magnesium", "/questions", "/check", "/result")
LIMITS: Final = (
    "at most: 6 s with an empty cache, 3 s with a filled one, 12 MB compressed, 20 ms a case, 150 ms a page, 400 MB"
)
READY: Final = "html[data-ready]:not([data-busy])"
SCREEN: Final = """async cases => {
  const found = [];
  for (const one of cases) {
    const begun = performance.now();
    const told = await screenerSite.ask('POST', '/v1/screen', JSON.stringify(one), 'application/json');
    const spent = performance.now() - begun;
    found.push([spent, new TextDecoder().decode(told.body)]);
  }
  return found;
}"""
SHOW: Final = """async ([path, body]) => {
  const begun = performance.now();
  await screenerSite.open(path, {method: body ? 'POST' : 'GET', body});
  document.body.getBoundingClientRect();
  return performance.now() - begun;
}"""


@contextmanager
def hosted() -> Iterator[tuple[str, Path]]:
    """The published pages on `python -m http.server`; their address and folder."""
    with TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("SCREENER_SITE") or temporary)
        if not (folder / "sw.js").is_file():
            subprocess.run([sys.executable, "-m", "screener", "site", "--out", str(folder)], check=True)
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            port = server.stdout.readline().split(" port ")[1].split()[0]
            url = f"http://127.0.0.1:{port}/"
            urlopen(url).close()
            yield url, folder
        finally:
            server.kill()
            server.wait()


def starts(browser: Any, url: str) -> tuple[list[float], list[float]]:
    """Seconds until the first page can be used: with an empty cache, and with a filled one."""
    empty: list[float] = []
    filled: list[float] = []
    for _ in range(STARTS):
        context = browser.new_context()
        for times in (empty, filled):
            page = context.new_page()
            begun = perf_counter()
            page.goto(url)
            page.wait_for_selector(READY, state="attached", timeout=120_000)
            times.append(perf_counter() - begun)
            page.wait_for_selector("html[data-ready=offline]", state="attached", timeout=120_000)
            sleep(1)  # what is done in the background after a first start is done
            page.close()
        context.close()
    return empty, filled


def compressed(folder: Path) -> int:
    """Bytes of everything that a first visit loads, as a host sends it that compresses what is not compressed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(
        path.stat().st_size if path.suffix == ".gz" else len(gzip.compress(path.read_bytes(), 6)) for path in files
    )


def footprint(process: int) -> int:
    """Bytes of memory of the largest process that holds pages; what it shares with others counts in parts (PSS)."""
    found = [process]
    for one in found:
        found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return max((proportional(one) for one in found if is_renderer(one)), default=0)


def proportional(process: int) -> int:
    """What Linux calls the proportional set size."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def is_renderer(process: int) -> bool:
    """Whether a process of Chromium holds pages."""
    return b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes()


def written(case: dict[str, Any]) -> dict[str, Any]:
    """A case as written in a file."""
    if "medicines" in case:
        case["medicines"] = [{"name": it.name, "months": it.months} for it in case["medicines"]]
    return case


def expected(screener: Screener, case: dict[str, Any]) -> dict[str, Any]:
    """The report as data, without the name of the engine."""
    report: dict[str, Any] = json.loads(screener.screen(screener.book.intake.read(case)).to_json())
    report.pop("engine")
    return report


def agreement(page: Any, screener: Screener, cases: list[dict[str, Any]]) -> tuple[int, list[float]]:
    """How many reports differ, and how long each case took in the browser (milliseconds)."""
    differ, times = 0, []
    for place in range(0, len(cases), CHUNK):
        chunk = cases[place : place + CHUNK]
        for case, (spent, text) in zip(chunk, page.evaluate(SCREEN, chunk), strict=True):
            told = json.loads(text)
            assert told.pop("engine") == "reference"
            differ += told != expected(screener, case)
            times.append(spent)
    return differ, times


def spread(times: list[float]) -> str:
    """The tenth of times that are shortest, and the middle one."""
    return f"{sorted(times)[len(times) // 10]:.1f} ms when it goes well, {median(times):.1f} ms in the middle"


def pages(page: Any, case: dict[str, Any]) -> dict[str, list[float]]:
    """Milliseconds until each page is shown, some times."""
    from urllib.parse import urlencode

    body = urlencode({"length": "default", "answers": json.dumps(case)})
    found = {}
    for path in PAGES:
        sent = body if path in ("/questions", "/check", "/result") else None
        found[path] = [page.evaluate(SHOW, [path, sent]) for _ in range(7)]
    return found


def vignettes(book: RuleBook) -> list[dict[str, Any]]:
    """The made-up cases that a book takes."""
    found = []
    for path in sorted((examples_folder() / "vignettes").glob("*.json")):
        case = parse_json(path.read_bytes(), path.name)
        case.pop("case_id", None)
        if path.stem[:3] != "V33":  # the typing slip: it is refused
            found.append(dict(case))
    return found


def main() -> None:
    """Print everything."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    book = cached_rulebook()
    screener = Screener(book)
    with hosted() as (url, folder), sync_playwright() as playwright:
        print(LIMITS)
        print(f"compressed: {compressed(folder) / 1e6:.1f} MB")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for words, times in zip(("an empty", "a filled"), starts(browser, url), strict=True):
            print(f"start with {words} cache: {min(times):.1f} s at best, {median(times):.1f} s in the middle")
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector(READY, state="attached", timeout=120_000)
        made = RandomCases(book, seed=20_261)
        random = [written(made.one()) for _ in range(CASES)]
        known = vignettes(book)
        for path, spent in pages(page, known[0]).items():
            print(f"page {path}: {min(spent):.0f} ms at best, {median(spent):.0f} ms in the middle")
        differ, times = agreement(page, screener, known)
        print(f"vignettes: {len(known)}, {differ} differ; a case takes {spread(times)}")
        begun = perf_counter()
        agreement(page, screener, random[:FOR_MEMORY])
        print(f"memory after {FOR_MEMORY} cases: {footprint(os.getpid()) / 1e6:.0f} MB")
        differ, times = agreement(page, screener, random)
        print(f"random cases: {len(random)}, {differ} differ; a case takes {spread(times)}, "
              f"all of them {perf_counter() - begun:.0f} s")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
