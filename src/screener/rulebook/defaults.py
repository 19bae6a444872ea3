"""The program's own wording, for what a rule book does not word itself: one file for each language."""

from __future__ import annotations

from screener.saying import ENGLISH, language_file, plain


def default_texts(language: str) -> dict[str, str]:
    """The texts of a language (its first part counts: `de` for `de-CH`), in English where the program has no others.

    Args:
        language: of the rule book.
    """
    return {**language_file(ENGLISH).texts, **language_file(plain(language)).texts}
