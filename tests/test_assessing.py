"""Records beyond the chat: suppositions, history, comparison, tables; over the public face only."""

import io

import pytest

from assistant import AdvisorError

NAMES = ("Iberia Tools", "Lusitania")


def answer(field, value, **more):
    return {"do": "answer", "field": field, "value": value, **more}


@pytest.fixture
def fit(advisor, request):
    """A conversation with one record of a candidate, three turns long."""
    conversation = request.node.name
    start = {"do": "start", "tool": "partner_fit", "name": NAMES[0]}
    advisor.reply(conversation, "begin", actions=[start, answer("candidate_type", "distributor")])
    advisor.reply(
        conversation, "more", actions=[answer("candidate_type", "agent"), answer("market_recommendations", "yes")]
    )
    return conversation


def test_a_supposition_changes_the_result_and_stores_nothing(advisor, fit):
    before = advisor.record(fit, "partner_fit-1")
    supposed = advisor.record(fit, "partner_fit-1", supposing={"competing_line": "yes"})
    assert supposed.inputs["competing_line"] == "yes"
    assert supposed.result != before.result
    assert advisor.record(fit, "partner_fit-1").result == before.result


def test_a_supposed_value_that_cannot_be_is_refused_with_its_reason(advisor, fit):
    with pytest.raises(AdvisorError) as refused:
        advisor.record(fit, "partner_fit-1", supposing={"candidate_type": "friend"})
    assert "friend" in refused.value.text("en") or "Agent" in refused.value.text("en")


def test_each_turn_that_changed_answers_tells_what_was_and_what_is(advisor, fit):
    first, second = advisor.steps(fit, "partner_fit-1")
    assert [name for name, _, _ in first.changes] == ["candidate_type"]
    changed = {name: (before["en"], after["en"]) for name, before, after in second.changes}
    assert changed["candidate_type"] == ("Distributor", "Agent")
    earlier = advisor.record(fit, "partner_fit-1", turn=first.turn)
    assert earlier.inputs == {"candidate_type": "distributor"}
    told = advisor.difference(earlier, advisor.record(fit, "partner_fit-1"))
    assert len(told["he"]) == len(told["en"]) >= 2


def test_what_was_undone_is_not_in_the_history(advisor, fit):
    advisor.reply(fit, "undo", actions=[{"do": "undo"}])
    assert len(advisor.steps(fit, "partner_fit-1")) == 1


def test_two_candidates_stand_side_by_side_under_their_names(advisor, fit):
    other = [{"do": "start", "tool": "partner_fit", "name": NAMES[1]}, answer("market_recommendations", "no")]
    advisor.reply(fit, "second", actions=other)
    compared = advisor.compare([advisor.record(fit, f"partner_fit-{n}") for n in (1, 2)])
    names = [row[0]["en"] for row in compared.result["tables"][0]["rows"]]
    assert sorted(names) == sorted(NAMES)
    with pytest.raises(AdvisorError):
        advisor.compare([advisor.record(fit, "partner_fit-1")])


def filled(advisor, rows):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(advisor.template("partner_fit", "he").content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(head) for head in heads])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), heads


def test_a_filled_template_becomes_a_record_for_each_row(advisor):
    form = advisor.tools["partner_fit"].form
    head, kind = form.subject.he, form.field("candidate_type").label.he
    content, _ = filled(advisor, [{head: "אלפא", kind: "מפיץ"}, {head: "בטא", kind: "סוכן"}])
    made = advisor.import_table("partner_fit", content, "imported", user="ann")
    state = advisor.state("imported", user="ann")
    assert [state.records[one].name for one in made] == ["אלפא", "בטא"]
    assert [state.records[one].values()["candidate_type"] for one in made] == ["distributor", "agent"]


def test_a_table_with_one_bad_cell_is_refused_whole_and_names_the_row(advisor):
    form = advisor.tools["partner_fit"].form
    head, kind = form.subject.he, form.field("candidate_type").label.he
    content, _ = filled(advisor, [{head: "אלפא", kind: "מפיץ"}, {head: "בטא", kind: "ידיד"}])
    with pytest.raises(AdvisorError) as refused:
        advisor.import_table("partner_fit", content, "refused", user="ann")
    assert "3" in refused.value.text("he")
    assert "refused" not in [head.id for head in advisor.conversations(user="ann")]


def test_amounts_and_shares_may_be_written_as_people_write_them(advisor):
    actions = [
        {"do": "start", "tool": "leadgen_roi"},
        answer("running_cost", "7,500 USD per month"),
        answer("gross_margin", "45%"),
        answer("deals", "2-4"),
    ]
    advisor.reply("written", "numbers", actions=actions)
    values = advisor.state("written").records["leadgen_roi-1"].values()
    assert values["running_cost"] == {"amount": "7500", "currency": "USD", "period": "month"}
    assert (values["gross_margin"], values["deals"]) == ("0.45", {"low": "2", "high": "4"})
