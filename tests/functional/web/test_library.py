"""The rule book pages: every link leads somewhere, and both ways."""

from __future__ import annotations

import re
from html import unescape

import pytest

from screener.logic.condition import fields
from screener.rulebook.book import RuleBook
from screener.web.settings import Settings
from webclient import Client
from webforms import words

LINK = re.compile(r'href="(/[^"]*)"')


@pytest.fixture(scope="module")
def pages(client: Client) -> dict[str, str]:
    """Every page that can be reached from the rule book's first one, by address."""
    found: dict[str, str] = {}
    waiting = ["/rulebook"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = answer.text
        waiting += [link for link in map(unescape, LINK.findall(answer.text)) if link.startswith("/rulebook")]
    return found


def test_every_entry_can_be_reached(pages: dict[str, str], book: RuleBook) -> None:
    for kind, names in (
        ("packs", book.packs), ("rules", book.rule), ("flags", book.flags), ("findings", book.findings),
        ("sources", book.sources), ("questions", book.questions), ("settings", book.settings),
    ):  # fmt: skip
        for name in names:
            assert f"/rulebook/{kind}/{name}" in pages


def test_rules_and_what_they_name_are_linked_both_ways(pages: dict[str, str], book: RuleBook) -> None:
    for rule in book.rules:
        here = f"/rulebook/rules/{rule.id}"
        kind = "flags" if rule.concludes in book.flags else "findings"
        others = [f"/rulebook/sources/{name}" for name in rule.sources]
        others += [f"/rulebook/questions/{name}" for name in fields(rule.when)]
        if not rule.concludes.startswith("urgency:"):
            others.append(f"/rulebook/{kind}/{rule.concludes}")
        for other in others:
            assert f'href="{other}"' in pages[here]
            assert f'href="{here}"' in pages[other]


def test_a_rule_shows_its_yaml_and_reason(pages: dict[str, str], book: RuleBook) -> None:
    page = pages["/rulebook/rules/article-magnesium-symptom-fatigue"]
    assert "- id: article-magnesium-symptom-fatigue\n" in page
    assert "when: {fatigue: yes}" in page
    assert "article-magnesium-symptom-muscle-weakness" not in page.partition("<pre")[2].partition("</pre>")[0]
    assert book.rule["article-magnesium-symptom-fatigue"].because in unescape(page)
    assert "rules/article/rules/symptoms.yaml, line 3" in page


def test_every_page_carries_disclaimer_and_safety_net(pages: dict[str, str], book: RuleBook) -> None:
    for page in pages.values():
        assert book.texts["disclaimer"] in unescape(page)
        assert book.texts["safety-net"] in unescape(page)


@pytest.mark.parametrize(
    "path", ["/rulebook/nonsense", "/rulebook/rules/nonsense", "/rulebook/flags/%2e%2e", "/static/x"]
)
def test_what_is_not_there_is_said_on_a_page(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is nothing here" in words(answer)


@pytest.mark.parametrize("pack", ["article", "evidence", "safety"])
def test_nothing_is_missing_on_the_page_of_a_flag_because_its_pack_is_not_used(pack: str, book: RuleBook) -> None:
    client = Client(Settings(packs=(pack,)))
    for flag in book.flags.values():
        page = client.get(f"/rulebook/flags/{flag.id}").text
        missing = [name for name in (*flag.suppresses, *flag.hides) if book.title(name) not in unescape(page)]
        assert [name for name in missing if name not in page] == [], flag.id
