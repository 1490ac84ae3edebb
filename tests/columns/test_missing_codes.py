"""Missing codes: sure ones are applied, suspected ones proposed, real answers left alone."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx


def grid(n: int, k: int, low: int, high: int, seed: int = 1) -> np.ndarray:
    """Answers of n people to k questions that go together, as whole grades low to high."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 1, n)[:, None]
    z = 0.7 * mood + 0.7 * rng.normal(0, 1, (n, k))
    middle, spread = (low + high) / 2 + 0.3, (high - low) / 4
    return np.clip(np.round(middle + spread * z), low, high).astype(int)


def survey(answers: np.ndarray, **more: object) -> cx.Table:
    frame = pd.DataFrame({f"Q7{chr(65 + i)}": answers[:, i] for i in range(answers.shape[1])}).assign(**more)
    return cx.read(frame.to_csv(index=False).encode(), kind="survey")


def test_zero_and_six_around_a_block_of_one_to_five() -> None:
    rng = np.random.default_rng(2)
    true = grid(800, 6, 1, 5)
    seen = true.copy()
    seen[rng.random(seen.shape) < 0.2] = 6
    seen[rng.random(seen.shape) < 0.05] = 0
    table = survey(seen)
    expected = np.where((seen >= 1) & (seen <= 5), true, np.nan)
    np.testing.assert_array_equal(table.frame.to_numpy(), expected)
    assert all(table.scales[c].describe() == "1–5" for c in table.columns)
    assert len(table.codes) == 12
    assert all(code.applied for code in table.codes)
    said = " ".join(table.notes)
    for code in table.codes:
        assert f"'{code.column}' ({code.count:,})" in said


@pytest.mark.parametrize(("low", "high"), [(0, 6), (0, 5), (1, 6), (0, 10), (1, 10), (1, 7)])
def test_the_ends_of_a_real_scale_are_answers(low: int, high: int) -> None:
    answers = grid(800, 6, low, high)
    table = survey(answers)
    np.testing.assert_array_equal(table.frame.to_numpy(), answers)
    assert not any(code.applied for code in table.codes)


def test_an_isolated_question_answered_like_the_block() -> None:
    seen = grid(600, 7, 1, 5)
    rng = np.random.default_rng(3)
    seen[rng.random(seen.shape) < 0.1] = 6
    safe, often = seen[:, 6], rng.choice([1, 2, 3, 4, 5, 6], 600, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
    table = survey(
        seen[:, :6], airline=rng.choice(["x", "y"], 600), Q10SAFE=safe, city=rng.choice(["a", "b"], 600), Q11OFTEN=often
    )
    assert table.roles["Q10SAFE"] == "rating"
    assert table.frame["Q10SAFE"].max() == 5
    assert table.roles["Q11OFTEN"] == "category"


def test_numbers_that_cannot_be_answers() -> None:
    answers = grid(300, 5, 1, 7)
    answers[:4, 0], answers[:6, 1] = -99, 99
    region = np.where(np.arange(300) % 30 == 0, -9, np.arange(300) % 4 + 1)
    table = survey(answers, region=region)
    assert table.frame["Q7A"].isna().sum() == 4
    assert table.frame["Q7B"].isna().sum() == 6
    assert table.frame["region"].isna().sum() == 10


def test_zero_and_ninety_nine_on_nought_to_hundred_are_answers() -> None:
    rng = np.random.default_rng(4)
    scores = rng.integers(0, 101, 400)
    table = cx.read(
        pd.DataFrame({"satisfaction": scores, "late": rng.integers(0, 2, 400)}).to_csv(index=False).encode()
    )
    assert table.frame["satisfaction"].notna().all()
    assert not table.codes


WORDS = ["N/A", "n/a", "-", "Blank", "No answer", "Don't know", "does not apply", "keine Angabe", "weiß nicht",
         "sin respuesta", "No aplica", "sans réponse", "Não se aplica", "Prefer not to say"]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_words_that_say_there_is_no_answer(word: str) -> None:
    cells = [str(i % 5 + 1) for i in range(40)] + [word] * 3
    table = cx.read(("csat;late\n" + "\n".join(f"{c};no" for c in cells) + "\n").encode())
    assert table.roles["csat"] == "csat"
    assert table.frame["csat"].isna().sum() == 3
    assert [(c.code, c.count, c.applied) for c in table.codes if c.column == "csat"] == [(word, 3, True)]


def test_words_that_may_be_answers_are_only_proposed() -> None:
    states = ["NA", "CA", "NY", "TX", "WA", "OR", "NV", "UT"] * 5
    table = cx.read(
        ("state,review\n" + "\n".join(f"{s},Nil" for s in states) + "\nCA,All was well in the shop\n").encode()
    )
    assert table.frame["state"].notna().all()
    assert {(c.column, c.code): c.applied for c in table.codes} == {("state", "NA"): False, ("review", "Nil"): False}


def test_a_status_may_be_unanswered() -> None:
    table = cx.read(
        b"invitation,outcome,csat\n" + b"1,unanswered,\n2,answered,4\n3,refused,not answered\n4,answered,5\n" * 9
    )
    assert table.frame["outcome"].notna().all()
    assert {(c.code, c.applied) for c in table.codes if c.column == "outcome"} == {
        ("unanswered", False),
        ("refused", False),
    }
    assert [c.applied for c in table.codes if c.column == "csat"] == [True]


def test_a_code_is_switched_by_hand() -> None:
    table = cx.read(b"csat,late\n" + b"4,no\n5,no\n3,yes\n1,no\n2,no\n" * 8 + b"99,no\n99,yes\n")
    assert table.frame["csat"].notna().sum() == 40
    kept = table.with_code("csat", 99, applied=False)
    assert kept.frame["csat"].max() == 99
    assert kept.with_code("csat", "99", applied=True).frame["csat"].notna().sum() == 40
    assert kept.token != table.token
    with pytest.raises(cx.Problem, match="not among the missing codes"):
        table.with_code("csat", 7, applied=True)


def test_one_two_three_is_no_flag_and_zero_is_proposed() -> None:
    rng = np.random.default_rng(5)
    problem = rng.choice([0, 1, 2, 3], 300, p=[0.05, 0.15, 0.75, 0.05])
    table = survey(grid(300, 4, 1, 5), trip=rng.choice(["a", "b"], 300), Q15PROBLEM=problem)
    assert table.roles["Q15PROBLEM"] == "category"
    assert table.reasons["Q15PROBLEM"][0] < 0.7
    assert [c.applied for c in table.codes if c.column == "Q15PROBLEM"] == [False]


def test_a_scale_that_changes_in_time_is_noted() -> None:
    rng = np.random.default_rng(6)
    days = pd.date_range("2020-01-01", periods=400).strftime("%Y-%m-%d")
    grades = np.concatenate([rng.integers(1, 6, 280), rng.integers(1, 11, 120)])
    table = cx.read(pd.DataFrame({"date": days, "overall_rating": grades}).to_csv(index=False).encode())
    note = next(n for n in table.notes if "scale seems to have changed" in n)
    assert "2020-10" in note
    steady = pd.DataFrame({"date": days, "overall_rating": rng.integers(1, 11, 400)}).to_csv(index=False).encode()
    assert not any("scale seems" in n for n in cx.read(steady).notes)
