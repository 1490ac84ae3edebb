"""Which columns an analysis starts from if nobody names any."""

import numpy as np
import pandas as pd

from cxanalysis.columns.content_token import empty_cells
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.tables.table import Table

BAD, GOOD = Scale(0, 1, higher_is_better=False), Scale(0, 1)
ROLES = {"csat": "csat", "staff": "rating", "food.quality": "rating", "tv": "rating", "late": "flag", "solved": "flag"}


def table(tmp_path=None, **scales):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {name: rng.integers(1, 6, 50).astype(float) for name in ("csat", "staff", "food.quality", "tv")}
    )
    frame["late"] = rng.integers(0, 2, 50).astype(float)
    frame["solved"] = rng.integers(0, 2, 50).astype(float)
    frame.loc[:19, "tv"] = np.nan
    path = None
    if tmp_path is not None:
        path = tmp_path / "t.parquet"
        frame.to_parquet(path)
    return Table(frame, name="t", roles=ROLES, scales=scales, parquet=path)


def test_failures_first_and_a_good_yes_is_none():
    assert table(late=BAD, solved=GOOD).failures == ("late",)
    assert table(late=BAD, solved=GOOD).usual_drivers("csat") == ("late",)
    assert table(solved=GOOD).failures == ("late",)


def test_ratings_where_nothing_is_a_failure_but_not_those_hardly_answered(tmp_path):
    for found in (table(late=GOOD, solved=GOOD), table(tmp_path, late=GOOD, solved=GOOD)):
        assert found.hardly_answered == ("tv",)
        assert found.usual_drivers("csat") == ("staff", "food.quality")


def test_flags_where_there_is_nothing_else():
    alone = Table(pd.DataFrame({"solved": [0, 1.0], "csat": [1.0, 5]}), name="t", roles=ROLES, scales={"solved": GOOD})
    assert alone.usual_drivers("csat") == ("solved",)


def test_empty_cells_are_those_of_the_frame(tmp_path):
    found = table(tmp_path)
    assert empty_cells(found.parquet, found.columns) == found.frame.isna().sum().to_dict()
