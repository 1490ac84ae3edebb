"""Every chart: valid, drawable, the same bytes each time, and never running what a file says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from made_results import (
    FAILURES,
    NAN,
    make_asymmetry,
    make_drivers,
    make_estimates,
    make_map,
    make_robustness,
    make_segments,
)

from cxanalysis import charts
from cxanalysis.charts.tokens import DARK, LIGHT
from cxanalysis.problem import Problem

MONTHS = list(pd.date_range("2024-01-01", periods=24, freq="MS"))
RATINGS = (
    ("Staff is friendly", 4.1, 3.2, 1.0, 0.001, ()),
    ("Price is fair", 3.2, 1.1, 1.3, 0.2, ("suppressor",)),
)
NASTY = 'a.b["c"]:d\'; </script><script>alert(1)</script> {{x}} \\u{0} ${width}'

CHARTS: dict[str, Callable[..., alt.LayerChart]] = {
    "drivers": lambda **k: charts.drivers(make_drivers(), **k),
    "ratings": lambda **k: charts.drivers(make_drivers(RATINGS), **k),
    "mixed": lambda **k: charts.drivers(make_drivers((*FAILURES[:2], *RATINGS)), **k),
    "one driver": lambda **k: charts.drivers(make_drivers(FAILURES[:1]), **k),
    "importance": lambda **k: charts.importance(make_drivers(), **k),
    "prevalence": lambda **k: charts.prevalence(make_drivers(), **k),
    "one value": lambda **k: charts.estimates(make_estimates(), **k),
    "groups": lambda **k: charts.estimates(make_estimates({"market": ["B2B", "B2C", None]}), **k),
    "over time": lambda **k: charts.estimates(make_estimates({"period": MONTHS}), **k),
    "one period": lambda **k: charts.estimates(make_estimates({"period": MONTHS[:1]}), **k),
    "panels": lambda **k: charts.estimates(make_estimates({"market": list("abcdefgh"), "period": MONTHS}), **k),
    "distribution": lambda **k: charts.distribution(make_estimates({"market": ["B2B", "B2C"]}), **k),
    "segments": lambda **k: charts.segments(make_segments(), **k),
    "many segments": lambda **k: charts.segments(make_segments(tuple("abcdefghi"), tuple("pqrstuvwxyz")), **k),
    "nasty segments": lambda **k: charts.segments(make_segments((NASTY, "x"), (NASTY, "y")), **k),
    "nasty drivers": lambda **k: charts.drivers(make_drivers(((NASTY, *FAILURES[0][1:]), *FAILURES[1:])), **k),
    "nasty map": lambda **k: charts.prevalence(make_drivers(((NASTY, *FAILURES[0][1:]),), outcome=NASTY), **k),
    "asymmetry": lambda **k: charts.asymmetry(make_asymmetry(), **k),
    "nasty asymmetry": lambda **k: charts.asymmetry(
        make_asymmetry((NASTY, "x"), outcome_as="mean", outcome=NASTY), **k
    ),
    "map": lambda **k: charts.importance_performance(make_map(), **k),
    "map of many goals": lambda **k: charts.importance_performance(make_map(goals=(80.0, 95.0, 60.0)), **k),
    "map as stated": lambda **k: charts.importance_performance(
        make_map(importance_as="stated", importance_goal=85.0), **k
    ),
    "nasty performance map": lambda **k: charts.importance_performance(make_map((NASTY, "x", "y"), goals=(80.0,)), **k),
    "robustness": lambda **k: charts.robustness(make_robustness(), **k),
    "nasty robustness": lambda **k: charts.robustness(make_robustness((NASTY, "late", "gift")), **k),
    "nasty groups": lambda **k: charts.estimates(make_estimates({NASTY: [NASTY, "x"], "period": MONTHS}), **k),
}


def texts(chart: alt.LayerChart) -> list[str]:
    """The words that are drawn, line by line."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4")
    drawn = re.findall(r"<text([^>]*[^/>])>(.*?)</text>", svg, flags=re.DOTALL)
    seen = [words for style, words in drawn if ' opacity="0"' not in style]
    return [line for words in seen for line in re.split(r"<[^>]*>", words) if line]


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of data in a chart."""
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(("mode", "width"), [("light", 360), ("dark", 900)])
def test_is_drawn_as_wide_as_asked(name: str, mode: str, width: int) -> None:
    spec = CHARTS[name](mode=mode, width=width).to_dict()
    png = vl_convert.vegalite_to_png(spec, vl_version="6.4")
    drawn = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    assert abs(drawn[0] - width) <= 2
    assert 60 < drawn[1] < 1200
    assert spec["background"] == (LIGHT if mode == "light" else DARK).background


@pytest.mark.parametrize("name", CHARTS)
def test_same_result_same_bytes(name: str) -> None:
    first, second = (json.dumps(CHARTS[name]().to_dict()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", CHARTS)
def test_fills_its_container_and_holds_its_rows_inline(name: str) -> None:
    spec = CHARTS[name]().to_dict()
    assert spec["width"] == "container"
    assert "url" not in json.dumps(spec["layer"])
    assert len(values(spec)) < 2000


@pytest.mark.parametrize("name", [name for name in CHARTS if name.startswith("nasty")])
def test_text_from_files_is_data_and_nothing_else(name: str) -> None:
    spec = CHARTS[name]().to_dict()
    written = json.dumps(spec, ensure_ascii=False)
    assert "</script" not in written
    assert "<script" not in written
    layers = json.dumps(spec["layer"])
    expressions = re.findall(r'"(?:expr|labelExpr|filter|field|test)": "([^"]*)"', layers)
    assert expressions
    assert not any("alert" in expression or "a.b" in expression for expression in expressions)
    vl_convert.vegalite_to_svg(spec, vl_version="6.4")


def test_no_chart_leaves_a_trace_in_altair() -> None:
    before = alt.theme.active, alt.renderers.active, alt.data_transformers.active
    for make in CHARTS.values():
        make()
    assert (alt.theme.active, alt.renderers.active, alt.data_transformers.active) == before


def test_drivers_say_what_they_cost() -> None:
    words = texts(charts.drivers(make_drivers(), width=900))
    assert "3.1 [1.9, 4.3]" in words
    assert "18\u202f% · −17 per case" in words
    assert "cannot tell from zero" in words
    assert "together" in words
    assert words.index("Late delivery") < words.index("Invoice corrected") < words.index("Gift enclosed")
    caption = " ".join(words)
    assert "n\u00a0=\u00a08,214" in caption
    assert "left out: 331 rows" in caption


def test_loss_gain_and_pale_have_their_colours() -> None:
    spec = charts.drivers(make_drivers()).to_dict()
    tones = {row["name"]: row["tone"] for row in values(spec) if "tone" in row}
    assert tones["Late delivery"] == "loss"
    assert tones["Gift enclosed"] == "gain"
    assert tones["High freight and other costs that nobody spoke of before"] == "rest"
    assert tones["together"] == "ink"


def test_an_interval_clear_of_zero_may_still_be_chance() -> None:
    rows = [(*row[:4], 0.06, row[5]) for row in FAILURES[:2]]
    words = texts(charts.drivers(make_drivers(tuple(rows)), width=900))
    assert words.count("may be chance among so many") == 2


def test_ties_are_shown_as_ties() -> None:
    twins = (("a", 0.2, -10.0, 3.0, 0.001, ()), ("b", 0.2, -9.9, 3.0, 0.001, ()), ("c", 0.1, -1.0, 0.5, 0.001, ()))
    rows = values(charts.drivers(make_drivers(twins)).to_dict())
    ranks = {row["name"]: row["rank"] for row in rows if "rank" in row}
    assert (ranks["a"], ranks["b"], ranks["c"]) == ("1–2", "1–2", "3")


def test_ratings_without_points_are_ranked_by_importance_or_named() -> None:
    assert any("explain" in words for words in texts(CHARTS["ratings"](width=900)))
    assert any("not drawn: Staff is friendly, Price is fair" in words for words in texts(CHARTS["mixed"](width=1400)))
    with pytest.raises(Problem, match="has points at stake"):
        charts.drivers(make_drivers(RATINGS), by="at_stake")


def test_together_says_what_it_is_the_gap_to() -> None:
    assert "the gap to “nothing went wrong”" in texts(charts.drivers(make_drivers(), width=900))
    result = make_drivers(RATINGS)
    table = result.table.assign(at_stake=2.0, at_stake_low=1.0, at_stake_high=3.0)
    words = texts(
        charts.drivers(
            make_drivers(RATINGS, table=table, together={"at_stake": 4.0, "low": 3.0, "high": 5.0}), width=900
        )
    )
    assert "all of them at their reference" in words
    assert "mean 4.1 · +3.2 per point" in words


def test_an_effect_that_cannot_be_said_is_not_said() -> None:
    result = make_drivers((*FAILURES[:1], ("Very rare", 0.0004, NAN, NAN, NAN, ("rare",))))
    assert any("not drawn: Very rare" in words for words in texts(charts.drivers(result, width=1400)))
    assert any("effect unknown): Very rare" in words for words in texts(charts.prevalence(result, width=1400)))


def test_a_page_may_print_the_caption_itself() -> None:
    assert any("8,214" in words for words in texts(charts.drivers(make_drivers(), width=900)))
    assert not any("8,214" in words for words in texts(charts.drivers(make_drivers(), width=900, caption=False)))


def test_words_stand_beside_the_marks_where_there_is_room() -> None:
    together = "18\u202f% · −17 per case"
    wide, narrow = (texts(charts.drivers(make_drivers(), width=width)) for width in (900, 360))
    assert wide.count(together) == narrow.count(together) == 1
    assert "cannot tell from zero" in wide
    assert "15\u202f% · −1 per case · cannot tell from zero" in narrow
    assert "cannot tell from zero" not in narrow


def test_many_drivers_are_cut_and_counted() -> None:
    many = tuple((f"d{k}", 0.2, -10.0 + k / 3, 1.0, 0.001, ()) for k in range(26))
    words = texts(charts.drivers(make_drivers(many), width=1400))
    assert any("11 more drivers are not drawn" in line for line in words)
    assert "together" in words


def test_labels_on_the_map_do_not_meet() -> None:
    close = tuple((f"Failure number {k}", 0.10 + k / 500, -10.0 - k / 5, 2.0, 0.001, ()) for k in range(6))
    spec = charts.prevalence(make_drivers(close), width=360).to_dict()
    lines = " ".join(spec["title"]["text"])
    labelled = {row["name"] for row in values(spec) if row.get("tone") == "ink"}
    named = {f"Failure number {k}" for k in range(6) if f"Failure number {k}" in lines}
    assert labelled | named == {f"Failure number {k}" for k in range(6)}
    assert not labelled & named
    assert len(labelled) >= 3


def test_the_map_needs_a_failure() -> None:
    with pytest.raises(Problem, match="is a failure"):
        charts.prevalence(make_drivers(RATINGS))


def test_groups_come_highest_first_and_missing_groups_have_a_name() -> None:
    rows = [row for row in values(CHARTS["groups"]().to_dict()) if "number" in row]
    assert [row["name"] for row in rows[:3]] == ["not stated", "B2C", "B2B"]


def test_periods_stand_where_they_are_in_every_time_zone() -> None:
    spec = CHARTS["over time"]().to_dict()
    assert "utc" in json.dumps(spec["layer"])
    first = min(row["when"] for row in values(spec) if "when" in row)
    assert first == 1704067200000  # 2024-01-01T00:00Z


def test_only_six_panels() -> None:
    assert any("6 largest of 8 groups" in words for words in texts(CHARTS["panels"](width=900)))


def test_no_interval_for_one_answer() -> None:
    result = make_estimates({"market": ["B2B", "B2C"]})
    table = result.table.assign(low=[NAN, 1.0], high=[NAN, 60.0])
    words = texts(charts.estimates(make_estimates({"market": ["B2B", "B2C"]}, table=table), width=900))
    assert "too few answers for an interval" in words


def test_nothing_to_draw_is_said() -> None:
    empty = make_estimates().table.assign(value=NAN)
    with pytest.raises(Problem, match="no value to draw"):
        charts.estimates(make_estimates(table=empty))
    with pytest.raises(Problem, match="is not made of promoters"):
        charts.distribution(make_estimates(detail=pd.DataFrame({"se": [1.0]})))


def test_words_for_those_who_cannot_see() -> None:
    said = charts.describe(make_drivers())
    assert said.startswith("NPS points lost, most first: Late delivery 3.1 [1.9, 4.3]; Invoice corrected 1.3")
    assert "1 of 6 drivers cannot be told from zero" in said
    assert "8,214 answers" in said
    noise = make_drivers((("a", 0.2, -1.0, 5.0, 0.7, ()), ("b", 0.2, -1.0, 5.0, 0.7, ())))
    assert charts.describe(noise).startswith("No driver costs points")
    assert charts.describe(make_estimates()).startswith("NPS is 31 [28, 34].")
    assert "highest not stated" in charts.describe(make_estimates({"market": ["B2B", "B2C", None]}))
    with pytest.raises(Problem, match="no chart of a str"):
        charts.describe("text")  # type: ignore[arg-type]


def test_segments_stand_out_only_where_they_differ() -> None:
    drawn = [row for row in values(charts.segments(make_segments()).to_dict()) if "brief" in row]
    tones = {(row["driver"], row["segment"]): row["tone"] for row in drawn}
    assert tones == {
        ("Late", "B2B"): "this",
        ("Late", "B2C"): "rest",
        ("Returned", "B2B"): "rest",
        ("Returned", "B2C"): "rest",
    }
    words = texts(charts.segments(make_segments(), width=900))
    assert "−3.1 [−4.1, −2.1]" in words
    assert "too few" in words
    assert words.count("differs") == 1
    assert words.count("no difference shown") == 1
    assert charts.describe(make_segments()) == make_segments().headline


def test_many_segments_and_drivers_are_cut_and_counted() -> None:
    chart = charts.segments(make_segments(tuple("abcdefghi"), tuple("pqrstuvwxyz")), width=900)
    words = " ".join(texts(chart))
    assert "7 of 11 drivers drawn" in words
    assert "5 of 9 segments drawn" in words
    assert "drivers drawn" not in " ".join(texts(charts.segments(make_segments(), width=900, caption=False)))


def test_no_segment_large_enough_is_a_problem() -> None:
    found = make_segments()
    found.table["effect"] = NAN
    with pytest.raises(Problem, match="No segment is large enough"):
        charts.segments(found)


def test_a_robustness_panel_draws_each_rank_as_large_as_its_share() -> None:
    result = make_robustness()
    spec = charts.robustness(result).to_dict()
    circles = sorted((row["value"], row["size"]) for row in values(spec) if "size" in row)
    assert len(circles) == 5
    assert circles[0][1] * 3 == pytest.approx(circles[1][1])  # rank 1: a quarter of the ways, and three quarters
    words = texts(charts.robustness(result, width=900))
    assert "first in 9 of 12" in words
    assert "ranks 1–2" in words
    assert "effect turns round in 5" in words
    assert "Late delivery first in 9, rank 1 to 2" in charts.describe(result)


def test_asymmetry_names_classes_as_a_manager_would_and_refused_drivers_under_the_chart() -> None:
    words = texts(charts.asymmetry(make_asymmetry(), width=900))
    assert {"annoys more", "only pleases", "cannot tell yet", "basic", "only satisfies"} <= set(words)
    assert "no class stands out" in words  # three of ten resamples agree on nothing
    assert any("Refused, so not drawn: Parking." in line for line in words)
    rows = {row["name"]: row for row in values(charts.asymmetry(make_asymmetry()).to_dict()) if "kind" in row}
    assert (rows["Late"]["loss_tone"], rows["Price"]["loss_tone"]) == ("loss", "rest")


def test_asymmetry_of_refused_drivers_alone_is_a_problem() -> None:
    table = make_asymmetry().table
    with pytest.raises(Problem, match="enough low"):
        charts.asymmetry(make_asymmetry(table=table[table["driver"] == "Parking"]))


def test_the_map_has_its_lines_quadrants_and_everybody_without_a_place() -> None:
    words = texts(charts.importance_performance(make_map(), width=700))
    assert {"Concentrate here", "Keep up the good work", "Low priority", "Possible overkill"} <= set(words)
    assert "important from 10\u202f%" in words
    assert "How good, of 100 · goals 80 and 95" in words
    assert "Not on the map (no performance of its own): Days." in " ".join(words)
    dots = {row["name"]: row for row in values(charts.importance_performance(make_map()).to_dict()) if "spoken" in row}
    assert [dots[name]["tone"] for name in ("Late", "Friendly", "Parking")] == ["loss", "this", "rest"]
    assert (dots["Late"]["good_low"], dots["Late"]["matters_high"]) == (50.0, pytest.approx(44.0))


def test_a_map_without_any_performance_is_a_problem() -> None:
    with pytest.raises(Problem, match="No driver has both"):
        charts.importance_performance(make_map(("Days",)))


def test_both_are_described_in_words() -> None:
    said = charts.describe(make_asymmetry())
    assert "Late basic, low answers −12.0 [−14.0, −10.0]" in said
    assert said.endswith("Late annoys when bad more than good pleases.")
    assert "Late importance 40\u202f%, performance 52.0 of 100, concentrate here" in charts.describe(make_map())
