"""From a point of a chart to the answers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import narwhals as nw
import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis.arguments import check_column, check_confidence, check_mapping, check_text, check_whole
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.columns.kinds import ANSWER_KINDS
from cxanalysis.engine.frame_columns import starts
from cxanalysis.labels import called, labels_of
from cxanalysis.link.other_windows import other_window_columns
from cxanalysis.metrics.intervals import wilson
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.monitor import calendar
from cxanalysis.monitor.series import NO_GROUP, day_named, words_for
from cxanalysis.numbers import count, percent
from cxanalysis.problem import Problem
from cxanalysis.result import Result
from cxanalysis.tables.opened import opened
from cxanalysis.tables.table import Table

#: Rows handed over if nobody asks for another number.
ROWS: Final = 100
#: Most rows: this is for reading, not for taking the table away.
MOST_ROWS: Final = 1000
#: Roles whose columns point at a person, and are never shown.
PERSONAL: Final = ("id", "customer", "order", "ignore")
#: Roles shown beside the score, in this order.
SHOWN: Final = ("text", "flag", "rating", "csat", "ces", "nps", "category")
#: What more is shown of an order, a contact or a complaint.
OF_EVENTS: Final = ("amount", "number", "date", "due", "closed")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Behind(Result):
    """The answers of one period; of orders, contacts or complaints the events.

    Attributes
    ----------
    table : DataFrame
        The rows: date, score, then free text, failures, ratings and groups; those with words first, the worst score
        first among them; of a failure, those it hit first. Columns that point at a person are not there.
    flags : DataFrame
        One row a failure: `flag`, `cases`, `share` with `low` and `high` in this period, `elsewhere` (share in all
        other periods), `difference` with `difference_low`, `difference_high`; all in %, the largest rise first.
    start, every, score : str
        First day (ISO) and length of the period; the column of the score.
    hidden : tuple of str
        Columns left out because they point at a person or are set aside.
    basis : Basis
        n: answers in the period, of which `table` has at most `limit`; left out: rows of the period without a score.
    notes : tuple of str
    counts : str
        What a row is: "answer" or "event".

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"answered": pd.to_datetime(["2025-01-06", "2025-01-07", "2025-01-14"]),
    ...                         "recommend": [9, 2, 7], "said": ["fine", "late again", ""]})
    >>> table = cx.Table(answers, name="survey", roles={"answered": "date", "recommend": "nps", "said": "text"})
    >>> cx.behind(table, "recommend", period="2025-01-06", every="week").table["said"].tolist()
    ['late again', 'fine']
    """

    table: pd.DataFrame
    flags: pd.DataFrame
    start: str
    every: str
    score: str
    hidden: tuple[str, ...]
    basis: Basis
    notes: tuple[str, ...]
    counts: str = "answer"
    shown_tables: ClassVar[tuple[str, ...]] = ("flags", "table")

    @property
    def headline(self) -> str:
        """How many answers, the failure asked for, and which other one was more frequent than otherwise."""
        when = named_period(self.start, self.every)
        if not self.n:
            return f"{'Nobody answered' if self.counts == 'answer' else f'There is no {self.counts}'} in {when}."
        start = f"{count(self.n)} {words_for(self.counts, self.n)} in {when}"
        own = self.flags[self.flags["flag"] == self.score]
        risen = self.flags[(self.flags["difference_low"] > 0) & (self.flags["flag"] != self.score)]
        said = [self._against(row) for rows in (own, risen) for row in rows.head(1).to_dict("records")]
        if said:
            return f"{start}: {'; '.join(said)}."
        return f"{start}." if self.flags.empty else f"{start}; no failure was clearly more frequent than otherwise."

    def _against(self, row: Mapping[Any, Any]) -> str:
        """A failure in this period and otherwise."""
        now = percent(row["share"] / 100, row["low"] / 100, row["high"] / 100)
        return f"{called(row['flag'], self)} in {now}, otherwise in {percent(row['elsewhere'] / 100)}"


def behind(
    data: Any,
    score: str | None = None,
    *,
    period: str,
    every: str = "week",
    group: Mapping[str, Any] | None = None,
    date: str | None = None,
    limit: int = ROWS,
    confidence: float = 0.95,
) -> Behind:
    """Which answers are behind this point, and what had gone wrong before them?

    Parameters
    ----------
    data : Table or frame
        Of a plain frame, whose roles nobody knows, only the date, the score and the group columns are shown.
    score : str, optional
        Column of the score, or of a failure; without it the table's score.
    period : str
        Any day of the period (ISO).
    every : str
        "day", "week", "month" or "quarter".
    group : mapping of column → value, optional
    date : str, optional
        Date column; without it the table's one column of role "date".
    limit : int
        Rows handed over, at most 1,000.
    confidence : float
        Of the intervals of shares (Wilson) and of their differences (Newcombe 1998, method 10).

    Returns
    -------
    Behind

    Raises
    ------
    Problem
        If a column is not there or the period is no date.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"answered": pd.to_datetime(["2025-01-06", "2025-01-14"]), "recommend": [9, 2]})
    >>> cx.behind(answers, "recommend", period="2025-01-13", date="answered").headline
    '1 answer in the week of 2025-01-13.'
    """
    calendar.checked(every)
    check_whole(limit, "limit", low=1, do=f"Use 1 to {MOST_ROWS:,}")
    if limit > MOST_ROWS:
        raise Problem(f"{limit:,} rows are too many to read", where="limit", do=f"Use 1 to {MOST_ROWS:,}")
    check_confidence(confidence)
    group = {} if group is None else check_mapping(group, "group", do="Write group={'market': 'B2B'}")
    start = _start(period, every)
    columns, roles = _columns(data)
    score = _role(data, "score") if score is None else check_text(score, "score")
    date = _role(data, "date") if date is None else check_text(date, "date")
    for argument, column in (("date", date), ("score", score), *(("group", column) for column in group)):
        check_column(column, columns, argument)
    asked = [date, score, *group]
    flags = list(data.failures) if isinstance(data, Table) else []
    is_event = isinstance(data, Table) and data.kind is not None and data.kind not in ANSWER_KINDS
    shown = (*SHOWN, *OF_EVENTS) if is_event else SHOWN
    words = [c for role in shown for c in columns if roles.get(c) == role and c not in asked]
    hidden = tuple(c for c in columns if c not in asked and roles.get(c, "ignore") in PERSONAL)
    # An event id that appears twice counts once, as in the failure rate.
    once = data.column_of("id") if is_event else None
    narrow = _read(data, list(dict.fromkeys([*asked, *flags, *([once] if once else [])])))
    in_group = _in_group(narrow, group)
    repeated = narrow[once].duplicated() & narrow[once].notna() if once else pd.Series(False, index=narrow.index)
    rows = narrow[score].notna() & in_group & ~repeated
    when = _days_of(narrow[date], date)
    in_period = (when >= start) & (when < calendar.after(start, every))
    inside = rows & in_period
    found = _rows(data, inside.to_numpy(), list(dict.fromkeys([date, score, *words, *group])))
    counts = "event" if is_event else "answer"
    notes = [f"{count(min(len(found), limit))} of {count(len(found))} {words_for(counts, 2)} are shown."]
    labels = labels_of(data, [*columns])
    # What a failure would be in other windows says nothing new.
    nothing_new = other_window_columns(data) if isinstance(data, Table) else frozenset()
    told = [labels[column] for column in hidden if column not in nothing_new]
    if told:
        notes.append(f"Not shown, because they point at a person or are set aside: {', '.join(told)}.")
    left_out = (
        LeftOut(int((in_period & in_group & narrow[score].isna()).sum()), Reason.NO_ANSWER, score),
        LeftOut(int((in_period & in_group & narrow[score].notna() & repeated).sum()), Reason.DUPLICATE, once),
    )
    last = calendar.after(start, every) - np.timedelta64(1, "D")
    basis = opened(data).basis(
        [*asked, *flags],
        n=int(inside.sum()),
        counts=counts,
        period=(str(start), str(last)),
        confidence=confidence,
        left_out=tuple(one for one in left_out if one.rows),
        labels=labels,
    )
    return Behind(
        table=_ordered(found, data, score, roles).head(limit).reset_index(drop=True),
        flags=_flags(narrow, flags, inside.to_numpy(), (rows & ~inside).to_numpy(), confidence),
        start=str(start),
        every=every,
        score=score,
        hidden=hidden,
        basis=_of_group(basis, group),
        notes=tuple(notes),
        counts=counts,
    )


def _of_group(basis: Basis, group: Mapping[str, Any]) -> Basis:
    """The basis of the rows of a group only."""
    if not group:
        return basis
    first, *others = basis.sources
    kept = {column: [NO_GROUP if value is None else value] for column, value in group.items()}
    return basis.with_(sources=(replace(first, part=(*first.part, kept)), *others))


def _days_of(values: pd.Series, date: str) -> Any:
    """The day of each row; days may be written as ISO texts."""
    if pd.api.types.is_numeric_dtype(values):
        raise Problem(f"'{date}' holds numbers, not dates", where="date", do="Name a column of dates")
    # Only 2024-03-31 is unmistakable; other ways of writing a date are the business of `cx.read`.
    written = None if pd.api.types.is_datetime64_any_dtype(values) else "ISO8601"
    moments = pd.to_datetime(values, errors="coerce", utc=True, format=written)
    if moments.isna().all() and values.notna().any():
        raise Problem(f"'{date}' holds no dates", where="date", do="Name a column of dates")
    return calendar.days(moments.dt.tz_localize(None).to_numpy())


def _start(period: Any, every: str) -> np.datetime64:
    when = day_named(period, "period")
    return starts(np.array([when.to_datetime64()], dtype="datetime64[us]"), every).astype("datetime64[D]")[0]


def _columns(data: Any) -> tuple[tuple[str, ...], dict[str, str]]:
    if isinstance(data, Table):
        return data.columns, data.roles
    try:
        return tuple(nw.from_native(data).collect_schema().names()), {}
    except TypeError as error:
        raise Problem(f"a {type(data).__name__} is no table", do="Use a Table or a data frame") from error


def _role(data: Any, role: str) -> str:
    found = (data.score if role == "score" else data.column_of(role)) if isinstance(data, Table) else None
    if found is None:
        raise Problem(f"it is not known which column holds the {role}", do=f"Name one with {role}=")
    return str(found)


def _read(data: Any, columns: list[str]) -> pd.DataFrame:
    """Some columns as a pandas frame."""
    if isinstance(data, Table):
        return data.only(columns).reset_index(drop=True)
    frame = nw.from_native(data).lazy().select(columns).collect()
    return frame.to_pandas().reset_index(drop=True)


def _rows(data: Any, inside: Any, columns: list[str]) -> pd.DataFrame:
    """The rows of one period, all columns that are shown."""
    return _read(data, columns)[inside]


def _in_group(frame: pd.DataFrame, group: Mapping[str, Any]) -> pd.Series:
    inside = pd.Series(True, index=frame.index)
    for column, value in group.items():
        words = frame[column].astype(object).where(frame[column].notna(), NO_GROUP).astype(str)
        inside &= words == str(NO_GROUP if value is None else value)
    return inside


def _ordered(found: pd.DataFrame, data: Any, score: str, roles: Mapping[str, str]) -> pd.DataFrame:
    """Answers with words first, the worst score first among them; of a failure, those it hit first."""
    texts = [c for c in found.columns if roles.get(c) == "text"]
    said = pd.Series(False, index=found.index)
    for column in texts:
        said |= found[column].fillna("").astype(str).str.strip() != ""
    scale = data.scales.get(score) if isinstance(data, Table) else None
    is_failure = isinstance(data, Table) and score in data.failures
    up = (scale is None or scale.higher_is_better) and not is_failure
    order = pd.DataFrame({"said": ~said, "score": pd.to_numeric(found[score], errors="coerce") * (1 if up else -1)})
    first = ["score", "said"] if is_failure else ["said", "score"]
    return found.loc[order.sort_values(first, kind="stable").index]


def _flags(frame: pd.DataFrame, flags: list[str], inside: Any, outside: Any, confidence: float) -> pd.DataFrame:
    """Each failure in this period and otherwise."""
    z = stats.norm.ppf((1 + confidence) / 2)
    rows = []
    for flag in flags:
        value = pd.to_numeric(frame[flag], errors="coerce").to_numpy(float)
        here, there = value[inside & np.isfinite(value)], value[outside & np.isfinite(value)]
        if not len(here) or not len(there):
            continue
        p, q = float(here.mean()), float(there.mean())
        (low, high), (low_q, high_q) = wilson(p, len(here), z), wilson(q, len(there), z)
        difference = p - q
        ends = (difference - np.hypot(p - low, high_q - q), difference + np.hypot(high - p, q - low_q))
        values = (p, low, high, q, difference, *ends)
        rows.append((flag, int(here.sum()), *(100 * float(x) for x in values)))
    names = ["flag", "cases", "share", "low", "high", "elsewhere", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=names).sort_values(
        "difference", ascending=False, kind="stable", ignore_index=True
    )
