"""Fills in the question pages in a browser, whatever page is shown."""

from __future__ import annotations

from typing import Any

from browser import click
from webforms import fill, tick


def answer_page(page: Any, answers: dict[str, Any]) -> None:
    """Fill in and send whatever page is shown."""
    together = [box.get_attribute("value") for box in page.locator("input[name=together]").all()]
    if together:
        answer_list(page, together, answers)
        return
    below = [box.get_attribute("value") for box in page.locator("input[name=below]").all()]
    for field in below:
        fill_in(page, field, answers, f"-{field}")
    action = None
    if not below:
        action = fill_in(page, page.locator("input[name=field]").first.get_attribute("value"), answers)
    click(page.locator(f"button[name=action][value={action}]" if action else "main button:text-is('Continue')"))


def fill_in(page: Any, field: str, answers: dict[str, Any], end: str = "") -> str | None:
    """Fill in one question; the button to press instead of going on, if any."""
    filled = fill(answers, field, page.locator(f"input[name=unit{end}]").count() > 0)
    radios = page.locator(f"input[name=value{end}][type=radio]").count()
    for name, value in filled.items():
        if name in ("name", "months"):
            while page.locator(f"input[name={name}]").count() < len(value):
                click(page.locator("button[name=action][value=more]"))
            for place, text in enumerate(value):
                page.locator(f"input[name={name}]").nth(place).fill(text)
        elif name == "unit" or (name == "value" and radios):
            page.check(f"input[name={name}{end}][value='{value}']")
        elif name == "value" and "action" not in filled:
            page.fill(f"input[name=value{end}]", value)
    return None if radios else filled.get("action")


def answer_list(page: Any, together: list[str], answers: dict[str, Any]) -> None:
    for name, value in tick(answers, together).items():
        for one in value if name == "is" else [value]:
            page.check(f"input[name={name}][value={one}]")
    click(page.locator("main button:text-is('Continue')"))
