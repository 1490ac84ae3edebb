"""A long table read wide: one row for each person with a column for each question, or a case with its moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.layout import LayoutKind
from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import MOST_COLUMNS, Reading
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import require_column
from cxanalysis.tables.read import recognised
from cxanalysis.tables.table import Table

#: Shown in a message.
_EXAMPLES: Final = 3


def wide(
    table: Table,
    *,
    key: str | Sequence[str] | None = None,
    item: str | None = None,
    value: str | None = None,
    name: str | None = None,
) -> Table:
    """One row for each key, with a column for each question (or the moment of each event): what did each one answer?

    Parameters
    ----------
    table : Table
        A long one: one row a question, or one row an event of a case.
    key : str or sequence of str, optional
        Columns that say whose row it is. Left out, as `item` and `value` may be: as the table's `layout` says.
    item : str, optional
        The column of questions or events; each becomes a column.
    value : str, optional
        The column of answers or moments.
    name : str, optional
        What the new table is called; by default the old one's name and "_wide".

    Returns
    -------
    Table
        Recognised anew, so that one question about recommending is the only one its NPS is made of. Columns that are
        the same in all rows of each key stay; others are named in its notes. The long table is as it was.

    Raises
    ------
    Problem
        If the table is not long and the columns are not named, or a key has an item twice with different values.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> long = cx.read(b"who,question,answer\\n1,Likely?,9\\n1,Late?,no\\n2,Likely?,3\\n2,Late?,yes\\n", name="long")
    >>> cx.wide(long, key="who", item="question", value="answer").raw.values.tolist()
    [['1', '9', 'no'], ['2', '3', 'yes']]
    """
    keys, item, value, events = _asked(table, key, item, value)
    for column in (*keys, item, value):
        require_column(table, column)
    rows = pd.DataFrame({column: cell_text(table.values(column)) for column in table.columns if column in table.raw})
    given = rows[rows[item].notna() & rows[list(keys)].notna().all(axis=1)]
    items = list(dict.fromkeys(given[item]))
    if len(items) > MOST_COLUMNS:
        raise Problem(f"'{item}' has {len(items):,} different values", where=table.name, do="Choose another column")
    answered = given.dropna(subset=[value])
    first = answered.drop_duplicates([*keys, item, value])
    twice = first[first.duplicated([*keys, item], keep=False)]
    if len(twice) and not events:
        some = ", ".join(f"'{text}'" for text in twice[keys[0]].drop_duplicates().head(_EXAMPLES))
        raise Problem(
            f"{twice[list(keys)].drop_duplicates().shape[0]:,} of '{keys[0]}' answer one '{item}' differently "
            f"(such as {some})",
            where=table.name,
            do="Name a key under which each comes once",
        )
    once = first.drop_duplicates([*keys, item])  # of an event that comes again, its first moment
    spread = once.set_index([*keys, item])[value].unstack(item).reindex(columns=items)
    whose = given.drop_duplicates(list(keys)).set_index(list(keys))
    same = [c for c in rows.columns if c not in (*keys, item, value) and _is_same(given, keys, c)]
    left = [c for c in rows.columns if c not in (*keys, item, value, *same)]
    unique = unique_names([*keys, *same, *(str(one) for one in items)])
    out = pd.concat([whose[same], spread.reindex(whose.index)], axis=1).reset_index()
    out.columns = pd.Index(unique.names)
    notes = [f"Read wide from '{table.name}': one row for each {' and '.join(repr(k) for k in keys)}."]
    if left:
        notes.append(f"Left out, as they differ within a key: {', '.join(repr(column) for column in left)}.")
    if len(twice):
        notes.append(f"Of events that come again for a key, {len(twice):,} rows in all, the first moment is taken.")
    reading = Reading(table.name, out.astype("str").where(out.notna()), {}, (*notes, *unique.notes))
    return recognised(reading, name or f"{table.name}_wide", table.kind if events else None)


def _asked(
    table: Table, key: str | Sequence[str] | None, item: str | None, value: str | None
) -> tuple[tuple[str, ...], str, str, bool]:
    layout = table.layout if table.layout is not None and table.layout.kind.long else None
    keys = (key,) if isinstance(key, str) else tuple(key) if key is not None else layout.key if layout else ()
    item = item or (layout.item if layout else None)
    value = value or (layout.value if layout else None)
    if not keys or item is None or value is None:
        raise Problem(
            "nothing says that several of its rows belong together",
            where=table.name,
            do="Name the key, the item and the value",
        )
    events = layout is not None and layout.kind is LayoutKind.EVENTS and value == layout.value
    return keys, item, value, events or table.roles.get(value) in ("date", "closed", "due")


def _is_same(rows: pd.DataFrame, keys: tuple[str, ...], column: str) -> bool:
    return bool((rows.groupby(list(keys), sort=False)[column].nunique(dropna=False) == 1).all())
