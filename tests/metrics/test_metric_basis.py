"""What a metric says it rests on: the part of the table, rows left out and why, the customer, guesses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.result import Result


@pytest.fixture(scope="module")
def company() -> dict[str, cx.Table]:
    return cx.load_sample("company")


#: Metric → tables and options.
CALLS = {
    "nps": (("survey",), {}),
    "csat": (("survey",), {"neutral": "out"}),
    "ces": (("survey",), {}),
    "rating": (("survey",), {"score": "rate_delivery"}),
    "response_rate": (("invitations",), {}),
    "first_contact_resolution": (("contacts",), {"how": "repeat", "reason": "reason"}),
    "handle_time": (("contacts",), {"seconds": "handle_seconds"}),
    "resolution_time": (("contacts",), {"resamples": 20}),
    "complaint_rate": (("complaints", "customers"), {}),
    "failure_rate": (("operations",), {}),
    "unnecessary_rate": (("contacts", "operations"), {}),
    "survival": (("customers",), {"after_days": [90, 365]}),
    "churn": (("customers",), {}),
    "retention": (("customers",), {"period": "quarter"}),
    "revenue_churn": (("customers", "transactions"), {"amount": "margin"}),
    "churn_without_contract": (("transactions",), {}),
    "repeat_purchase_rate": (("transactions",), {}),
    "lifetime_value": (("transactions",), {"how": "simple"}),
    "acquisition_cost": (("spend", "customers"), {}),
    "active_users": (("usage", "customers"), {"period": "month"}),
}


def a_part(table: cx.Table) -> tuple[str, cx.Table]:
    """The most frequent group of one of the first categories (or flags), and the column."""
    column = table.columns_of("category", "flag")[:2][-1]
    return column, table.where({column: table.levels(column)[0]})


@pytest.mark.parametrize("name", CALLS)
def test_every_metric_names_the_part(company, name):
    tables, options = CALLS[name]
    column, part = a_part(company[tables[0]])
    found = cx.metric(name, part, *(company[other] for other in tables[1:]), **options)
    assert isinstance(found, Result)
    assert any(source.part for source in found.basis.sources)
    words = " · ".join(found.facts)
    assert f"'{column}' is" in words
    assert words.replace("'", "&#x27;") in found._repr_html_()
    assert {source.name for source in found.basis.sources} == {company[table].name for table in tables}
    assert all(source.token for source in found.basis.sources)


def test_other_results_name_the_part_too(company):
    _, part = a_part(company["survey"])
    _, asked = a_part(company["invitations"])
    weights = cx.rake(part, asked, fields=["type"])
    both = cx.beside("nps", cx.Table(part.frame.assign(w=1.0), name="s", roles={"w": "weight"}), score="recommend")
    _, log = a_part(company["transactions"])
    results = [
        cx.definitions("nps", part), weights, cx.answered(asked), cx.metrics([part]),
        cx.purchase_models(log, resamples=2, models=["BG/NBD"]),
    ]  # fmt: skip
    for result in results:
        assert isinstance(result, Result)
        assert any("only rows where" in fact for fact in result.facts)
    assert isinstance(both, Result)
    assert both.weight == "w"
    assert len(weights.basis.sources) == 2
    assert weights.table.columns[0] == "field"
    assert weights.answers.roles["weight"] == "weight"


def test_the_customer_of_the_table_is_the_cluster_unless_asked_otherwise(company):
    survey = company["survey"]
    for found in (cx.nps(survey), cx.csat(survey), cx.ces(survey), cx.metric("rating", survey, score="rate_delivery")):
        assert found.basis.cluster.column == "customer"
        assert not found.basis.cluster.asked
        assert 1 < found.basis.cluster.effective <= found.basis.cluster.n
        assert any("rows of one customer count as one unit" in fact for fact in found.facts)
    named = cx.nps(survey, cluster="customer")
    assert named.basis.cluster.asked
    pd.testing.assert_frame_equal(named.table, cx.nps(survey).table)
    none = cx.nps(survey, cluster=None)
    assert none.basis.cluster is None
    width = [float((e.table["high"] - e.table["low"]).iloc[0]) for e in (named, none)]
    assert width[0] > 1.1 * width[1]


def test_a_customer_who_never_answers_twice_is_no_cluster():
    frame = pd.DataFrame({"r": [9.0, 10, 3, 7], "who": list("abcd")})
    table = cx.Table(frame, name="t", roles={"r": "nps", "who": "customer"})
    assert cx.nps(table).cluster is None
    pd.testing.assert_frame_equal(cx.nps(table).table, cx.nps(frame, "r").table)


def test_rows_left_out_are_typed_and_said():
    frame = pd.DataFrame(
        {"r": [9.0, 10, 3, np.nan, 8], "w": [1.0, 0, 1, 1, np.nan], "day": ["2025-01-01"] * 4 + [None]}
    )
    found = cx.nps(frame, "r", weight="w", date="day", period="month")
    assert set(found.basis.left_out) == {
        LeftOut(1, Reason.NO_DATE, "day"),
        LeftOut(1, Reason.NO_ANSWER, "r"),
        LeftOut(1, Reason.NO_WEIGHT, "w"),
    }
    assert found.n_excluded == 3
    assert "1 row without an answer in 'r'" in " ".join(found.facts)


def test_a_guessed_role_is_in_the_result():
    frame = pd.DataFrame({"r": [9.0, 10, 3, 7]})
    table = cx.Table(frame, name="t", roles={"r": "nps"}, reasons={"r": (0.4, "whole numbers up to 10")})
    (guess,) = cx.nps(table, "r").basis.guesses
    assert (guess.column, guess.taken, guess.sure) == ("r", "nps", 0.4)
    assert any("not confirmed: r is taken as nps" in fact for fact in cx.nps(table, "r").facts)
