"""Audit the metrics of an organisation: what misleads, what is missing, who has to act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from cxanalysis.arguments import check_mapping, check_whole, shown
from cxanalysis.basis import Basis
from cxanalysis.catalogue.audit_checks import CHECKS, AuditedCatalogue, AuditFinding
from cxanalysis.catalogue.audit_result import SEVERITIES, Audit
from cxanalysis.catalogue.entry import entries_of, iso_day
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

COLUMNS: Final = ("check", "severity", "metrics", "keys", "finding", "advice", "moved", "overruled", "reason")
#: A metric that says nothing of its reviews should be looked at once a year.
REVIEW_DAYS: Final = 365


def audit(
    catalogue: Any,
    *,
    tables: Mapping[str, Table] | None = None,
    departments: Sequence[str] | None = None,
    today: str | dt.date | None = None,
    review_days: int = REVIEW_DAYS,
) -> Audit:
    """What is wrong with the metrics we steer by?

    Looks for metrics that measure no benefit to the customer (by stated rules on their words, with the reason), scores
    counted with different cut-offs, one name for several formulas and the reverse, missing owners, definitions and
    denominators, overdue reviews, and elements, branches and departments without a metric.

    Parameters
    ----------
    catalogue : Catalogue, Inventory or list of Entry
        `workspace.catalogue`, what `cx.inventory` read, or entries.
    tables : mapping of str → Table, optional
        `workspace.tables`: then a clash of cut-offs says how many answers it moves.
    departments : sequence of str, optional
        Departments that should have a metric; default: those the catalogue knows of.
    today : date, optional
        Reviews are judged by this day.
    review_days : int
        Days between reviews where a metric does not say.

    Returns
    -------
    Audit

    Raises
    ------
    Problem
        If it is no catalogue.

    Examples
    --------
    >>> from cxanalysis.catalogue.entry import Entry
    >>> found = audit([Entry("Churn", formula="lost / base"), Entry("Churn", formula="revenue lost / revenue")])
    >>> found.table.loc[found.table["check"] == "same name, other formula", "severity"].tolist()
    ['misleads']
    """
    entries = entries_of(catalogue)
    for table in check_mapping({} if tables is None else tables, "tables").values():
        if not isinstance(table, Table):
            raise Problem(f"a table is needed, not {shown(table)}", where="tables", do="Use {'survey': table}")
    if departments is not None and (isinstance(departments, str) or not _are_texts(departments)):
        raise Problem(f"a list of names is needed, not {shown(departments)}", where="departments")
    review_days = check_whole(review_days, "review_days", low=1)
    now = iso_day(today, "today") or dt.date.today().isoformat()
    named = getattr(catalogue, "departments", ()) if departments is None else departments
    looked = AuditedCatalogue(
        entries=entries,
        departments=tuple(dict.fromkeys([*named, *(entry.department for entry in entries if entry.department)])),
        tables=tables or {},
        today=dt.date.fromisoformat(now),
        review_days=review_days,
    )
    rows = [_row(finding) for check in CHECKS for finding in check(looked)]
    order = {severity: place for place, severity in enumerate(SEVERITIES)}
    rows.sort(key=lambda row: (row["overruled"], order[row["severity"]]))  # within a severity, the checks' own order
    return Audit(
        table=pd.DataFrame(rows, columns=list(COLUMNS)),
        today=now,
        basis=Basis(tuple(table.source for table in (tables or {}).values()), n=len(entries), counts="metric"),
        notes=(
            "Whether a metric measures a benefit to the customer is decided by words in its formula, then its "
            "definition, then its name (English, Spanish, German); a person's word goes before that.",
        ),
    )


def _are_texts(names: Any) -> bool:
    return isinstance(names, Iterable) and all(isinstance(name, str) for name in names)


def _row(finding: AuditFinding) -> dict[str, Any]:
    reasons = [entry.overruled.get(finding.check) for entry in finding.entries]
    overruled = bool(reasons) and all(reason is not None for reason in reasons)
    return {
        "check": finding.check,
        "severity": finding.severity,
        "metrics": [entry.name for entry in finding.entries],
        "keys": [entry.key for entry in finding.entries],
        "finding": finding.finding,
        "advice": finding.advice,
        "moved": finding.moved,
        "overruled": overruled,
        "reason": "; ".join(dict.fromkeys(str(reason) for reason in reasons)) if overruled else "",
    }
