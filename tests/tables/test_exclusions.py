"""Answers that should not count, by the fields of survey tools: proposed with their number, applied when said."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.tables.exclusion import NotCounted

N = 60


def read(**fields: object) -> cx.Table:
    rows = {"answer": [f"A-{i:03d}" for i in range(N)], "csat": [5 if i < 6 else 1 + i % 4 for i in range(N)], **fields}
    return cx.read(pd.DataFrame(rows).to_csv(index=False).encode(), name="survey")


def some(odd: object, usual: object, n: int = 6) -> list[object]:
    return [odd] * n + [usual] * (N - n)


FIELDS = {
    "Qualtrics": ({"Status": some("Survey Preview", "IP Address")}, NotCounted.PREVIEW),
    "Qualtrics codes": (
        {"Status": some(1, 0), "Progress": [100] * N, "Finished": [1] * N, "RecordedDate": ["2024-03-01"] * N,
         "DistributionChannel": ["anonymous"] * N}, NotCounted.PREVIEW),
    "Qualtrics progress": ({"Progress": some(40, 100)}, NotCounted.PARTIAL),
    "Qualtrics finished": ({"Finished": some(False, True)}, NotCounted.PARTIAL),
    "Alchemer": ({"Status": some("Disqualified", "Complete")}, NotCounted.DISQUALIFIED),
    "Alchemer test": ({"Response Status": some("Test", "Complete")}, NotCounted.TEST),
    "SurveyMonkey": ({"Response Status": some("partial", "completed")}, NotCounted.PARTIAL),
    "Typeform": ({"Response Type": some("partial", "completed")}, NotCounted.PARTIAL),
    "Kobo": ({"_validation_status": some("Not approved", "Approved")}, NotCounted.REJECTED),
    "panel": ({"status": some("Quota Full", "Completed")}, NotCounted.DISQUALIFIED),
    "German": ({"Status": some("abgebrochen", "beendet")}, NotCounted.PARTIAL),
    "spam": ({"Is Spam": some("yes", "no")}, NotCounted.SPAM),
    "user": ({"User": ["testuser"] * 6 + [f"user{i % 20}" for i in range(N - 6)]}, NotCounted.TEST),
    "address": ({"Email": ["test+1@shop.com"] * 6 + [f"p{i}@mail.com" for i in range(N - 6)]}, NotCounted.TEST),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "why"), FIELDS.values(), ids=FIELDS)
def test_fields_of_tools(fields: dict[str, list[object]], why: NotCounted) -> None:
    table = read(**fields)
    found = [one for one in table.exclusions if one.why is why]
    assert [one.rows for one in found] == [6]
    assert table.n_rows == N  # nothing is left out unseen
    left = table.without(found)
    assert left.n_rows == N - 6
    assert left.frame["csat"].max() == 4
    assert any(question.what == "records" for question in table.questions)


@pytest.mark.parametrize(
    "fields",
    [
        {"Status": ["open", "closed", "in delivery"] * 20},
        {"Channel": ["test drive", "shop", "web"] * 20},
        {"User": ["Testa", "Contestini", "Greatest"] * 20},
        {"Status": ["Partial"] * 58 + ["Complete"] * 2},  # where nearly all are, the field means something else
        {"type": ["test", "training"] * 30, "csat": [1, 2, 3, 4] * 15},
    ],
)
def test_fields_that_mean_something_else(fields: dict[str, list[object]]) -> None:
    found = read(**fields).exclusions
    assert not [one for one in found if one.why is not NotCounted.TEST]


def test_effect_and_confirmation() -> None:
    table = read(Status=some("Survey Preview", "IP Address"))
    proposal = table.exclusions[0]
    scores = np.array([5 if i < 6 else 1 + i % 4 for i in range(N)])
    assert proposal.effect == pytest.approx(scores[6:].mean() - scores.mean())
    assert proposal.outcome == "csat"
    question = next(q for q in table.questions if q.what == "records")
    confirmed = table.answered({question: "leave them out"})
    assert confirmed.n_rows == N - 6
    kept = table.answered({question: "count them"})
    assert kept.n_rows == N
    assert not kept.questions
    assert any(guess.what == "records" for guess in cx.outcomes(table).basis.guesses)
    assert not any(guess.what == "records" for guess in cx.outcomes(kept).basis.guesses)
