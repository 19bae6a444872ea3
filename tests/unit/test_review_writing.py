"""Reviews are added to `reviews.yaml` as text: what is there stays, however it is written."""

from __future__ import annotations

import pytest

from screener.errors import FileError
from screener.rulebook.document import parse_document
from screener.rulebook.review.file import ReviewEntry
from screener.workbench.review.importing import appended

NEW = ReviewEntry(
    item="rule x", hash="a" * 64, by='A "B"', role="nurse", date="2026-11-28", verdict="accepted",
    comment="über: # all\\", said=["rule x", "because: {a: b}"],
)  # fmt: skip
OLD = f"item: rule y, hash: {'b' * 64}, by: CD, role: nurse, date: 2026-01-01, verdict: accepted"
BLOCK = "\n".join(f"{'  ' if number else '- '}{part}" for number, part in enumerate(OLD.split(", ")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "needs: 2\n",
        "reviews: []\n",
        "reviews: []  # none yet\nneeds: 2\n",
        "reviews:\n",
        "reviews:\nneeds: 2\n",
        f"# one\nreviews:\n{BLOCK}\n# the end\n",
        f"reviews:\n{BLOCK}",
        f"reviews:\n  {BLOCK.replace(chr(10), chr(10) + '  ')}  # a remark\n\n# before needs\nneeds: 2\n",
        f"reviews:\n  - {{{OLD}}}\nneeds: 2\n",
        f"reviews:\n  - {{{OLD.replace(', by', ',' + chr(10) + '     by')}\n    }}\n",
        f"reviews:\n{BLOCK}\n  comment: |-\n    two\n    lines\n\n\n# the end\n",
        f"reviews:\n{BLOCK}\n  comment: >\n    two\n    lines\n",
        f"reviews:\n-   {BLOCK[2:].replace(chr(10), chr(10) + '  ')}\n    said:\n    - rule y\n    -   'it''s: so'\n",
        "\ufeffreviews:\n" + BLOCK + "\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_entries_are_added_at_the_end(text: str, end: str) -> None:
    before = parse_document(text.encode(), "reviews.yaml").data or {}
    made = appended(text.replace("\n", end), [NEW, NEW])
    after = parse_document(made.encode(), "reviews.yaml")
    assert after.problems == []
    added = NEW.model_dump()
    assert after.data["reviews"] == [*(before.get("reviews") or []), added, added]
    assert {key: value for key, value in after.data.items() if key != "reviews"} == (
        {key: value for key, value in before.items() if key != "reviews"} if text else {"needs": 1}
    )
    lines = iter(line.rstrip() for line in made.replace(end, "\n").split("\n"))
    for old in text.replace("[]", "").split("\n"):  # each line that was there is there, in the same order
        assert not old.strip() or old.rstrip() in lines
    assert ("\r\n" in made) is (end == "\r\n" and "\n" in text)
    assert made.endswith("\n")


def test_a_list_in_brackets_is_refused() -> None:
    with pytest.raises(FileError, match="nothing can be added to"):
        appended(f"reviews: [{{{OLD}}}]\n", [NEW])
