"""The generator: the shipped files are what it makes, at any scale, and no larger than promised."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

import cxanalysis as cx
from sample_data import inventory
from sample_data.files import FILES
from sample_data.generate import SEED, generate
from sample_data.survey import failures_before
from sample_data.truth import LINK, population_answers
from sample_data.world import core

SHIPPED = Path(str(resources.files("sample_data")))


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    return folder, generate(folder, scale=2)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_shipped_rows(tmp_path):
    generate(tmp_path)
    for name in set(FILES.values()):
        if name.endswith(".csv"):
            assert digest(tmp_path / name) == digest(SHIPPED / name), name
        elif name.endswith(".parquet"):
            pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / name), pd.read_parquet(SHIPPED / name))


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        generate(tmp_path / folder)
    for name in set(FILES.values()):
        assert digest(tmp_path / "a" / name) == digest(tmp_path / "b" / name), name


def test_the_list_of_metrics_is_the_shipped_one_whatever_the_scale(tmp_path):
    for folder in ("a", "b"):
        inventory.write(tmp_path / folder, SEED)
    shipped = digest(SHIPPED / inventory.FILE)
    assert digest(tmp_path / "a" / inventory.FILE) == digest(tmp_path / "b" / inventory.FILE) == shipped
    assert cx.sample_path("inventory").read_bytes() == (SHIPPED / inventory.FILE).read_bytes()


def test_a_larger_company_is_more_of_the_same(twice):
    folder, rows = twice
    assert rows["customers"] == 2 * 4_800
    survey = pd.read_csv(folder / "survey.csv")
    assert len(survey) == rows["survey"] == survey["answer"].nunique()
    orders = pd.read_parquet(folder / "orders.parquet")
    assert set(survey["order"].dropna()) <= set(orders["order"])
    assert set(survey["customer"]) <= set(pd.read_parquet(folder / "customers.parquet")["customer"])
    first = pd.read_csv(SHIPPED / "survey.csv")
    pd.testing.assert_frame_equal(survey.head(len(first)), first, check_dtype=False)


def test_what_is_shipped_is_small():
    shipped = [path for path in SHIPPED.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in shipped) < 6_000_000


def test_the_files_are_the_mess_they_are_meant_to_be():
    complaints = (SHIPPED / "reclamaciones.csv").read_bytes()
    assert complaints.splitlines()[0].decode("cp1252").startswith("reclamación;cliente;")
    with pytest.raises(UnicodeDecodeError):
        complaints.decode("utf-8")
    survey = (SHIPPED / "survey.csv").read_text(encoding="utf-8")
    assert ",N/A," in survey
    assert ",99," in survey
    assert list(pd.read_excel(SHIPPED / "staff_and_spend.xlsx", sheet_name=None, engine="calamine")) == [
        "employee_feedback",
        "spend",
    ]


def test_the_company_remembers_by_the_rule_of_the_link():
    """What moved the answers while they were made is what the link finds afterwards."""
    seed, chunk = 20_230_701, 3
    world = core(seed, chunk)
    given = world.answers
    made = failures_before(given, given["answered"].to_numpy(), world.orders, world.contacts)
    found = population_answers(chunk)
    for failure, flags in made.items():
        assert given[f"_{failure}"].tolist() == flags.tolist()
        known = found[failure].notna().to_numpy()
        assert known.mean() > 0.95
        assert (found[failure].to_numpy()[known] == flags[known]).all(), failure


def test_the_link_is_plain_json():
    step = cx.Step("link", ("survey", "operations", "contacts"), LINK)
    assert cx.Step.from_json(step.to_json()) == step
