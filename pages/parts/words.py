"""Words as they are shown: text from files made harmless, counts with their noun."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from cxanalysis.labels import labels_of
from cxanalysis.wording import counted as count
from cxanalysis.wording import listed

__all__ = ["LONGEST", "called", "count", "listed", "plain", "short"]

#: Marks that mean something to Markdown anywhere in a line (a "&" only where it could begin an entity).
_MARKS: Final = re.compile(r"([\\`*_\[\]<>$~]|&(?=[#\w]))")
#: Marks that begin a heading, a list or a rule at the start of a line.
_LEADING: Final = re.compile(r"^(#|\+|-|=|\d+(?=[.)]))")
#: Streamlit replaces ":word:", ":color[…]" and ":material/…:" after Markdown is parsed, and links are made of bare
#: addresses there too; a backslash does not stop either. An invisible word joiner does.
_COLON: Final = re.compile(r":(?=[A-Za-z/_+\-0-9])")
_ADDRESS: Final = re.compile(r"(?i)(www)(?=\.)|(?<=\w)(@)(?=\w)")
#: White space that may break; the narrow and the plain space that must not (U+202F, U+00A0) are left alone.
_SPACE: Final = re.compile(r"[^\S\u202f\u00a0]+")
#: U+2060, the word joiner: no width, no line break.
_JOINER: Final = "\u2060"
#: Longer names are cut in running text and labels; tables show them whole.
LONGEST: Final = 80


def _line(text: object) -> str:
    """Text as one line; spaces that must not break stay as they are."""
    return _SPACE.sub(" ", str(text)).strip()


def plain(text: object, *, longest: int | None = None) -> str:
    """Text from a file or a user as Markdown that shows exactly that text and does nothing else.

    Parameters
    ----------
    text : object
        Anything; shown as `str(text)`.
    longest : int, optional
        Cut after this many characters, with an ellipsis.

    Examples
    --------
    >>> print(plain("**late** [x](y) # 1"))
    \\*\\*late\\*\\* \\[x\\](y) # 1
    >>> print(plain(":red[a] 1. b").replace(chr(0x2060), "|"), plain("1. b"), plain("# b"))
    :|red\\[a\\] 1. b 1\\. b \\# b
    """
    flat = _line(text)
    if longest is not None and len(flat) > longest:
        flat = flat[: longest - 1] + "…"
    flat = _COLON.sub(":" + _JOINER, flat)
    flat = _ADDRESS.sub(lambda found: (found[1] + _JOINER) if found[1] else (_JOINER + found[2]), flat)
    flat = _MARKS.sub(r"\\\1", flat)
    return _LEADING.sub(lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", flat)


def short(text: object, longest: int = LONGEST) -> str:
    """Text cut for a place that shows plain text (a selectbox, a button of a table); not Markdown."""
    flat = _line(text)
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def called(table: Any, columns: Iterable[Any], longest: int = LONGEST) -> Callable[[Any], str]:
    """For the options of a widget: what each column of a table is called in sentences and charts.

    Examples
    --------
    >>> called(None, ["rate_service"])("rate_service")
    'rate service'
    """
    names = labels_of(table, [column for column in columns if column is not None])
    return lambda column: short(names.get(str(column), column), longest)
