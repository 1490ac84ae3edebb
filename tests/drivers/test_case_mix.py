"""What a table knows of its cases and a model does not hold equal is said."""

import numpy as np
import pandas as pd

import cxanalysis as cx
from cxanalysis.tables.table import Table

ROLES = {
    "csat": "csat", "escalated": "flag", "late": "flag", "channel": "category", "plan": "category",
    "status": "category", "priority": "number", "handle_minutes": "number",
}  # fmt: skip


def tickets(n=600, late_costs=0.7):
    rng = np.random.default_rng(0)
    priority = rng.choice([1, 2, 3], n)
    escalated = (rng.random(n) < 0.1 * priority).astype(float)
    late = (rng.random(n) < 0.2).astype(float)
    frame = pd.DataFrame(
        {
            "escalated": escalated,
            "late": late,
            "priority": priority,
            "channel": rng.choice(["mail", "phone"], n),
            "plan": rng.choice(["basic", "plus"], n),
            "status": rng.choice(["open", "solved"], n),
            "handle_minutes": rng.exponential(10, n),
            "csat": np.clip(np.round(4.4 - late_costs * late - 0.3 * escalated + rng.normal(size=n) * 0.7), 1, 5),
        }
    )
    return Table(frame, name="tickets", roles=ROLES, scales={"csat": cx.Scale(1, 5)})


def test_categories_that_are_neither_driver_nor_adjuster_are_named():
    found = cx.drivers(tickets(), resamples=50)
    assert found.headline.endswith("Not held equal, though the table has it: priority, channel, plan.") or (
        found.headline.endswith("Not held equal, though the table has it: channel, plan, priority.")
    )
    assert found.r_squared < 0.2
    note = next(note for note in found.notes if note.startswith("Not held equal"))
    for column in ("channel", "plan", "priority"):
        assert column in note
    assert "status" not in note
    assert "handle_minutes" not in note


def test_where_much_is_explained_a_note_says_it_and_the_headline_does_not():
    found = cx.drivers(tickets(late_costs=2.0), resamples=50)
    assert found.r_squared > 0.2
    assert found.headline.endswith("of 100 resamples.")
    assert any(note.startswith("Not held equal") for note in found.notes)


def test_what_is_held_equal_or_is_a_driver_is_not_named():
    found = cx.drivers(
        tickets(), drivers=["escalated", "late", "plan"], adjust_for=["channel", "priority"], resamples=50
    )  # fmt: skip
    assert "Not held equal" not in found.headline
    assert not any(note.startswith("Not held equal") for note in found.notes)


def test_a_plain_frame_knows_nothing_of_its_cases():
    plain = pd.DataFrame({"late": [0, 1] * 40, "channel": ["a", "b"] * 40, "y": np.arange(80) % 7})
    found = cx.drivers(plain, "y", ["late"], resamples=20)
    assert not any(note.startswith("Not held equal") for note in found.notes)
