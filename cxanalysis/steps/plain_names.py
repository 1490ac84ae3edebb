"""Names of tables: each becomes a variable in the user's code, so it must be able to."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container
from typing import Final

from cxanalysis.problem import Problem

#: Names that the code we print uses itself; a table called so would overwrite them.
TAKEN: Final = frozenset(
    {
        "alt",
        "changed",
        "chart",
        "cx",
        "display",
        "exit",
        "get_ipython",
        "In",
        "made_from",
        "now",
        "Out",
        "print",
        "quit",
    }
    | {"result", "workspace"}
)
_RESULT: Final = re.compile(r"result_\d+")


def is_plain_word(name: object) -> bool:
    """Whether Python reads this text as one name, and as this very name.

    Python folds look-alike letters in names (the ligature 'ﬁ' becomes 'fi'); such a name would print as
    one variable and be stored as another.

    >>> is_plain_word("survey_2024"), is_plain_word("class"), is_plain_word("ﬁle"), is_plain_word("my survey")
    (True, False, False, False)
    """
    return (
        isinstance(name, str)
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and unicodedata.normalize("NFKC", name) == name
    )


def may_name_a_table(name: object) -> bool:
    """Whether a table may be called so."""
    return is_plain_word(name) and not _is_ours(str(name))


def _is_ours(name: str) -> bool:
    return name in TAKEN or name.startswith("_") or bool(_RESULT.fullmatch(name))


def plain_name(text: str, taken: Container[str] = ()) -> str:
    """A table name made from a file's name or any text; numbered if it is `taken`.

    >>> plain_name("Umfrage 2024.csv"), plain_name("2024-orders"), plain_name("result"), plain_name("a", taken={"a"})
    ('Umfrage_2024', 'table_2024_orders', 'result_table', 'a_2')
    """
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", unicodedata.normalize("NFKC", text))
    word = re.sub(r"\W+", "_", stem).strip("_")
    if not word.isidentifier():
        word = f"table_{word}".rstrip("_")
    if not may_name_a_table(word):
        word = f"{word}_table"
    name, number = word, 1
    while name in taken:
        number += 1
        name = f"{word}_{number}"
    return name


def checked_name(name: object) -> str:
    """The name, if a table may be called so; else a `Problem` that offers one that works."""
    if may_name_a_table(name):
        return str(name)
    raise Problem(
        f"a table cannot be called {str(name)!r}, because tables become variables in the code",
        do=f"Call it '{plain_name(str(name))}', for example",
    )
