"""Who adds more than whom: ties, names, limits."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

THREE = pd.DataFrame(
    [[1, 0, 0, 0.5], [0, 1, 0, 0.5], [0, 0, 1, 0.1], [0.5, 0.5, 0.1, 1]], columns=["late", "returned", "call", "csat"]
)


def test_general_is_the_shapley_value_and_the_table_is_sorted():
    found = cx.dominance(THREE)
    np.testing.assert_allclose(found.general, cx.importance(THREE), atol=1e-12)
    assert found.table.general.is_monotonic_decreasing
    assert found.table[["with_0", "with_1", "with_2"]].mean(axis=1).to_numpy() == pytest.approx(found.table.general)
    assert found.r_squared[-1] == pytest.approx(0.51)


def test_exact_ties_are_ties():
    found = cx.dominance(THREE)
    assert found.complete[0, 1] == found.complete[1, 0] == 0
    assert found.pairs[["driver", "over", "strongest"]].values.tolist() == [
        ["late", "call", "complete"],
        ["returned", "call", "complete"],
    ]
    assert found.headline == "No driver adds more than every other one on average: late and returned tie."


def test_general_dominance_alone_names_what_it_depends_on():
    """Azen & Budescu's matrix without its first driver: the others are open among each other."""
    matrix = [[1, 0.1, 0.1, 0.3], [0.1, 1, 0.5, 0.4], [0.1, 0.5, 1, 0.5], [0.3, 0.4, 0.5, 1]]
    found = cx.dominance(matrix, ["a", "b", "c"])
    first = found.pairs[found.pairs.driver == "c"].set_index("over").strongest
    assert set(first) == {"complete"}
    second = found.pairs[(found.pairs.driver == "b") & (found.pairs.over == "a")]
    assert second.strongest.tolist() == ["general"]
    whole = cx.dominance([[1, 0.7, 0.5], [0.7, 1, 0.5], [0.5, 0.5, 1]], ["one", "two"])
    assert "tie" in whole.headline


@pytest.mark.parametrize(
    ("matrix", "names", "words"),
    [
        (np.eye(18), None, "needs all 131,072 subsets at once"),
        (THREE, ["late"], "1 different names for 3 drivers"),
        (THREE, ["late", "late", "call"], "2 different names for 3 drivers"),
        ([[1, 2], [2, 1]], None, "no data can have these correlations"),
    ],
)
def test_what_cannot_be_done_is_said(matrix, names, words):
    with pytest.raises(cx.Problem) as caught:
        cx.dominance(matrix, names)
    assert words.lower() in str(caught.value).lower()


def test_names_are_escaped_in_jupyter():
    html = cx.dominance(THREE, ["<b>late</b>", "returned", "call"])._repr_html_()
    assert "<b>late" not in html
    assert "8 subsets" in html
