"""How YAML is read where its reader in C is missing, as in a browser: the same files mean the same there."""

from __future__ import annotations

from typing import Any, Final

import yaml

_BREAKS: Final = "\0 \t\r\n\x85\u2028\u2029"
_ENDS: Final = ",[]{}"  # of a plain text inside braces or brackets; PyYAML's own reader ends it at `?` too


class PlainLoader(yaml.SafeLoader):
    """PyYAML's reader in Python, with the one difference to the one in C mended: `{ask: Is it so?, why: …}`."""

    def scan_plain(self) -> yaml.ScalarToken:
        """A text without quotes, to its end."""
        chunks: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        spaces: list[str] = []
        while self.peek() != "#":
            length = self._length()
            if not length:
                break
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start) or []
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return yaml.ScalarToken("".join(chunks), True, start, end)

    def _length(self) -> int:
        """How many characters go on before a space or the end of the text."""
        inside = _ENDS if self.flow_level else ""
        length = 0
        while (char := self.peek(length)) not in _BREAKS and char not in inside:
            if char == ":" and self.peek(length + 1) in _BREAKS + inside:
                break
            length += 1
        return length


_Reader: Any = getattr(yaml, "CSafeLoader", PlainLoader)


class Loader(_Reader):  # type: ignore[misc]  # PyYAML has no types for its reader in C
    """The reader in C where there is one. It guesses no types: what a text means is said in `document.py`."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """No type."""
        return ""

    def descend_resolver(self, parent: Any, index: Any) -> None:
        """Nothing to look up."""

    def ascend_resolver(self) -> None:
        """Nothing to look up."""
