"""What speaks for a column being what a metric measures: its name or label, not its type alone.

A number may be seconds or an age, a date the opening of a case or of a warranty, a score satisfaction or a count of
votes. A metric takes a column by itself only where its words, its scale or a person say what it is.
"""

from __future__ import annotations

import re
from typing import Final

from cxanalysis.recognise.evidence import SURE_ENOUGH
from cxanalysis.tables.table import Table

#: What a column of handled time is called (English, German, Spanish, French).
HANDLED: Final = re.compile(
    r"(?i)handl|\baht\b|talk|hold|wrap|after.?call|\bacw\b|durat|dauer|duraci|dur[ée]e|bearbeit|gespr[äa]ch|"
    r"seconds?\b|\bsecs?\b|sekunden|segundos|secondes|minutes?\b|minuten|minutos|time.?spent|call.?time|call.?length"
)
#: What a day is called that is no opening of a case, though a case may carry it.
NOT_OPENED: Final = re.compile(
    r"(?i)purchas|bought|order|birth|geburt|nacim|naiss|deliver|shipp|due\b|promis|warrant|expir|renew|signup|"
    r"sign.?up|regist(er|ration)|joined|member|kauf|compra|achat|bestell|lieferung|entrega|subscri|contract|vertrag"
)
#: What a column is called that counts something instead of rating it.
COUNTS: Final = re.compile(
    r"(?i)\bvotes?\b|votes?_|_votes?|helpful|\blikes?\b|\bcount\b|_count|count_|number.?of|\bnum_|anzahl|cantidad|"
    r"nombre.?de|\bviews?\b|shares?\b|\bn_"
)


def words_of(table: Table, column: str) -> str:
    """Name and label of a column, words apart: `handleSeconds` is "handle Seconds"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_.\-]+", " ", column)
    return f"{apart} {table.labels.get(column, '')}".strip()


def says(pattern: re.Pattern[str], table: Table, column: str) -> bool:
    """Whether the column's name or label says so.

    >>> import pandas as pd
    >>> contacts = Table(pd.DataFrame({"Customer Age": [31], "handle_seconds": [240]}), name="contacts")
    >>> says(HANDLED, contacts, "Customer Age"), says(HANDLED, contacts, "handle_seconds")
    (False, True)
    """
    return bool(pattern.search(words_of(table, column)) or pattern.search(column))


def set_by_hand(table: Table, column: str) -> bool:
    """Whether somebody gave the column its role, or its recognition is sure of itself."""
    return column not in table.reasons or table.reasons[column][0] >= SURE_ENOUGH


def handled_columns(table: Table) -> tuple[str, ...]:
    """Numbers that are handled time by their words."""
    return tuple(name for name in table.columns_of("number") if says(HANDLED, table, name))


def may_be_opening(table: Table, column: str) -> bool:
    """Whether a date may be the opening of a case: nothing in its words says that it is another day."""
    return not says(NOT_OPENED, table, column)


def is_a_rating(table: Table, column: str) -> bool:
    """Whether a column of role "csat" is a rating: it does not count, and a scale or a person says what it holds."""
    return not says(COUNTS, table, column) and (column in table.scales or set_by_hand(table, column))
