"""Text from files and people inside Markdown: shown as it is, never as markup, a link or code."""

from __future__ import annotations

import re
from typing import Final

#: Every sign that Markdown, the mathematics in notebooks or HTML could take for more than itself; with the full
#: stop, the colon and the at-sign, because addresses become links by themselves.
_SIGNS: Final = re.compile(r"([!#$&()*+./:<=>@\[\\\]^_`{|}~-])")


def escaped(text: str) -> str:
    """One line of Markdown that shows this text.

    >>> print(escaped("a *b* <script>"))
    a \\*b\\* &lt;script&gt;
    """
    line = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    return line.replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")
