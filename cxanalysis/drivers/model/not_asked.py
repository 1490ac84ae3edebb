"""Gaps that are no missing answers: a question that does not apply, or was never asked, has no answer to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.tables.table import Table

#: Tables with more rows are not imputed, so nobody has to know.
MOST_ROWS: Final = 50_000
#: Words by which a file says so, in the languages whose answers are recognised.
SAYS_SO: Final = re.compile(
    r"(?i)does(n.t| not) apply|not applicable|not asked|never asked|"
    r"(trifft )?nicht zu(treffend)?|entf(ä|ae)llt|nicht gefragt|"
    r"no (aplica|procede)|no (se )?pregunt(ó|ado)|"
    r"ne s.applique pas|sans objet|non (applicable|pos(é|e)e)"
)


def never_asked(data: Any, columns: Iterable[str]) -> tuple[NDArray[np.bool_] | None, str]:
    """Rows with such a gap in one of these columns, and the sentence that says so; (None, "") if there are none.

    Parameters
    ----------
    data : anything
        Only a Table keeps what stood in the file.
    columns : iterable of str
    """
    if not isinstance(data, Table) or data.n_rows > MOST_ROWS:
        return None, ""
    wanted, codes = set(columns), data.applied_codes()
    rows, told = np.zeros(data.n_rows, dtype=bool), []
    for column in sorted(wanted & set(codes)):
        words = [str(code) for code in codes[column] if isinstance(code, str) and SAYS_SO.search(str(code))]
        if words:
            here = data.values(column).astype(str).str.strip().isin([word.strip() for word in words]).to_numpy()
            rows |= here
            told.append(f"'{words[0]}' {int(here.sum()):,} times in '{column}'")
    if not rows.any():
        return None, ""
    return rows, f"Not filled, and left out: {int(rows.sum()):,} rows that say {', '.join(told)}."
