"""Which steps that customers should not need the tables can show: `propose_unnecessary`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cxanalysis.failures.unnecessary_rule import UnnecessaryRule
from cxanalysis.tables.table import Table

#: Kind of source → what its second row for the same matter is called.
AGAIN: Final[Mapping[str, str]] = {
    "contacts": "second_contact",
    "inquiries": "second_inquiry",
    "complaints": "second_complaint",
}
#: What a second row for the same order is called in a table of orders, deliveries or invoices.
SENT_AGAIN: Final = "sent_again"


def propose_unnecessary(tables: Iterable[Table] | Mapping[str, Table]) -> tuple[UnnecessaryRule, ...]:
    """Which steps that customers should not need can these tables show?

    Contacts, inquiries and complaints: a second one of the same customer about the same matter. Orders, deliveries and
    invoices: a second row for the same order. Only proposed: `cx.unnecessary` finds and counts them.

    Parameters
    ----------
    tables : tables, or mapping of name → Table

    Returns
    -------
    tuple of UnnecessaryRule
        Second contacts, which most companies have, first.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> sorted({rule.step for rule in cx.propose_unnecessary(cx.load_sample("company"))})
    ['second_complaint', 'second_inquiry']
    """
    every = tables.values() if isinstance(tables, Mapping) else tables
    rules: list[UnnecessaryRule] = []
    for table in every:
        if table.column_of("date") is None:
            continue
        customer, order = table.column_of("customer"), table.column_of("order")
        if customer and table.kind is not None and table.kind in AGAIN:
            step = AGAIN[table.kind]
            rules += [UnnecessaryRule(table.name, step, (customer, what)) for what in table.columns_of("category")]
        if order and table.kind == "operations":
            rules.append(UnnecessaryRule(table.name, SENT_AGAIN, (order,)))
        rules = [rule for rule in rules if rule.table != table.name or rule.step not in table.columns]
    return tuple(sorted(rules, key=lambda rule: rule.step != AGAIN["contacts"]))
