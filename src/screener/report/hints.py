"""The last lines of the default page: how to see more."""

from __future__ import annotations

from shlex import quote

from screener.report.model import Report


def hints(report: Report, case: str) -> list[str]:
    """What to type for more.

    Args:
        report: the report that was printed.
        case: the name of its case file; empty or `-` when there is none.
    """
    shown = [flag for flag in report.flags if flag.title and (flag.status == "raised" or flag.fail_safe)]
    flags = f"{len(shown)} flag{'' if len(shown) == 1 else 's'}"
    lines = [f"More:  --details  {flags}, every reason, answer and source"]
    if not case or case == "-":
        return [*lines, "       --clinician  a page for your doctor"]
    name = quote(case) if case.isprintable() and len(case) <= 40 else "CASE"
    lines.append("       --clinician  a page for your doctor  |  screener explain " + name)
    if report.summary.open.count:
        lines.insert(0, f"Go on:  screener ask --resume {name}")
    return lines
