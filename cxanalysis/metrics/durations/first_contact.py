"""First contact resolution: solved at the first contact, or not come back about the same matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_choice, check_number, check_text
from cxanalysis.basis import Reason
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import LogEnd, log_end, needed_end
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.row_values import VALUE, Missing, Options, share_of
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN

#: Ways of telling that a contact was solved.
WAYS: Final = ("repeat", "gross", "net")
#: A customer who comes back within so many days was not helped (the usual window of SQM and of most centres).
USUAL_DAYS: Final = 7
#: What a column that holds the matter of a contact is called.
_REASON: Final = re.compile(r"(?i)reason|topic|matter|category|motiv|grund|razon|categor|asunto|betreff|intent")
#: What a yes/no column is called that says a contact was solved at once.
_SOLVED: Final = re.compile(r"(?i)solved|resolved|fcr|first.?contact|first.?call|gelöst|resuelt")


def first_contact_resolution(
    contacts: Any,
    *,
    how: str | None = None,
    solved: str | None = None,
    eligible: str | None = None,
    reason: str | None = None,
    customer: str | None = None,
    window_days: float = USUAL_DAYS,
    until: str | None = None,
    per: str = "contact",
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
) -> Estimates:
    """How many contacts with customer service are settled the first time?

    Parameters
    ----------
    contacts : Table, or pandas, Polars, PyArrow frame, or DuckDB relation
        One row a contact.
    how : str, optional
        "gross": solved at first contact / all contacts. "net": the same, among contacts that can be solved at level
        one. "repeat": no second contact of the same customer for the same reason within `window_days`. Default:
        "gross" where `solved` is named or told by a column's name, else "repeat".
    solved : str, optional
        0/1 column: solved at the first contact.
    eligible : str, optional
        0/1 column: can be solved at level one; needed for "net".
    reason : str, optional
        The contact's matter; default: the one category, or the one named like a reason.
    customer : str, optional
        Default: the column of that role.
    window_days : float
    until : str, optional
        The last day the log covers; default: its end, the last contact that no implausible gap sets apart. For
        "repeat", contacts younger than `window_days` on that day are left out: the customer may still come back.
    per : str
        "contact", or "customer": a customer counts as solved if all contacts of theirs were.
    by, weight, confidence, date, period
        As in `nps`.
    cluster : str, optional
        Customer of each contact; left out: the table's. None: contacts count as independent.

    Returns
    -------
    Estimates
        `value` in %, with Wilson's interval on the effective number of contacts.

    Raises
    ------
    Problem
        If a column is not known, there is no such way, or all contacts are too young.

    Examples
    --------
    >>> import pandas as pd
    >>> contacts = pd.DataFrame({"solved": [1] * 280 + [0] * 120})
    >>> first_contact_resolution(contacts, solved="solved").table.round(1).to_dict("records")
    [{'value': 70.0, 'low': 65.3, 'high': 74.3, 'n': 400, 'n_missing': 0}]
    """
    options = Options(by, weight, None, confidence, date, period)
    way = (how, solved, eligible, reason, customer, window_days, per)
    counted = _contacts(contacts, way, options, cluster, until)
    source, asked, rows = counted.source, counted.asked, counted.rows
    rows = rows[~np.isneginf(rows[VALUE])]
    if rows.empty:
        raise Problem("no contact is left to count", where=source.name, do="Choose a shorter window, or another way")
    if per == "customer":
        rows = _customers(rows, asked.customer or "", counted.options)
    return share_of(
        rows,
        counted.options,
        _passport(source, asked),
        source.basis(),
        metric="first_contact_resolution",
        score=asked.solved or asked.reason or "",
        missing=_unknown(asked, counted.options),
        notes=source.notes,
    )


def settled(
    contacts: Any,
    *,
    how: str | None = None,
    solved: str | None = None,
    eligible: str | None = None,
    reason: str | None = None,
    customer: str | None = None,
    window_days: float = USUAL_DAYS,
    until: str | None = None,
    per: str = "contact",
    date: str | None = None,
    **_: Any,
) -> pd.Series:
    """How each contact counts under a definition: 100 settled, 0 not, NaN not at all. For comparing definitions.

    Examples
    --------
    >>> settled(pd.DataFrame({"solved": [1, 0, None]}), solved="solved").tolist()
    [100.0, 0.0, nan]
    """
    way = (how, solved, eligible, reason, customer, window_days, per)
    counted = _contacts(contacts, way, Options(date=date), None, until)
    value: pd.Series = counted.rows[VALUE].replace(-np.inf, np.nan)
    if per == "customer":
        return value.groupby(counted.rows[counted.asked.customer]).transform("min").where(value.notna())
    return value


@dataclass(frozen=True, slots=True, eq=False)
class _Contacts:
    """Contacts with `VALUE`: 100 settled, 0 not, NaN unknown, minus infinity out of the denominator."""

    source: MetricTable
    asked: _Definition
    options: Options
    rows: pd.DataFrame


def _contacts(contacts: Any, way: Any, options: Options, cluster: Any, until: str | None) -> _Contacts:
    source = MetricTable.of(contacts, "contacts")
    asked = _definition(source, *way)
    source.counts = asked.per
    dated = asked.how == "repeat" or options.period is not None
    when = source.first(options.date, "date", "date") if dated else source.maybe(options.date, "date")
    if asked.per == "customer":
        asked.customer = source.column(asked.customer or way[4], "customer", "customer")
        cluster = None  # one row a customer is left
    options = replace(options, cluster=source.cluster(cluster), date=when)
    rows = source.rows([asked.solved, asked.eligible, asked.reason, asked.customer, *options.columns])
    if when is not None:
        rows[when] = source.moments(rows[when])
    rows[VALUE] = _settled(source, rows, asked, when, until)
    return _Contacts(source, asked, options, rows)


@dataclass(slots=True)
class _Definition:
    """By which definition a contact counts as settled, and which columns say so."""

    how: str
    solved: str | None
    eligible: str | None
    reason: str | None
    customer: str | None
    window_days: float
    per: str
    log: LogEnd | None = None


def _definition(
    source: MetricTable,
    how: str | None,
    solved: str | None,
    eligible: str | None,
    reason: str | None,
    customer: str | None,
    window_days: float,
    per: str,
) -> _Definition:
    columns = source.engine.columns()
    texts = {"how": how, "solved": solved, "eligible": eligible, "reason": reason, "customer": customer}
    for argument, value in texts.items():
        if value is not None:
            check_text(value, argument)
    named = [name for name in columns if _SOLVED.search(name)]
    flags = source.table.columns_of("flag") if source.table is not None else columns
    solved = solved or next((name for name in named if name in flags), None)
    how = how or ("gross" if solved else "repeat")
    check_choice(how, WAYS, "how")
    check_choice(per, ("contact", "customer"), "per")
    check_number(window_days, "window_days", low=0, open_low=True)
    if how == "repeat":
        matter, whose = reason_of(source, reason), source.column(customer, "customer", "customer")
        return _Definition(how, None, None, matter, whose, window_days, per)
    if solved is None:
        raise Problem("it is not known which contacts were solved at once", where=source.name, do="Name it: solved=…")
    if how == "net" and eligible is None:
        raise Problem("it is not known which contacts can be solved at level one", do="Name the 0/1 column: eligible=…")
    return _Definition(
        how, source.there(solved, "solved"), eligible if how == "net" else None, None, customer, window_days, per
    )


def reason_of(source: MetricTable, given: str | None) -> str:
    """The column of the contacts' matter: named, the one category, or the one category named like a reason."""
    categories = source.table.columns_of("category") if source.table is not None else ()
    if given is None and len(categories) > 1:
        named = [name for name in categories if _REASON.search(name)]
        given = named[0] if len(named) == 1 else None
        if given is not None:
            source.notes.append(f"The matter of a contact is taken from '{given}'; name another with reason=.")
    return source.column(given, "category", "reason")


def _settled(source: MetricTable, rows: pd.DataFrame, asked: _Definition, when: str | None, until: str | None) -> Any:
    """100 settled, 0 not, NaN unknown, minus infinity out of the denominator."""
    if asked.how == "repeat":
        return _not_repeated(source, rows, asked, when or "", until)
    value = 100 * source.zero_one(rows, asked.solved or "")
    if asked.eligible is None:
        return value
    can = source.zero_one(rows, asked.eligible)
    source.leave_out((can == 0).sum(), Reason.DOES_NOT_APPLY, asked.eligible)
    return np.where(can == 0, -np.inf, np.where(np.isnan(can), np.nan, value))


def _not_repeated(source: MetricTable, rows: pd.DataFrame, asked: _Definition, when: str, until: str | None) -> Any:
    times, window = rows[when], pd.Timedelta(days=asked.window_days)
    asked.log = needed_end(log_end(times, until=until, whole_day=True), f"{source.name}, column '{when}'")
    end = asked.log.moment
    late = (times > end).to_numpy()
    source.leave_out(late.sum(), Reason.PLANNED, when)
    keys = [asked.customer or "", asked.reason or ""]
    complete = times.notna() & rows[keys].notna().all(axis=1) & ~late
    order = rows[complete].assign(_at=np.arange(int(complete.sum()))).sort_values([*keys, when, "_at"], kind="stable")
    same = (order[keys] == order[keys].shift(-1)).all(axis=1)
    again = same & (order[when].shift(-1) - order[when] <= window)
    value = pd.Series(np.nan, index=rows.index)
    value[order.index] = np.where(again, 0.0, 100.0)
    young = (times > end - window).to_numpy() & complete.to_numpy()
    source.leave_out(young.sum(), Reason.TOO_YOUNG, when)
    return np.where(young | late, -np.inf, value)


def _customers(rows: pd.DataFrame, customer: str, options: Options) -> pd.DataFrame:
    """One row a customer (and group): solved if none of the contacts was not."""
    keys = list(dict.fromkeys([customer, *options.names]))
    whole = rows[rows[VALUE].notna() & rows[customer].notna()]
    aside = {name: "last" for name in (options.weight, options.date) if name is not None and name not in keys}
    return whole.groupby(keys, sort=True, dropna=False).agg({VALUE: "min", **aside}).reset_index()


def _unknown(asked: _Definition, options: Options) -> Missing:
    if asked.how == "repeat":
        return Missing(Reason.NO_VALUE, ", ".join(str(name) for name in (options.date, asked.customer, asked.reason)))
    return Missing(Reason.NO_VALUE, asked.solved)


def _passport(source: MetricTable, asked: _Definition) -> Passport:
    whole = {"gross": "all contacts", "net": "contacts that can be solved at level one"}
    days = f"{asked.window_days:g} days"
    definition = (
        f"Share of contacts after which the customer did not come back about the same matter within {days}."
        if asked.how == "repeat"
        else "Share of contacts that were solved the first time."
    )
    formula = (
        f"100 × contacts without a second one, same customer and '{asked.reason}', within {days} / contacts"
        if asked.how == "repeat"
        else f"100 × contacts with '{asked.solved}' / {whole[asked.how]}"
    )
    on = f" on {asked.log.day}" if asked.log is not None else ""
    below = f"contacts at least {days} old{on}" if asked.how == "repeat" else whole[asked.how]
    each = asked.per
    if each == "customer":
        definition += " A customer counts if it holds for every contact of theirs."
        below = f"customers with {below}"
    return Passport(
        {
            "repeat": "First contact resolution",
            "gross": "First contact resolution (gross)",
            "net": "First contact resolution (net)",
        }[asked.how],
        definition,
        formula,
        below,
        f"% of {each}s",
        tuple(source.exclusions),
    )
