"""The checks of an audit: each looks at all entries and says what is wrong, why, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cxanalysis.catalogue.cut_off import CutOff, cut_of, family, moved
from cxanalysis.catalogue.entry import BRANCHES, ELEMENTS, Entry, same_metric
from cxanalysis.catalogue.not_experience import verdict
from cxanalysis.catalogue.placing import words_of
from cxanalysis.numbers import THIN, day, number
from cxanalysis.tables.table import Table

NOT_EXPERIENCE: Final = "no benefit to the customer"
CUT_OFFS: Final = "different cut-offs"
SAME_NAME: Final = "same name, other formula"
SAME_FORMULA: Final = "same formula, other name"
NO_OWNER: Final = "nobody answers for it"
NO_TRACKER: Final = "nobody tracks it"
NO_DEFINITION: Final = "no definition"
NO_DENOMINATOR: Final = "no denominator"
OVERDUE: Final = "review overdue"
NEVER: Final = "never reviewed"
NO_ELEMENT: Final = "element without a metric"
NO_BRANCH: Final = "branch without a metric"
NO_DEPARTMENT: Final = "department without a metric"


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is wrong; `entries` are those it concerns (none for a gap)."""

    check: str
    severity: str
    finding: str
    advice: str
    entries: tuple[Entry, ...] = ()
    moved: int | None = None


@dataclass(frozen=True, slots=True)
class AuditedCatalogue:
    """What the checks look at: entries, departments, tables at hand, the day, and the usual days between reviews."""

    entries: tuple[Entry, ...]
    departments: tuple[str, ...]
    tables: Mapping[str, Table] = field(default_factory=dict)
    today: dt.date = dt.date.min
    review_days: int = 365

    @property
    def of_experience(self) -> tuple[Entry, ...]:
        """Entries that measure the customer's experience, or of which somebody said so."""
        return tuple(e for e in self.entries if NOT_EXPERIENCE in e.overruled or verdict(e) is None)


def not_experience(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Metrics that measure no benefit to the customer, by the stated rules."""
    for entry in looked.entries:
        found = verdict(entry)
        if found is not None:
            yield AuditFinding(
                NOT_EXPERIENCE,
                "misleads",
                f"“{entry.name}” is no customer-experience metric: its {found.where} says “{found.word}”, so it counts "
                f"{found.rule.counts}. {found.rule.why}.",
                "Track it elsewhere, or overrule this with a reason",
                (entry,),
            )


def cut_offs(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Scores of one family that count somebody as satisfied from another answer on."""
    groups: dict[tuple[str, int, int], list[tuple[Entry, CutOff]]] = {}
    for entry in looked.entries:
        kind, cut = family(entry), cut_of(entry, looked.tables)
        if kind is not None and cut is not None:
            groups.setdefault((kind, cut.low, cut.high), []).append((entry, cut))
    for found in groups.values():
        cuts = {cut for _, cut in found}
        if len(cuts) < 2:
            continue
        said = "; ".join(f"“{entry.name}” counts {cut.describe()}" for entry, cut in found)
        shift = moved(cuts, looked.tables)
        size = "How many answers this moves cannot be counted here."
        if shift is not None:
            size = (
                f"In {shift.table}.{shift.column} this moves {shift.n:,} of {shift.of:,} answers: "
                f"{number(shift.strict)}{THIN}% against {number(shift.lenient)}{THIN}%."
            )
        entries = tuple(entry for entry, _ in found)
        advice = "Agree on one cut-off, and compare no figures until then"
        yield AuditFinding(CUT_OFFS, "misleads", f"{said}. {size}", advice, entries, None if shift is None else shift.n)


def same_name(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """One name, several formulas."""
    for entries in _grouped(looked.entries, lambda entry: words_of(entry.name)):
        formulas = {_meaning(entry, looked) for entry in entries if _formula(entry)}
        # A formula that only goes on where another ends says the same and more.
        formulas = {one for one in formulas if not any(one != other and one.startswith(other) for other in formulas)}
        if len(formulas) > 1:
            said = "; ".join(f"{e.department or 'no department'}: {e.formula or e.definition}" for e in entries)
            yield AuditFinding(
                SAME_NAME,
                "misleads",
                f"“{entries[0].name}” stands for {len(formulas)} formulas. {said}.",
                "Give each its own name",
                entries,
            )


def same_formula(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """One formula, several names."""
    for entries in _grouped(looked.entries, _formula):
        names = list(dict.fromkeys(entry.name for entry in entries))
        if len({words_of(name) for name in names}) > 1:
            said = " and ".join(f"“{name}”" for name in names)
            yield AuditFinding(
                SAME_FORMULA,
                "to know",
                f"{said} have one formula: {entries[0].formula}.",
                "Keep one name",
                entries,
            )
    computed = [entry for entry in looked.entries if entry.step is not None]
    for place, entry in enumerate(computed):
        for other in computed[place + 1 :]:
            if same_metric(entry.step, other.step) and _formula(entry) != _formula(other):
                yield AuditFinding(
                    SAME_FORMULA,
                    "to know",
                    f"“{entry.name}” and “{other.name}” are computed by the same call.",
                    "Keep one",
                    (entry, other),
                )


def unowned(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Metrics that nobody answers for, and that nobody tracks."""
    for entry in looked.entries:
        if not entry.owner:
            advice = "Name one person who answers for its change"
            yield AuditFinding(NO_OWNER, "weakens", f"Nobody answers for “{entry.name}”.", advice, (entry,))
        if not entry.tracked_by and not entry.computed_here:
            advice = "Name who records it"
            yield AuditFinding(NO_TRACKER, "to know", f"Nobody tracks “{entry.name}”.", advice, (entry,))


def undefined(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Metrics without a definition or a denominator."""
    for entry in looked.entries:
        if not entry.definition and not entry.formula:
            advice = "Write down what it measures, and how"
            yield AuditFinding(NO_DEFINITION, "weakens", f"“{entry.name}” has no definition.", advice, (entry,))
        elif not entry.denominator:
            said = f"“{entry.name}” does not say what is counted below the line."
            yield AuditFinding(
                NO_DENOMINATOR,
                "weakens",
                said,
                "State the denominator: of which customers, orders or answers",
                (entry,),
            )


def overdue(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Metrics whose review is overdue, or that were never reviewed."""
    for entry in looked.entries:
        if entry.reviewed is None:
            if not entry.computed_here:
                said = f"“{entry.name}” was never reviewed."
                yield AuditFinding(NEVER, "to know", said, "Review it and note the day", (entry,))
            continue
        every = entry.review_every_days
        due = dt.date.fromisoformat(entry.reviewed) + dt.timedelta(days=every or looked.review_days)
        if due < looked.today:
            late = (looked.today - due).days
            cycle = f"every {every} days" if every else f"every {looked.review_days} days where nothing is said"
            said = f"“{entry.name}” was last reviewed on {day(entry.reviewed)} ({cycle}): overdue by {late:,} days."
            yield AuditFinding(
                OVERDUE, "to know", said, "Check definition, source and owner, and note the day", (entry,)
            )


def gaps(looked: AuditedCatalogue) -> Iterator[AuditFinding]:
    """Elements, branches and departments without a metric of the customer's experience."""
    measured = looked.of_experience
    for element in ELEMENTS:
        if all(entry.element != element for entry in measured):
            said = f"No metric measures the {element}."
            yield AuditFinding(NO_ELEMENT, "weakens", said, "Add one, or say in its entry which metric measures it")
    for branch, what in BRANCHES.items():
        if all(entry.branch != branch for entry in measured):
            said = f"No metric stands for {branch}: {what}."
            yield AuditFinding(NO_BRANCH, "weakens", said, "Add one, or place a metric there")
    busy = {entry.department.casefold() for entry in measured}
    for department in looked.departments:
        if department.casefold() not in busy:
            advice = "Ask what its customers notice of its work, and measure that"
            yield AuditFinding(NO_DEPARTMENT, "weakens", f"{department} has no customer-experience metric.", advice)


CHECKS: Final[tuple[Callable[[AuditedCatalogue], Iterator[AuditFinding]], ...]] = (
    not_experience,
    cut_offs,
    same_name,
    unowned,
    undefined,
    gaps,
    overdue,
    same_formula,
)


def _grouped(entries: Sequence[Entry], key: Callable[[Entry], str]) -> list[tuple[Entry, ...]]:
    """Entries with the same key, where there are several; those without a key are left out."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if key(entry):
            groups.setdefault(key(entry), []).append(entry)
    return [tuple(found) for found in groups.values() if len(found) > 1]


def _meaning(entry: Entry, looked: AuditedCatalogue) -> str:
    """A formula for comparing; where it only says from which answer on somebody counts, that answer."""
    cut = cut_of(entry, looked.tables) if family(entry) == "csat" else None
    return _formula(entry) if cut is None else cut.describe()


def _formula(entry: Entry) -> str:
    """A formula for comparing: its words, and its denominator where the formula has no line of division."""
    base = "" if "/" in entry.formula else entry.denominator
    return words_of(entry.formula, base) if entry.formula else ""
