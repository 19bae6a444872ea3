"""The last lines of the default page: how to see more."""

from __future__ import annotations

from shlex import quote

from screener.report.parts import ReportData
from screener.saying import counted, say


def hints(report: ReportData, case: str) -> list[str]:
    """What to type for more.

    Args:
        report: the report that was printed.
        case: the name of its case file; empty or `-` when there is none.
    """
    shown = [flag for flag in report.flags if flag.title and (flag.status == "raised" or flag.fail_safe)]
    flags = counted("{count} flag", "{count} flags", len(shown))
    more = say("More")
    lines = [f"{more}:  --details  {flags}  |  --clinician  {say('for your doctor')}"]
    if not case or case == "-":
        return lines
    name = quote(case) if case.isprintable() and len(case) <= 40 else "CASE"
    lines.append(f"{' ' * (len(more) + 3)}screener explain {name}")
    if report.summary.open.count:
        lines.insert(0, f"{say('Go on')}:  screener ask --resume {name}")
    return lines
