"""Response rates: groups, customers, words; and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx


def sent(rows: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    words = ["answered", "unanswered", "bounced", "broken off", "refused"]
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 90, rows),
            "type": rng.choice(["relational", "transactional"], rows),
            "market": rng.choice(["business", "consumer", None], rows),
            "outcome": rng.choice([*words, None], rows, p=[0.3, 0.5, 0.05, 0.05, 0.05, 0.05]),
        }
    )


@pytest.fixture(scope="module")
def company():
    return cx.load_sample("company")


def test_groups_add_up_to_the_whole():
    whole, parts = cx.response(sent()), cx.response(sent(), by=["type", "market"])
    assert (
        parts.detail[["I", "P", "R", "NC", "UH"]].sum().tolist()
        == whole.detail.iloc[0][["I", "P", "R", "NC", "UH"]].tolist()
    )
    assert parts.n == whole.n
    assert parts.n_missing == whole.n_missing == sent()["outcome"].isna().sum()
    assert parts.table["n_missing"].sum() == whole.n_missing


def test_the_groups_of_the_sample_have_their_published_rate(company):
    found = cx.response(company["invitations"], by=["type", "market"])
    assert dict(
        zip(zip(found.table["type"], found.table["market"], strict=True), found.detail["published"], strict=True)
    ) == {
        ("relational", "business"): 32,
        ("relational", "consumer"): 13,
        ("transactional", "business"): 23,
        ("transactional", "consumer"): 16,
    }
    assert found.detail["above"].tolist() == pytest.approx((found.table["value"] - found.detail["published"]).tolist())
    assert any("without numbers of invitations" in note for note in found.notes)
    assert found.detail["I"].sum() == company["survey"].n_rows
    assert "published" not in cx.response(company["invitations"], by=["type", "market"], published=False).detail
    assert "published" not in cx.response(company["invitations"], by="market").detail


def test_a_customers_invitations_are_kept_together(company):
    clustered = cx.response(company["invitations"])
    plain = cx.response(company["invitations"], cluster=None)
    assert clustered.cluster == "customer"
    assert plain.cluster is None
    width = [row["high"] - row["low"] for row in (clustered.table.iloc[0], plain.table.iloc[0])]
    assert width[0] > 1.2 * width[1]


def test_over_time_it_is_a_metric_like_any_other(company):
    found = cx.metric("response_rate", company["invitations"], period="quarter", rate="delivered")
    assert "Response rate is" in found.headline
    assert found.table["n"].sum() == found.n
    assert type(cx.charts.response(found)).__name__ == "LayerChart"


@pytest.mark.parametrize("values", [[1, 0, 0, 1], [True, False, False, True], ["I", "NC", "NC", "I"]])
def test_flags_and_letters_are_understood(values):
    assert cx.response(pd.DataFrame({"outcome": values})).table["value"].tolist() == [50.0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rate": "RR9"}, "rate: 'RR9' is none of its choices"),
        ({"outcome": "outcom"}, "Did you mean 'outcome'"),
        ({"dispositions": {"answered": "YES"}}, "'YES' is no disposition"),
        ({"e": 2}, "not between 0 and 1"),
    ],
)
def test_what_cannot_be_counted_is_said(options, words):
    with pytest.raises(cx.Problem, match=words):
        cx.response(sent(), **options)


def test_a_word_that_does_not_tell_is_no_guess():
    frame = pd.DataFrame({"outcome": ["answered", "gone fishing"]})
    with pytest.raises(cx.Problem, match="gone fishing"):
        cx.response(frame)
    assert cx.response(frame, dispositions={"Gone fishing ": "O"}).detail["O"].tolist() == [1]


def test_charts_and_words(company):
    found = cx.response(company["invitations"], by=["type", "market"])
    spec = cx.charts.response(found).to_dict()
    ticks = [layer for layer in spec["layer"] if layer["mark"].get("type") == "tick"]
    rows = spec["datasets"][ticks[0]["data"]["name"]]
    assert [row["against"] for row in rows] == [32, 13, 23, 16]
    assert "below the published rate: relational business" in found.headline
