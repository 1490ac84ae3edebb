"""Which metrics can be measured with the tables at hand, and what the others lack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis.arguments import shown
from cxanalysis.basis import Basis
from cxanalysis.columns.kinds import KINDS, ROLES
from cxanalysis.metrics.durations.first_contact import reason_of
from cxanalysis.metrics.every_metric import METRICS, Metric
from cxanalysis.metrics.measurable import Measurable
from cxanalysis.metrics.measured_by import handled_columns, is_a_rating, may_be_opening
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.response.outcomes_of_invitations import outcome_column
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

Arguments = dict[str, Any]


def metrics(tables: Mapping[str, Table] | Iterable[Table] | None = None) -> Measurable:
    """What can we measure with what we have, and what would we need for the rest?

    Parameters
    ----------
    tables : mapping of name → Table, or tables, optional
        Such as `workspace.tables`. Without any, the catalogue alone.

    Returns
    -------
    Measurable
        `cx.metric(row.metric, *(tables[name] for name in row.tables), **row.arguments)` measures a row.

    Examples
    --------
    >>> bool(metrics().table["measurable"].any())
    False
    >>> metrics().table["metric"].tolist()[:3]
    ['nps', 'csat', 'ces']
    """
    given = _tables(tables)
    rows = [_row(metric, given) for metric in METRICS.values()]
    return Measurable(pd.DataFrame(rows), Basis(tuple(table.source for table in given)))


def _tables(tables: Any) -> list[Table]:
    if isinstance(tables, Table):
        raise Problem("several tables are needed, not one", where="tables", do="Write cx.metrics([table])")
    if tables is not None and not isinstance(tables, Mapping | list | tuple):
        raise Problem(f"a list of tables is needed, not {shown(tables)}", where="tables")
    given = list(tables.values()) if isinstance(tables, Mapping) else list(tables or ())
    for one in given:
        if not isinstance(one, Table):
            raise Problem(
                f"a {type(one).__name__} is no table of which it is known what it holds",
                where="tables",
                do="Read it first with cx.read",
            )
    return given


def _row(metric: Metric, tables: list[Table]) -> dict[str, Any]:
    row = {"metric": metric.name, "title": metric.title, "asks": metric.asks, "group": metric.group}
    firsts = _of_kind(tables, metric.kinds)
    if not firsts:
        return row | _lacks(f"needs {_kinds(metric.kinds)}")
    lacking = []
    for first in firsts:
        if missing := _missing(first, metric.roles):
            lacking.append(f"{first.name} needs {missing}")
            continue
        seconds = [other for other in _of_kind(tables, metric.second) if other is not first]
        fit = [other for other in seconds if not _missing(other, metric.second_roles)]
        if metric.second_needed and not fit:
            short = [f"{other.name} needs {_missing(other, metric.second_roles)}" for other in seconds]
            lacking.append("; ".join(short) if short else f"needs {_kinds(metric.second)} beside {first.name}")
            continue
        chosen = (first, *fit[:1])
        try:
            arguments = _ARGUMENTS[metric.name](chosen) if metric.name in _ARGUMENTS else {}
        except Problem as problem:
            lacking.append(str(problem).rstrip("."))
            continue
        used = chosen if metric.second_needed or metric.name in _USES_SECOND else chosen[:1]
        return row | {
            "measurable": True,
            "tables": tuple(t.name for t in used),
            "arguments": arguments,
            "missing": "",
        }
    return row | _lacks(lacking[0])


#: Metrics that say more with their second table, where there is one.
_USES_SECOND: Final = frozenset({"active_users", "revenue_churn", "unnecessary_rate"})


def _lacks(what: str) -> dict[str, Any]:
    return {"measurable": False, "tables": (), "arguments": {}, "missing": what}


def _of_kind(tables: list[Table], kinds: tuple[str, ...]) -> list[Table]:
    """Tables of these kinds, the usual kind first."""
    return sorted((t for t in tables if t.kind in kinds), key=lambda t: kinds.index(str(t.kind)))


def _kinds(kinds: tuple[str, ...]) -> str:
    return " or ".join(f"a table of {kind.replace('_', ' ')} ({KINDS[kind]} a row)" for kind in kinds)


def _missing(table: Table, roles: tuple[str, ...]) -> str:
    """What the table lacks, in words."""
    return " and ".join(f"a column of role '{role}' ({ROLES[role]})" for role in roles if not table.columns_of(role))


def _one(table: Table, role: str, argument: str) -> Arguments:
    """The argument that names a column, only where the role alone does not."""
    found = table.columns_of(role)
    return {} if len(found) == 1 else {argument: found[0]}


def _effort(chosen: tuple[Table, ...]) -> Arguments:
    score = chosen[0].columns_of("ces")[0]
    if score not in chosen[0].scales:
        raise Problem(f"it is not known which end of '{score}' means little effort", where=chosen[0].name)
    return _one(chosen[0], "ces", "score")


def _answers(chosen: tuple[Table, ...]) -> Arguments:
    named = outcome_column(chosen[0].columns, None)
    return {"outcome": named} if chosen[0].roles.get(named) == "category" else {}


def _contacts(chosen: tuple[Table, ...]) -> Arguments:
    return {"how": "repeat", "reason": reason_of(MetricTable.of(chosen[0], "contacts"), None)}


def _handled(chosen: tuple[Table, ...]) -> Arguments:
    handled = handled_columns(chosen[0])
    if len(handled) == 1:
        return {"seconds": handled[0]}
    numbers = ", ".join(chosen[0].columns_of("number"))
    what = f"which of {', '.join(handled)} holds" if handled else f"that one of its numbers ({numbers}) holds"
    raise Problem(f"it is not known {what} the handled seconds: say it with seconds=", where=chosen[0].name)


def _resolved(chosen: tuple[Table, ...]) -> Arguments:
    opened = chosen[0].columns_of("date")
    if not may_be_opening(chosen[0], opened[0]):
        raise Problem(
            f"it is not known on which day a case was opened ('{opened[0]}' says something else): say it with opened=",
            where=chosen[0].name,
        )
    return _one(chosen[0], "closed", "closed")


def _satisfied(chosen: tuple[Table, ...]) -> Arguments:
    scores = chosen[0].columns_of("csat")
    ratings = [name for name in scores if is_a_rating(chosen[0], name)]
    if not ratings:
        raise Problem(
            f"nothing but its numbers says that '{scores[0]}' is a rating of satisfaction: say it with score=, and its "
            "scale with scale=",
            where=chosen[0].name,
        )
    return {} if len(scores) == 1 else {"score": ratings[0]}


def _money(chosen: tuple[Table, ...]) -> Arguments:
    table = next(t for t in reversed(chosen) if t.columns_of("amount"))
    found = table.columns_of("amount")
    margins = [name for name in found if "margin" in name.lower()]
    return {} if len(found) == 1 else {"amount": (margins or list(found))[0]}


def _revenue(chosen: tuple[Table, ...]) -> Arguments:
    if len(chosen) < 2 and not chosen[0].columns_of("amount"):
        raise Problem(
            f"{chosen[0].name} needs a column of role 'amount' (recurring revenue), or transactions beside it"
        )
    return _money(chosen)


def _failed(chosen: tuple[Table, ...]) -> Arguments:
    if not chosen[0].failures:
        raise Problem("no yes/no column says that something went wrong", where=chosen[0].name)
    return {}


def _needless(chosen: tuple[Table, ...]) -> Arguments:
    if len(chosen) < 2 and chosen[0].kind == "contacts":
        raise Problem(f"needs {_kinds(('operations', 'transactions'))} beside {chosen[0].name}")
    return _failed(chosen)


_ARGUMENTS: Final[Mapping[str, Callable[[tuple[Table, ...]], Arguments]]] = {
    "nps": lambda chosen: _one(chosen[0], "nps", "score"),
    "csat": _satisfied,
    "ces": _effort,
    "rating": lambda chosen: _one(chosen[0], "rating", "score"),
    "response_rate": _answers,
    "first_contact_resolution": _contacts,
    "handle_time": _handled,
    "resolution_time": _resolved,
    "failure_rate": _failed,
    "unnecessary_rate": _needless,
    "lifetime_value": lambda chosen: _money(chosen[:1]),
    "revenue_churn": _revenue,
    "acquisition_cost": lambda chosen: _money(chosen[:1]),
}
