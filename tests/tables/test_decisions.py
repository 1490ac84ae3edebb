"""All that is decided about a table is one frozen value; rows, part and decisions are passed on apart."""

from dataclasses import FrozenInstanceError, fields, replace

import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.tables.decisions import Decided, Decisions
from cxanalysis.tables.table_rows import TableRows

FRAME = pd.DataFrame({"who": ["a", "b", "c", "d"], "csat": ["5", "4", "99", "1"], "market": ["N", "N", "S", "S"]})
CODE = cx.MissingCode("csat", "99", 1, "outside the scale")
DECIDED = {
    "kind": "survey",
    "roles": {"who": "customer", "csat": "csat", "market": "category"},
    "scales": {"csat": cx.Scale(1, 5)},
    "codes": [CODE],
    "labels": {"csat": "How was it?"},
    "reasons": {"csat": (0.5, "looks like it")},
    "kind_reason": (0.9, "by its name"),
    "notes": ["Read."],
}


def table() -> cx.Table:
    return cx.Table(FRAME, name="survey", **DECIDED)


def test_every_field_can_be_given_by_name_or_as_one_value():
    assert set(Decided.__annotations__) == {field.name for field in fields(Decisions)}
    one = cx.Table(FRAME, name="survey", decisions=Decisions.of(DECIDED))
    assert one.decisions == table().decisions
    assert one.token == table().token
    with pytest.raises(TypeError, match="not both"):
        cx.Table(FRAME, name="survey", decisions=Decisions(), kind="survey")
    with pytest.raises(TypeError):
        cx.Table(FRAME, name="survey", colours={})


def test_it_is_frozen_and_a_callers_later_changes_do_not_count():
    roles = {"csat": "csat"}
    made = cx.Table(FRAME, name="survey", roles=roles)
    roles["csat"] = "text"
    assert made.roles["csat"] == "csat"
    with pytest.raises(FrozenInstanceError):
        made.decisions.kind = "orders"
    with pytest.raises(AttributeError):
        made.roles = {}


def test_it_comes_back_from_json_as_it_was():
    decided = table().decisions
    again = Decisions.from_json(decided.to_json(), decided.described(), decided.notes)
    assert again == decided
    assert decided.unsure == ("csat",)
    assert decided.applied().applied_codes == {}
    assert decided.applied().reasons == decided.reasons


@pytest.mark.parametrize(("more", "said"), [({"kind": "poll"}, "no kind"), ({"roles": {"csat": "colour"}}, "no role")])
def test_what_does_not_exist_cannot_be_decided(more, said):
    with pytest.raises(cx.Problem, match=said):
        replace(table().decisions, **more)


def test_replace_keeps_what_is_not_named():
    before = table()
    renamed = before.replace(name="answers")
    assert (renamed.name, renamed.token, renamed.decisions) == ("answers", before.token, before.decisions)
    fewer = before.replace(raw=FRAME.head(2), decisions=before.decisions.noted("The first two."))
    assert (len(fewer), fewer.notes, fewer.labels) == (2, ("Read.", "The first two."), before.labels)
    assert fewer.raw_token != before.raw_token
    assert fewer.frame["csat"].tolist() == [5.0, 4.0]


def test_other_decisions_keep_no_frame_of_the_old_ones_alive():
    before = table()
    assert before.frame["csat"].isna().sum() == 1
    after = before.with_code("csat", "99", False)
    assert isinstance(after.rows, TableRows)
    assert after.rows.given is before.rows.given
    assert after.frame["csat"].max() == 99.0
    assert before.frame["csat"].max() == 5.0


def test_a_part_is_a_table_of_its_whole():
    whole = table()
    part = whole.where({"market": "S"}).where({"csat": {"from": 1}})
    assert part.whole.token == whole.token
    assert part.source.token == whole.token
    assert part.source.part == ({"market": ["S"]}, {"csat": {"from": 1.0}})
    assert part.notes == ("Read.", "Only rows where 'market' is S and 'csat' from 1: 1 of 4.")
    assert part.frame["who"].tolist() == part.raw["who"].tolist() == ["d"]
    assert part.decisions.roles == whole.roles
    with pytest.raises(cx.Problem, match="part of a table"):
        part.with_(roles={"csat": "rating"})
    alone = part.replace(name="south")
    assert (alone.whole, alone.raw_token, len(alone)) == (None, part.raw_token, 1)
    assert alone.frame.equals(part.frame)
