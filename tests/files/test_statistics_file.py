"""SPSS, Stata and SAS files: words, questions and missing values are the file's own; written by pyreadstat."""

import io
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import cxanalysis as cx
from cxanalysis.files.source_file import SourceFile, content_type

SATISFIED = {1: "Very dissatisfied", 2: "Dissatisfied", 3: "Neutral", 4: "Satisfied", 5: "Very satisfied"}
ENDS = {1: "Not at all good", 7: "Extremely good", 99: "Refused to say"}
REGION = {1: "North", 2: "South", 3: "West", 9: "No answer given"}
QUESTIONS = {"q1": "How satisfied are you overall?", "nps": "How likely are you to recommend us?"}


def answers(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "respid": np.arange(1001.0, 1001 + n),
            "q1": np.r_[[9.0, np.nan], rng.integers(2, 6, n - 2)],
            "qual": np.r_[[99.0, 99.0], rng.integers(2, 8, n - 2)],
            "nps": rng.integers(0, 11, n).astype(float),
            "region": np.r_[[9.0], rng.integers(1, 4, n - 1)],
            "late": rng.integers(1, 3, n).astype(float),
            "answered": pd.date_range("2024-03-01 10:30", periods=n, freq="D"),
            "said": [f"remark {i} on what went wrong" for i in range(n)],
        }
    )


WORDS = {
    "q1": {**SATISFIED, 9: "Cannot judge it"},
    "qual": ENDS,
    "region": REGION,
    "late": {1: "Yes", 2: "No"},
}


def spss(tmp_path: Path, **how: object) -> Path:
    path = tmp_path / "wave 1.sav"
    pyreadstat.write_sav(
        answers(),
        str(path),
        column_labels=QUESTIONS,
        variable_value_labels=WORDS,
        missing_ranges={"q1": [9], "qual": [{"lo": 90, "hi": 99}], "region": [9]},
        **how,
    )
    return path


@pytest.fixture(scope="module", params=["path", "compressed", "bytes"])
def survey(request, tmp_path_factory) -> cx.Table:
    path = spss(tmp_path_factory.mktemp("spss"), compress=request.param == "compressed")
    return cx.read(path.read_bytes() if request.param == "bytes" else path, name="wave")


def test_roles_and_questions(survey: cx.Table) -> None:
    assert survey.roles == {
        "respid": "id",
        "q1": "csat",
        "qual": "rating",
        "nps": "nps",
        "region": "category",
        "late": "flag",
        "answered": "date",
        "said": "text",
    }
    assert survey.labels == QUESTIONS


def test_words_become_the_files_own_numbers(survey: cx.Table) -> None:
    given = answers()
    assert survey.scales["q1"].labels == tuple((word, float(n)) for n, word in SATISFIED.items())
    assert survey.scales["q1"].low == 1  # nobody was very dissatisfied; the file knows that one could be
    pd.testing.assert_series_equal(survey.frame["q1"], given["q1"].mask(given["q1"] == 9), check_names=False)
    assert survey.raw["q1"][2] == SATISFIED[int(given["q1"][2])]
    assert (survey.frame["late"] == (given["late"] == 1)).all()
    assert survey.frame["region"].dropna().tolist() == [REGION[int(v)] for v in given["region"][1:]]


def test_scale_with_words_for_its_ends(survey: cx.Table) -> None:
    scale = survey.scales["qual"]
    assert (scale.low, scale.high) == (1, 7)
    assert scale.labels == (("Not at all good", 1.0), ("Extremely good", 7.0))
    given = answers()["qual"]
    pd.testing.assert_series_equal(survey.frame["qual"], given.mask(given == 99), check_names=False)


def test_missing_values_are_the_files_own_and_can_be_taken_back(survey: cx.Table) -> None:
    codes = {code.column: code for code in survey.codes}
    assert set(codes) == {"q1", "qual", "region"}
    assert all(code.applied for code in codes.values())
    assert codes["region"].reason == "the file's word for it is 'No answer given'"
    assert codes["qual"].count == 2
    kept = survey.with_code("qual", 99, applied=False)
    assert kept.frame["qual"].max() == 99
    assert survey.with_code("region", "No answer given", applied=False).frame["region"].isna().sum() == 0


def test_a_group_can_be_made_a_rating_with_the_files_numbers(survey: cx.Table) -> None:
    changed = survey.with_(roles={"region": "rating"})
    assert changed.frame["region"].dropna().tolist() == answers()["region"][1:].tolist()


def test_workspace_keeps_it(survey: cx.Table, tmp_path) -> None:
    workspace = cx.Workspace(tmp_path / "kept")
    workspace.add(survey)
    assert workspace.tables["wave"].token == survey.token
    pd.testing.assert_frame_equal(workspace.tables["wave"].frame, survey.frame, check_dtype=False)


def test_counted_from_the_good_end_is_turned_round(tmp_path) -> None:
    path = tmp_path / "turned.sav"
    words = {6 - n: word for n, word in SATISFIED.items()}
    frame = pd.DataFrame({"q1": [1.0, 2, 3, 5, 1, 2, 4] * 5})
    pyreadstat.write_sav(frame, str(path), column_labels=QUESTIONS | {}, variable_value_labels={"q1": words})
    table = cx.read(path)
    assert table.frame["q1"].tolist() == (6 - frame["q1"]).tolist()
    assert table.scales["q1"].higher_is_better


def test_stata_with_tagged_missing_values(tmp_path) -> None:
    path = tmp_path / "panel.dta"
    frame = answers()[["q1", "nps", "answered"]].astype({"nps": object})
    frame.loc[:3, "nps"] = "a"
    pyreadstat.write_dta(
        frame,
        str(path),
        column_labels=[QUESTIONS["q1"], QUESTIONS["nps"], None],
        variable_value_labels={"q1": SATISFIED | {9: "Don't know"}, "nps": {"a": "Refused"}},
        missing_user_values={"nps": ["a"]},
    )
    table = cx.read(path)
    assert table.labels == QUESTIONS
    assert table.frame["nps"].isna().tolist() == [True] * 4 + [False] * 56
    assert table.frame["nps"][4:].tolist() == answers()["nps"][4:].tolist()
    assert table.frame["answered"][0] == pd.Timestamp("2024-03-01 10:30")
    assert table.frame["q1"].isna().sum() == 2


@pytest.mark.parametrize("version", [5, 8])
def test_sas_transport(tmp_path, version: int) -> None:
    path = tmp_path / "visits.xpt"
    frame = answers()[["q1", "answered", "said"]]
    pyreadstat.write_xport(frame, str(path), column_labels=[QUESTIONS["q1"], None, None], file_format_version=version)
    table = cx.read(path)
    assert table.labels == {"q1": QUESTIONS["q1"]}
    assert table.frame["said"].tolist() == frame["said"].tolist()
    assert (table.frame["answered"] == frame["answered"]).all()


def test_sas_file_is_known_by_its_beginning() -> None:
    beginning = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + bytes(2000)
    assert content_type(SourceFile("a.sas7bdat", content=beginning)) == "sas7bdat"
    with pytest.raises(cx.Problem, match="SAS file is damaged"):
        cx.read(beginning)


def test_a_file_that_ends_the_reading_process_is_a_problem(tmp_path) -> None:
    """The reader of pyreadstat can crash on damaged files: that must not take the app with it."""
    whole = spss(tmp_path).read_bytes()
    claimed = bytearray(whole)
    claimed[80:84] = struct.pack("<i", 2**31 - 1)  # number of rows
    for content in (whole[: len(whole) // 2], bytes(claimed[:400]), whole[:200] + b"\xff" * 300 + whole[500:]):
        with pytest.raises(cx.Problem, match="SPSS file is damaged"):
            cx.read(content)


def test_uploaded_under_another_name(tmp_path) -> None:
    stream = io.BytesIO(spss(tmp_path).read_bytes())
    stream.name = "wave.csv"
    assert any("it is an SPSS file" in note for note in cx.read(stream).notes)
