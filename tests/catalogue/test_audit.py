"""The audit: every fault planted in the sample's list, rules by example, and what must not be found."""

from __future__ import annotations

import pytest

import cxanalysis as cx
from cxanalysis.catalogue.audit_checks import NOT_EXPERIENCE
from cxanalysis.catalogue.cut_off import CutOff, cut_of
from cxanalysis.catalogue.not_experience import verdict
from sample_data.inventory import FAULTS, TODAY


@pytest.fixture(scope="module")
def company():
    return cx.load_sample("company")


@pytest.fixture(scope="module")
def found(company):
    return cx.audit(cx.inventory(cx.sample_path("inventory")), tables=company, today=TODAY)


def of(audit, check):
    return audit.table[audit.table["check"] == check]


def test_two_scores_with_different_cut_offs(found, company):
    row = of(found, "different cut-offs").iloc[0]
    assert tuple(row["metrics"]) == FAULTS["different cut-offs"]
    answers = company["survey"].frame["csat"].dropna()
    assert row["moved"] == ((answers >= 4) & (answers < 5)).sum()  # counted independently
    assert f"{row['moved']:,.0f} of {len(answers):,}" in row["finding"]
    assert row["severity"] == "misleads"


def test_a_cross_sell_rate_called_customer_experience(found):
    metrics = [name for names in of(found, NOT_EXPERIENCE)["metrics"] for name in names]
    assert metrics == [*FAULTS["cost, not experience"], *FAULTS["not customer experience"]]
    (said,) = [text for text in of(found, NOT_EXPERIENCE)["finding"] if "Customer experience score" in text]
    assert "second product line" in said
    assert "not what they get from it" in said


def test_a_metric_that_nobody_owns(found):
    assert [tuple(names) for names in of(found, "nobody answers for it")["metrics"]] == [
        FAULTS["nobody answers for it"]
    ]


def test_the_other_planted_faults(found):
    assert [tuple(names) for names in of(found, "review overdue")["metrics"]] == [FAULTS["review overdue"]]
    assert [tuple(names) for names in of(found, "same name, other formula")["metrics"]] == [
        FAULTS["same name, other formula"]
    ]
    (said,) = of(found, "department without a metric")["finding"]
    assert FAULTS["department without a metric"][0] in said


def test_nothing_else_misleads(found):
    assert len(found.table[found.table["severity"] == "misleads"]) == 4


def test_an_overruling_is_kept_and_told_last(tmp_path):
    catalogue = cx.Workspace(tmp_path).catalogue
    entry = catalogue.add(cx.Entry("Cost per lead"))
    catalogue.overrule(entry.key, NOT_EXPERIENCE, "customers pay by the lead")
    again = cx.audit(cx.Workspace(tmp_path).catalogue)
    last = again.table.iloc[-1]
    assert (last["check"], last["overruled"], last["reason"]) == (NOT_EXPERIENCE, True, "customers pay by the lead")
    assert NOT_EXPERIENCE not in set(again.open["check"])
    assert catalogue.history(entry.key)[-1].entry.overruled == {NOT_EXPERIENCE: "customers pay by the lead"}


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("Cross-selling rate", ""), ("Upsell per customer", ""), ("Ratio de venta cruzada", ""),
        ("Querverkaufsquote", ""),
        ("Cost per lead", ""), ("Coste por lead", ""), ("Kosten pro Lead", ""), ("Revenue per rep", ""),
        ("Umsatz pro Mitarbeiter", ""), ("Ingresos por vendedor", ""), ("Calls per hour", ""), ("Gross margin", ""),
        ("Reach", ""), ("Tasa de apertura", ""), ("CX score", "products per customer"), ("Marktanteil", ""),
        ("Average order value", ""),
    ],
)  # fmt: skip
def test_what_measures_no_benefit_to_the_customer(name, formula):
    assert verdict(cx.Entry(name, formula=formula)) is not None


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("NPS", "% promoters - % detractors"), ("CSAT after a sales call", "answers 4 or 5 / answers"),
        ("Zufriedenheit mit dem Verkauf", ""), ("Churn", "customers lost / customers at the start"),
        ("Customer lifetime value", ""), ("Complaint rate", "complaints / orders"), ("Wartezeit", ""),
        ("First contact resolution", ""), ("Tasa de retención", ""), ("Average handle time", ""),
        ("Repeat purchase", ""),
        ("Response rate", "answers / invitations"), ("Late deliveries", "late orders / orders"),
    ],
)  # fmt: skip
def test_what_does(name, formula):
    assert verdict(cx.Entry(name, formula=formula)) is None


@pytest.mark.parametrize(
    ("fields", "cut"),
    [
        ({"cut_off": "1-5: 4-5"}, CutOff(1, 5, 4)), ({"cut_off": "1-5: solo 5"}, CutOff(1, 5, 5)),
        ({"cut_off": "top 3", "scale": "0 to 10"}, CutOff(0, 10, 8)),
        ({"scale": "1–7", "formula": "6 and 7 / all"}, CutOff(1, 7, 6)),
        ({"cut_off": "top-2-box", "denominator": "scale 1 bis 5"}, CutOff(1, 5, 4)), ({"cut_off": "4 and more"}, None),
        ({"scale": "1-5"}, None),
    ],
)  # fmt: skip
def test_cut_offs_in_words(fields, cut):
    assert cut_of(cx.Entry("CSAT", **fields), {}) == cut


def test_cut_offs_of_steps_are_compared_with_those_in_words(company):
    step = cx.Step("csat", ("survey",), {"score": "csat", "top": 1})
    entries = [cx.Entry("CSAT", key="a", step=step), cx.Entry("CSAT of sales", key="b", cut_off="1-5: 4-5")]
    row = of(cx.audit(entries, tables=company), "different cut-offs").iloc[0]
    assert row["keys"] == ["a", "b"]
    assert row["moved"] > 0


def test_the_same_cut_off_in_other_words_is_no_clash(company):
    entries = [
        cx.Entry("CSAT", key="a", formula="answers 4 or 5 / all", scale="1-5"),
        cx.Entry("CSAT", key="b", formula="100 × answers at least 4 / all answers", cut_off="4-5", scale="1-5"),
    ]
    found = cx.audit(entries, tables=company)
    assert of(found, "different cut-offs").empty
    assert of(found, "same name, other formula").empty


def test_one_formula_under_two_names():
    entries = [cx.Entry("Churn", formula="lost / base"), cx.Entry("Abgang", formula="Lost  / Base")]
    assert of(cx.audit(entries), "same formula, other name").iloc[0]["metrics"] == ["Churn", "Abgang"]


def test_a_metric_of_no_benefit_fills_no_gap():
    entry = cx.Entry("Cross-sell", element="attitudes", branch="loyalty", department="Sales")
    checks = cx.audit([entry])
    assert "Sales has no customer-experience metric." in checks.table["finding"].tolist()
    assert "No metric measures the attitudes." in checks.table["finding"].tolist()
    kept = cx.audit([entry.with_(overruled={NOT_EXPERIENCE: "no"})])
    assert "No metric measures the attitudes." not in kept.table["finding"].tolist()


def test_a_catalogue_without_fault_says_so():
    from cxanalysis.catalogue.entry import BRANCHES, ELEMENTS

    entries = [
        cx.Entry(
            f"Satisfaction with part {place}", definition=f"answers about part {place}", denominator="answers",
            tracked_by="Ana", owner="Ben", reviewed="2025-06-01", review_every_days=365, department="Service",
            branch=list(BRANCHES)[place % 4], element=element,
        )
        for place, element in enumerate(ELEMENTS)
    ]  # fmt: skip
    found = cx.audit(entries, today="2025-07-01")
    assert found.table.empty
    assert found.headline == "Nothing is wrong with the 6 metrics that can be told from their passports."


def test_what_is_no_catalogue_is_refused():
    with pytest.raises(cx.Problem, match="no catalogue"):
        cx.audit("metrics")
