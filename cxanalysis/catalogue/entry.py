"""One metric of the organisation: what it means, where it comes from, who answers for it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from html import escape
from typing import Any, Final

from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step

#: Branches of the tree, and what a metric on each of them measures.
BRANCHES: Final[Mapping[str, str]] = {
    "value": "what the relationship is worth, to the customer and to us",
    "satisfaction": "how good the experience was",
    "loyalty": "whether customers stay and come back",
    "advocacy": "whether customers speak for us",
}
#: The six elements of an experience that an organisation should measure.
ELEMENTS: Final = (
    "desired attributes",
    "attitudes",
    "unmet needs",
    "dissatisfaction points",
    "areas for improvement",
    "importance of dissatisfaction points",
)
DIRECTIONS: Final = ("high", "low")
#: Arguments of a step that say of whom, when and how surely, but not what is measured.
NOT_THE_METRIC: Final = frozenset({"by", "period", "date", "confidence", "cluster", "weight", "resamples", "seed"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A metric in the catalogue, computed here or elsewhere.

    Parameters
    ----------
    name : str
        As people call it. Two entries may share a name: then the audit asks which one is meant.
    key : str
        What tells entries apart in a workspace; made from the name when the entry is added.
    definition, formula, denominator, unit : str
        Empty where nobody wrote them down.
    source : str
        The system the numbers come from.
    department, tracked_by, owner : str
        Whose metric it is, who records it, and who answers for its change.
    reviewed : str or None
        Day of the last review, ISO.
    review_every_days : int or None
    branch : str or None
        One of `BRANCHES`.
    element : str or None
        One of `ELEMENTS`.
    scale, cut_off : str
        As written: "1-5", "4-5 of 5".
    direction : str
        "high" or "low": which end is good.
    under : str or None
        Key of the metric that this one explains in the tree.
    step : Step or None
        The call that computes it here.
    computed_from : mapping of str → str
        Table → content token, as they were when the step filled this entry in.
    overruled : mapping of str → str
        Finding of the audit → why it does not hold here.
    note : str

    Raises
    ------
    Problem
        If it has no name, or a field holds what it cannot mean.

    Examples
    --------
    >>> entry = Entry("CSAT", definition="share of 4 and 5", owner="Head of Service", branch="satisfaction")
    >>> entry.lacks
    ('denominator', 'tracked_by', 'reviewed')
    >>> entry.as_json()["owner"]
    'Head of Service'
    """

    name: str
    key: str = ""
    definition: str = ""
    formula: str = ""
    denominator: str = ""
    unit: str = ""
    source: str = ""
    department: str = ""
    tracked_by: str = ""
    owner: str = ""
    reviewed: str | None = None
    review_every_days: int | None = None
    branch: str | None = None
    element: str | None = None
    scale: str = ""
    cut_off: str = ""
    direction: str = "high"
    under: str | None = None
    step: Step | None = None
    computed_from: Mapping[str, str] = field(default_factory=dict)
    overruled: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise Problem("a metric needs a name", do="Give it the name people use")
        where = f"metric '{self.name}'"
        if self.branch is not None and self.branch not in BRANCHES:
            raise Problem(f"'{self.branch}' is no branch of the tree", where=where, do=f"Use {', '.join(BRANCHES)}")
        if self.element is not None and self.element not in ELEMENTS:
            raise Problem(f"'{self.element}' is no element", where=where, do=f"Use one of: {', '.join(ELEMENTS)}")
        if self.direction not in DIRECTIONS:
            raise Problem(f"'{self.direction}' is no direction", where=where, do='Use "high" or "low": the good end')
        if self.review_every_days is not None and not 0 < self.review_every_days < 36_525:
            raise Problem("a review must come round within 1 to 36,524 days", where=where, do="Give it in days")
        object.__setattr__(self, "name", " ".join(self.name.split()))
        object.__setattr__(self, "reviewed", iso_day(self.reviewed, where))

    @property
    def lacks(self) -> tuple[str, ...]:
        """Fields of the passport that nobody filled in."""
        needed = ("definition", "denominator", "tracked_by", "owner", "reviewed")
        return tuple(name for name in needed if not getattr(self, name))

    @property
    def computed_here(self) -> bool:
        """Whether a step computes it from tables at hand."""
        return self.step is not None

    def next_review(self) -> dt.date | None:
        """When the next review is due; None where nobody said how often, or when the last was."""
        if self.reviewed is None or self.review_every_days is None:
            return None
        return dt.date.fromisoformat(self.reviewed) + dt.timedelta(days=self.review_every_days)

    def with_(self, **changed: Any) -> Entry:
        """A copy with some fields changed."""
        unknown = [name for name in changed if name not in FIELDS]
        if unknown:
            raise Problem(f"a metric has no field '{unknown[0]}'", do=f"Its fields are: {', '.join(FIELDS)}")
        return replace(self, **changed)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, for the disk."""
        out = asdict(replace(self, step=None))
        out["step"] = None if self.step is None else self.step.to_json()
        return out

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | str) -> Entry:
        """The entry that `as_json` wrote."""
        found = json.loads(value) if isinstance(value, str) else dict(value)
        step = found.get("step")
        return cls(**{**found, "step": None if step is None else Step.from_json(step)})

    def _repr_html_(self) -> str:
        rows = [(name, getattr(self, name)) for name in FIELDS if getattr(self, name) not in ("", None, {})]
        cells = "".join(f"<tr><th>{escape(n.replace('_', ' '))}</th><td>{escape(str(v))}</td></tr>" for n, v in rows)
        return f"<table>{cells}</table>"


FIELDS: Final = tuple(entry_field.name for entry_field in fields(Entry))
#: Fields that say what a metric means: a change of one of them is a change of definition.
MEANING: Final = ("definition", "formula", "denominator", "unit", "scale", "cut_off", "direction", "step")


def iso_day(value: str | dt.date | None, where: str) -> str | None:
    """A day as ISO text; None and empty stay None."""
    if value is None or value == "":
        return None
    try:
        return value.isoformat()[:10] if isinstance(value, dt.date) else dt.date.fromisoformat(value).isoformat()
    except (ValueError, TypeError) as error:
        raise Problem(f"'{value}' is no date", where=where, do="Write it as 2025-06-30") from error


def same_metric(one: Step | None, other: Step | None) -> bool:
    """Whether two steps measure the same thing, whoever of, whenever and however surely.

    Examples
    --------
    >>> nps = Step("nps", ("survey",), {"score": "recommend"})
    >>> same_metric(nps, Step("nps", ("survey",), {"score": "recommend", "by": "market"}))
    True
    """
    if one is None or other is None or (one.call, one.tables) != (other.call, other.tables):
        return False

    def what(step: Step) -> dict[str, Any]:
        return {name: value for name, value in step.arguments.items() if name not in NOT_THE_METRIC}

    return what(one) == what(other)


def filled(entry: Entry, passport: Any, tokens: Mapping[str, str]) -> Entry:
    """An entry whose meaning is the passport of what its step computed, from tables of these tokens."""
    return entry.with_(
        definition=passport.definition,
        formula=passport.formula,
        denominator=passport.denominator,
        unit=passport.unit,
        computed_from=dict(tokens),
    )


def entries_of(catalogue: Any) -> tuple[Entry, ...]:
    """Entries of a catalogue, an inventory, or a list of entries."""
    found = getattr(catalogue, "entries", catalogue)
    found = list(found.values()) if isinstance(found, Mapping) else found
    if not isinstance(found, Sequence) or isinstance(found, str) or not all(isinstance(e, Entry) for e in found):
        raise Problem(
            f"a {type(catalogue).__name__} is no catalogue of metrics",
            do="Hand over workspace.catalogue, an inventory, or a list of cx.Entry",
        )
    return tuple(found)
