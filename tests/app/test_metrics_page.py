"""The metrics page: lists taken in, passports changed, findings overruled, goals set, metrics moved, an index made."""

from __future__ import annotations

import json

import pytest
from conftest import healthy, texts

import cxanalysis as cx


@pytest.fixture
def listed(workspace):
    """The sample's list is in the catalogue, and an NPS computed here."""
    workspace.catalogue.take(cx.inventory(cx.sample_path("inventory")))
    step = cx.Step("nps", ("survey",), {"score": "recommend", "cluster": "customer"})
    workspace.catalogue.add(cx.Entry("NPS", branch="advocacy", element="attitudes", step=step, owner="Head of Service"))
    return workspace


def section(app, name):
    return healthy(app.segmented_control(key="show").set_value(name).run())


def form_button(app, label):
    (found,) = [button for button in app.button if button.label == label]
    return found


# --- taking a list in ------------------------------------------------------------------------------------


def test_without_a_metric_it_says_what_can_be_done(open_page, home):
    app = open_page("metrics")
    assert app.title[0].value == "Which numbers do we steer by, and who answers for them?"
    assert app.header[0].value == "There is no metric in the catalogue yet."


def test_what_the_tables_give_is_added_in_one_click(open_page, workspace):
    app = open_page("metrics")
    assert app.header[0].value.startswith(
        "The catalogue is empty; 6 metrics of your tables can be added, such as NPS and CSAT."
    )
    healthy(app.button(key="metrics.add_computed").click().run())
    assert [entry.name for entry in workspace.catalogue.entries] == ["NPS", "CSAT"]
    assert workspace.catalogue.entries[0].formula == "% promoters (9-10) - % detractors (0-6)"
    assert "all are computed here" in app.header[0].value


def test_all_that_can_be_measured_is_added_and_judged_against_a_goal(open_page, workspace):
    app = open_page("metrics")
    healthy(app.button(key="metrics.add_all").click().run())
    entries = {entry.name: entry for entry in workspace.catalogue.entries}
    assert list(entries)[:2] == ["NPS", "CSAT"]
    assert app.header[0].value == "6 metrics; nobody answers for any of them, and all are computed here."
    rate = entries["Failure rate"]
    assert (rate.direction, rate.branch, rate.element) == ("low", "satisfaction", "dissatisfaction points")
    assert rate.formula == "100 × events with the failure / events"
    assert {name for name, entry in entries.items() if entry.direction == "low"} == {
        "Failure rate", "Steps customers should not need", "Customers who stopped buying"
    }  # fmt: skip
    workspace.goals.set(cx.Goal(entries["Repeat-purchase rate"].key, 1.0, by="2030-01-01"))
    app = section(open_page("metrics"), "goals")
    assert app.header[0].value in ("1 goal: 1 reached.", "1 goal: 1 not reached.")


def test_a_metric_of_the_tables_is_added_alone(open_page, listed):
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.add.which").set_value("Failure rate of orders").run())
    healthy(app.button(key="metrics.add.computed").click().run())
    assert listed.catalogue[app.selectbox(key="metrics.open").value].name == "Failure rate"
    assert "Failure rate of orders" not in app.selectbox(key="metrics.add.which").options


def test_the_samples_list_waits_until_it_is_confirmed(open_page, workspace):
    app = open_page("metrics")
    healthy(app.button(key="metrics.sample").click().run())
    assert app.header[0].value.startswith("14 metrics of 6 departments, 1 without an owner")
    assert len(workspace.catalogue) == 0
    assert app.selectbox(key="metrics.column.Verantwortlich").value == "owner"
    again = open_page("metrics")  # a refresh loses nothing
    assert again.header[0].value == app.header[0].value
    healthy(again.button(key="metrics.take").click().run())
    assert len(workspace.catalogue) == 14
    assert again.header[0].value.startswith("14 metrics of 5 departments; nobody answers for 1 of them")


def test_what_a_column_means_can_be_changed(open_page, workspace):
    app = open_page("metrics")
    healthy(app.button(key="metrics.sample").click().run())
    healthy(app.selectbox(key="metrics.column.Verantwortlich").set_value(None).run())
    assert "14 without an owner" in app.header[0].value
    healthy(app.selectbox(key="metrics.column.tracked by").set_value("owner").run())
    healthy(app.button(key="metrics.take").click().run())
    assert workspace.catalogue["CSAT"].owner == "A. Ferrer"


def test_a_list_can_be_put_aside(open_page, workspace):
    app = open_page("metrics")
    healthy(app.button(key="metrics.sample").click().run())
    healthy(app.button(key="metrics.discard").click().run())
    assert len(workspace.catalogue) == 0
    assert app.header[0].value.startswith(
        "The catalogue is empty; 6 metrics of your tables can be added, such as NPS and CSAT."
    )


# --- the catalogue ---------------------------------------------------------------------------------------


def test_the_filter_leaves_what_matches(open_page, listed):
    app = open_page("metrics")
    assert len(app.dataframe[0].value) == 15
    healthy(app.text_input(key="metrics.find").set_value("churn finance").run())
    assert app.dataframe[0].value["name"].tolist() == ["Churn"]
    healthy(app.text_input(key="metrics.find").set_value("").run())
    healthy(app.selectbox(key="metrics.department").set_value("Marketing").run())
    assert len(app.dataframe[0].value) == 3
    healthy(app.toggle(key="metrics.lacking").set_value(True).run())
    assert "No metric matches" in texts(app)


def test_a_computed_metric_shows_its_value_and_call(open_page, listed):
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("NPS").run())
    expected = listed.catalogue["NPS"].step.run(listed.tables).headline
    assert expected in texts(app)
    assert any("cx.nps(survey" in block.value for block in app.code)


def test_formulas_are_rendered(open_page, listed):
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("CSAT").run())
    assert r"\frac{\text{answers 4 or 5}}{\text{all answers}}" in app.latex[0].value


def test_saving_makes_a_version_with_old_beside_new(open_page, listed):
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("CSAT").run())
    app.text_input(key="metrics.form.CSAT.1.cut_off").set_value("only 5")
    healthy(form_button(app, "Save as a new version").click().run())
    assert listed.catalogue["CSAT"].cut_off == "only 5"
    shown = next(frame.value for frame in app.dataframe if "old" in frame.value.columns)
    assert shown[["field", "old", "new"]].values.tolist() == [["cut_off", "1-5: 4-5", "only 5"]]
    assert "version 2" in texts(app)
    healthy(app.button(key="metrics.back").click().run())
    assert listed.catalogue["CSAT"].cut_off == "1-5: 4-5"
    assert [version.what for version in listed.catalogue.history("CSAT")] == ["added", "definition changed", "restored"]


def test_archiving_and_restoring(open_page, listed):
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("Cost_per_lead").run())
    healthy(app.button(key="metrics.form.Cost_per_lead.1.archive").click().run())
    assert "Cost_per_lead" not in listed.catalogue
    healthy(app.button(key="metrics.restore.Cost_per_lead").click().run())
    assert "Cost_per_lead" in listed.catalogue


def test_a_metric_is_added_by_hand(open_page, listed):
    app = open_page("metrics")
    app.text_input(key="metrics.new.name").set_value("Queue length")
    healthy(form_button(app, "Add it").click().run())
    assert listed.catalogue["Queue_length"].name == "Queue length"
    assert app.selectbox(key="metrics.open").value == "Queue_length"


def test_a_passport_says_when_its_table_changed(open_page, listed):
    now = listed.tables["survey"]
    shorter = cx.Table(now.frame.head(200), name="survey", kind="survey", roles=now.roles, scales=now.scales)
    listed.add(shorter, replace=True)
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("NPS").run())
    assert "survey changed since its passport was written" in texts(app)
    healthy(app.button(key="metrics.refresh").click().run())
    assert "changed since its passport" not in texts(app)


# --- the audit -------------------------------------------------------------------------------------------


def test_the_audit_finds_what_was_planted_and_can_be_overruled(open_page, listed):
    app = section(open_page("metrics"), "audit")
    assert app.header[0].value.startswith("Of 15 metrics, 2 measure no benefit to the customer")
    assert "In survey.csat this moves" in texts(app)
    check = "no benefit to the customer"
    app.text_input(key=f"metrics.why.{check}").set_value("It pays for our help pages")
    healthy(overrule(app, check).click().run())
    assert listed.catalogue["Cost_per_lead"].overruled == {check: "It pays for our help pages"}
    assert "Of 15 metrics, 1 measures no benefit" in app.header[0].value
    assert "Does not hold here: It pays for our help pages" in texts(app)
    healthy(app.button(key=f"metrics.accept.{check}.Cost_per_lead").click().run())
    assert "2 measure no benefit" in app.header[0].value


def overrule(app, check):
    (button,) = [b for b in app.button if b.key and b.key.endswith(f"metrics.overrule.{check}")]
    return button


def test_overruling_needs_a_reason(open_page, listed):
    app = section(open_page("metrics"), "audit")
    healthy(overrule(app, "no benefit to the customer").click().run())
    assert "with a reason" in texts(app)
    assert listed.catalogue["Cost_per_lead"].overruled == {}


# --- goals -----------------------------------------------------------------------------------------------


def set_goal(app, **values):
    for name, value in values.items():
        number = 0 if "NPS.0." in str([w.key for w in app.number_input]) else 1
        widgets = {w.key: w for w in [*app.number_input, *app.text_input, *app.date_input, *app.selectbox]}
        widgets[f"metrics.goal.NPS.{number}.{name}"].set_value(value)
    return healthy(form_button(app, "Keep the goal").click().run())


def test_a_goal_is_set_judged_changed_and_dropped(open_page, listed):
    app = section(open_page("metrics"), "goals")
    assert app.header[0].value == "No metric has a goal yet."
    healthy(app.selectbox(key="metrics.goal.metric").set_value("NPS").run())
    value = float(listed.catalogue["NPS"].step.run(listed.tables).table["value"].iloc[0])
    set_goal(app, value=value + 30, baseline=value, benchmark=value + 40, source="a survey of the trade", n=900)
    assert app.header[0].value == "1 goal: 1 not reached."
    assert "Not reached." in texts(app)
    assert listed.goals["NPS"].benchmarks[0].n == 900
    assert "SMART: 3 of 5" in [part.label for part in app.expander]
    set_goal(app, value=value + 0.5)
    assert "1 cannot tell yet" in app.header[0].value
    assert "more answers" in texts(app)
    assert len(listed.goals.history("NPS")) == 2
    healthy(app.button(key="metrics.goal.drop.NPS").click().run())
    assert "NPS" not in listed.goals


def test_a_goal_without_a_value_is_not_kept(open_page, listed):
    app = section(open_page("metrics"), "goals")
    healthy(form_button(app, "Keep the goal").click().run())
    assert "the goal has no value" in texts(app).lower()
    assert len(listed.goals) == 0


def test_the_passport_shows_the_goals_status(open_page, listed):
    listed.goals.set(cx.Goal("NPS", -100))
    app = open_page("metrics")
    healthy(app.selectbox(key="metrics.open").set_value("NPS").run())
    assert "Goal −100: reached" in texts(app)


# --- tree and index --------------------------------------------------------------------------------------


def test_a_metric_is_moved_in_the_tree(open_page, listed):
    app = section(open_page("metrics"), "tree")
    healthy(app.selectbox(key="metrics.tree.moved").set_value("CES").run())
    (place,) = [box for box in app.selectbox if box.key and box.key.startswith("metrics.tree.place.CES")]
    healthy(place.set_value("NPS").run())
    healthy(app.button(key="metrics.tree.move").click().run())
    assert listed.catalogue["CES"].under == "NPS"
    assert "\u2003\u2003CES" in next(frame.value for frame in app.dataframe if "here" in frame.value)["name"].tolist()


def test_a_circle_is_refused(open_page, listed):
    listed.catalogue.change("CES", under="NPS")
    app = section(open_page("metrics"), "tree")
    healthy(app.selectbox(key="metrics.tree.moved").set_value("NPS").run())
    (place,) = [box for box in app.selectbox if box.key and box.key.startswith("metrics.tree.place.NPS")]
    healthy(place.set_value("CES").run())
    healthy(app.button(key="metrics.tree.move").click().run())
    assert listed.catalogue["NPS"].under is None
    assert "stand under each other" in texts(app)


def test_the_index_follows_its_widgets(open_page, listed):
    app = section(open_page("metrics"), "tree")
    assert app.header[0].value.startswith("The index is ")
    step = json.loads(app.query_params["step"])
    assert [part["column"] for part in step["arguments"]["components"]] == ["recommend", "csat"]
    healthy(app.segmented_control(key="metrics.way").set_value("hand").run())
    healthy(app.number_input(key="metrics.weight.csat").set_value(30.0).run())
    step = json.loads(app.query_params["step"])
    assert step["arguments"]["weights"] == {"recommend": 10.0, "csat": 30.0}
    parts = next(frame.value for frame in app.dataframe if "contribution" in frame.value)
    assert parts["weight"].round(6).tolist() == [0.25, 0.75]
    healthy(app.selectbox(key="metrics.by").set_value("market").run())
    assert app.header[0].value.startswith("The index runs from ")


def test_the_index_is_the_one_its_code_gives(open_page, listed):
    app = section(open_page("metrics"), "tree")
    healthy(app.toggle(key="metrics.index.code").set_value(True).run())
    source = next(block.value for block in app.code if "cx.index(" in block.value)
    names: dict = {}
    exec(compile(source.replace("\ncx.index(", "\nresult = cx.index("), "shown", "exec"), names)
    assert names["result"].headline == app.header[0].value.replace("\\", "")


def test_a_step_in_the_address_opens_its_index(open_page, listed):
    step = cx.Step("index", ("survey",), {"components": [{"column": "csat"}, {"column": "recommend"}], "by": "channel"})
    app = open_page("metrics", step.to_json())
    assert app.selectbox(key="metrics.by").value == "channel"


@pytest.mark.parametrize("name", ["catalogue", "audit", "goals"])
def test_the_code_of_each_section_runs(open_page, listed, name):
    listed.goals.set(cx.Goal("NPS", 40))
    app = section(open_page("metrics"), name)
    key = {"catalogue": "metrics.list.code", "audit": "metrics.audit.code", "goals": "metrics.goals.code"}[name]
    healthy(app.toggle(key=key).set_value(True).run())
    source = next(block.value for block in app.code if "workspace = cx.Workspace(" in block.value)
    exec(compile(source, "shown", "exec"), {})


def test_back_from_the_index_to_the_list(open_page, listed):
    app = section(open_page("metrics"), "tree")
    assert "step" in app.query_params
    section(app, "catalogue")
    assert "computed here" in app.header[0].value
    assert "step" not in app.query_params
    section(app, "tree")
    assert app.header[0].value.startswith("The index is ")
