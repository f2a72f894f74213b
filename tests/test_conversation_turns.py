"""What a message means by what was said before it: offers, open questions, settled results, other records."""

import itertools

import pytest

NUMBER = itertools.count()


def answers(reply):
    return {key: given["value"] for key, given in reply.assessment["answers"].items() if given["status"] == "answered"}


def statuses(reply):
    return {key: given["status"] for key, given in reply.assessment["answers"].items()}


@pytest.mark.parametrize(
    ("start", "said", "field", "status"),
    [
        ("check a partner, Alder", "skip the one about their sales force", "sales_force_record", "skipped"),
        ("check a partner, Alder", "personal chemistry - I'll answer that later", "personal_chemistry", "later"),
        ("בדיקת שותף ל-Nordlys", "על כיסוי השוק תדלג", "market_coverage", "skipped"),
        ("בדיקת שותף ל-Nordlys", "את החוסן הפיננסי תשאיר לאחר כך", "financial_strength", "later"),
        (
            "בוא נבחן אם נייס לקוח אסטרטגי",
            "אם אנחנו מרוויחים עליו - לא יודע, אין לנו תמחור",
            "customer_result",
            "unknown",
        ),
    ],
)
def test_what_is_put_aside_or_not_known_is_the_field_that_is_named(talk, start, said, field, status):
    assert statuses(talk(start, said)) == {field: status}


@pytest.mark.parametrize(
    "said", ["how many months a deal takes there I don't know", "כמה חודשים לוקחת עסקה אני לא יודע"]
)
def test_how_many_months_is_a_question_about_a_field_counted_in_months(talk, said):
    assert statuses(talk("vertical profile", said)) == {"cycle_months": "unknown"}


def test_sending_to_somebody_else_names_no_field(talk):
    assert statuses(talk("profit of a customer", "ask finance, I don't know")) == {"revenue": "unknown"}


@pytest.mark.parametrize(
    "lines",
    [
        ("assess a candidate called Iberia Trading", "it's an agent"),
        ("assess a candidate called Iberia Trading", "this one sells in our name, so an agent"),
        ("בדיקת שותף לחברת אלדר", "זה סוכן"),
    ],
)
def test_what_it_is_said_to_be_is_the_candidate_and_not_what_is_wanted(talk, lines):
    given = answers(talk(*lines))
    assert given["candidate_type"] == "agent"
    assert "required_types" not in given


@pytest.mark.parametrize(
    "lines",
    [
        ("assess a candidate", "they're a distributor and that's the kind we're after"),
        ("assess a candidate", "they're a distributor", "and that is what we need"),
        ("בדיקת שותף לחברת אלדר", "זה מפיץ", "וזה בדיוק מה שאנחנו מחפשים"),
    ],
)
def test_what_is_there_may_be_said_to_be_what_is_wanted(talk, lines):
    given = answers(talk(*lines))
    assert (given["candidate_type"], given["required_types"]) == ("distributor", ["distributor"])


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("qualify a lead", "what they need is exactly what we make"),
        ("סינון ליד", "מה שהוא צריך זה בדיוק מה שאנחנו עושים"),
    ],
)
def test_a_clause_that_is_the_subject_of_another_asks_nothing(talk, start, said):
    assert answers(talk(start, said)) == {"need_matches": "yes"}


@pytest.mark.parametrize(
    ("start", "said"), [("qualify a lead", "he's a competitor, it seems"), ("סינון ליד", "נראה לי שזה מתחרה שמגשש")]
)
def test_what_somebody_is_said_to_be_goes_before_a_guess_at_the_open_question(talk, start, said):
    assert answers(talk(start, said)) == {"who_is_it": "competitor"}


@pytest.mark.parametrize(
    ("start", "said", "given"),
    [
        ("campaign preflight", "timing? one letter and that's it, no follow-up", {"timing": "no"}),
        ("בדיקה לפני קמפיין", "תזמון? שולחים מכתב אחד וזהו, בלי המשך", {"timing": "no"}),
        ("בדיקה לפני קמפיין", "ההצעה ככה ככה, חלקית", {"offer": "partly"}),
        ("campaign preflight", "the offer is so-so, partly", {"offer": "partly"}),
    ],
)
def test_what_follows_a_topic_is_said_of_it_and_of_nothing_else(talk, start, said, given):
    assert answers(talk(start, said)) == given


@pytest.mark.parametrize(
    "lines",
    [
        ("qualify a lead", "they are outside our territory", "sorry, they are within our territory", "cancel that"),
        ("סינון ליד", "הוא מניגריה, אנחנו לא מוכרים שם", "סליחה, הוא מנורבגיה ושם אנחנו כן מוכרים", "בטל"),
    ],
)
def test_cancel_right_after_something_was_noted_takes_that_back(talk, lines):
    reply = talk(*lines)
    assert answers(reply)["in_territory"] == "no"
    assert talk.state.active


def test_cancel_with_nothing_just_noted_closes_the_assessment(talk):
    talk("סינון ליד", "הוא בטריטוריה שלנו", "מה זה טיפוח?", "בטל")
    assert not talk.state.active


@pytest.mark.parametrize("lines", [("vertical profile", "60", "50 in all", "sorry, 500 possible")])
def test_a_figure_that_was_refused_is_replaced_by_the_next_one(talk, lines):
    assert answers(talk(*lines))["potential"] == "500"


def test_a_correction_of_one_figure_replaces_it_at_once(talk):
    reply = talk("פרופיל מגזר: 20 לקוחות מתוך 800 אפשריים, 10 עסקאות בשנתיים", "טעות, 40 לקוחות")
    assert answers(reply)["customers"] == "40"


# -- settled results ---------------------------------------------------------------------------------

BLOCKED = [
    ("check a partner", "they approached us", "no, we led no process"),
    ("בדיקת שותף", "הם פנו אלינו", "לא הובלנו שום תהליך"),
]


@pytest.mark.parametrize("lines", BLOCKED)
def test_what_was_not_understood_after_a_verdict_is_met_with_the_offer_to_go_on(talk, lines):
    reply = talk(*lines, "qqq zzz")
    assert reply.kind == "clarify"
    assert talk.state.pending["kind"] == "go_on"
    assert reply.suggestions


@pytest.mark.parametrize("lines", BLOCKED)
def test_a_correction_that_unsettles_a_verdict_opens_the_assessment_again(talk, lines):
    said = "sorry, we did lead a process" if "partner" in lines[0] else "סליחה, כן הובלנו תהליך"
    reply = talk(*lines, said)
    assert reply.assessment["status"] == "open"
    assert reply.assessment["question"]


@pytest.mark.parametrize("lines", BLOCKED)
def test_a_fact_told_after_a_verdict_is_worked_in_and_shown(talk, lines):
    said = "personal chemistry is great" if "partner" in lines[0] else "הכימיה האישית מצוינת"
    reply = talk(*lines, said)
    assert reply.calculations
    assert answers(reply)["personal_chemistry"] == "yes"


@pytest.mark.parametrize("lines", [(*BLOCKED[0], "why does it matter?"), (*BLOCKED[1], "למה זה חשוב?")])
def test_why_after_a_verdict_is_about_what_was_told_last(talk, lines):
    assert "R-P2" in talk(*lines).text or "R-P1" in talk(*lines).text


def test_a_guess_that_was_not_confirmed_is_not_made_again(talk):
    talk("qualify a lead")
    talk("he's some kind of director")
    assert talk.state.pending["answers"][0]["field"] == "role"
    talk("the meeting took quite some time")
    again = talk("he's some kind of director")
    assert talk.state.pending is None
    assert again.assessment["question"]["id"] == "in_territory"


# -- beginning, offers and other records -------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "tool"),
    [
        (("let's calculate how many strategic accounts we can handle",), "sam_capacity"),
        (("תחשב לי את התועלת מטיפוח לידים",), "nurture_payoff"),
        (("why nurture leads at all?", "ok let's calculate it for us"), "nurture_payoff"),
        (("למה בכלל לטפח לידים?", "טוב בוא נחשב את זה אצלנו"), "nurture_payoff"),
    ],
)
def test_what_is_to_be_calculated_is_a_calculators(talk, lines, tool):
    assert talk(*lines).assessment["tool"] == tool


@pytest.mark.parametrize(
    ("lines", "tool"),
    [
        (("how do I choose a strategic account?", "let's check one"), "sam_selection"),
        (("A Polish distributor wrote to us. Should we sign?", "ok, let's check him properly"), "partner_fit"),
        (("איך בוחרים לקוח אסטרטגי?", "בוא נבדוק אחד כזה"), "sam_selection"),
    ],
)
def test_a_wish_that_names_nothing_is_for_what_was_offered_or_asked_about(talk, lines, tool):
    assert talk(*lines).assessment["tool"] == tool


@pytest.mark.parametrize(
    ("question", "fact", "given"),
    [
        ("A distributor wrote to us. Should we sign?", "nobody there can do repairs", "function_after_sale_service"),
        ("מפיץ פנה אלינו, כדאי למנות אותו?", "אין שם מי שיעשה תיקונים", "function_after_sale_service"),
    ],
)
def test_a_fact_told_after_an_offer_takes_it_up(talk, question, fact, given):
    talk(question)
    assert talk.state.pending["kind"] == "start"
    reply = talk(fact)
    assert reply.assessment["tool"] == "partner_fit"
    assert answers(reply)[given] == "nobody"


@pytest.mark.parametrize(
    "said", ["Define ROMI", "הגדר ROMI", "תן לי צעדים לייצור לידים", "give me steps for lead generation"]
)
def test_a_question_by_its_form_begins_nothing(talk, said):
    reply = talk(said)
    assert reply.kind == "answer"
    assert reply.sources
    assert not talk.state.records


@pytest.mark.parametrize(
    "said",
    [
        "What is a lead? Please take me through the qualification of one.",
        "מה זה ליד? תעבור איתי בבקשה על סינון של אחד.",
    ],
)
def test_a_question_before_a_wish_is_answered_first(talk, said):
    reply = talk(said)
    assert reply.sources
    assert reply.assessment["tool"] == "lead_qualification"
    assert reply.text.rstrip().endswith("?")


@pytest.mark.parametrize(
    ("start", "said"),
    [("check a partner called Vega", "actually I meant a lead"), ("בדיקת שותף לחברת וגה", "בעצם התכוונתי לליד")],
)
def test_another_tool_may_have_been_meant(talk, start, said):
    assert talk(start, said).assessment["tool"] == "lead_qualification"


@pytest.mark.parametrize(("start", "said"), [("check a lead from Bosch", "so?"), ("סינון ליד מבוש", "נו?")])
def test_a_mere_so_asks_where_it_stands(talk, start, said):
    assert talk(start, said).kind == "result"


@pytest.mark.parametrize("said", ["result please", "outcome please", "תוצאה בבקשה"])
def test_a_wish_for_the_result_is_no_yes_to_going_on(talk, said):
    reply = talk("check whether a customer is strategic", "we lose money on them", said)
    assert reply.calculations
    assert "1 of 19" not in reply.text


@pytest.mark.parametrize(
    ("lines", "tool"),
    [
        (
            ("תפתח חישוב משפך, היעד עשר עסקאות", "בדיקת שותף לאורורה", "הם סוכן", "סינון ליד", "נחזור לחישוב המשפך"),
            "funnel",
        ),
        (
            (
                "2,000 dollars a month on ads, 4 deals of 4,000 dollars. return?",
                "what is an hour of a rep worth who sells 1M dollars a year, 220 days of 8 hours?",
                "how many inquiries for 10 deals if 10% are ready and 30% of them close?",
                "back to the ads",
            ),
            "leadgen_roi",
        ),
    ],
)
def test_a_record_is_taken_up_again_by_what_its_tool_is_about(talk, lines, tool):
    assert talk(*lines).assessment["tool"] == tool


def test_an_order_with_a_name_and_its_apposition_begins_with_the_facts_told(talk):
    reply = talk("Check Ferro SA, a distributor. We approached them. They carry no competing line.")
    assert reply.assessment["name"] == "Ferro SA"
    given = answers(reply)
    assert (given["candidate_type"], given["initiated_by"], given["competing_line"]) == ("distributor", "us", "no")


def test_one_figure_that_a_calculator_asks_for_begins_it_also_in_a_long_question(talk):
    reply = talk("כמה שווה שעה של איש מכירות שמוכר ב-2.4 מיליון שקל בשנה?", "215 ימי עבודה")
    assert reply.assessment["tool"] == "sales_productivity"
    assert answers(reply)["working_days"] == "215"


@pytest.mark.parametrize("said", ["show me my assessments", "תראה לי את ההערכות שלי"])
def test_a_list_of_nothing_is_no_question(talk, said):
    assert not talk(said).sources


# -- figures told in turns ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "cost"),
    [
        ("ok, correct the running cost: it's 5,000 dollars a month", "5000"),
        ("טוב, תתקן את העלות: 5,000 דולר לחודש", "5000"),
    ],
)
def test_an_order_to_correct_replaces_at_once_also_after_a_courtesy(talk, said, cost):
    reply = talk("calculate the roi: ads cost 4,000 dollars a month, 2 deals of 30,000 dollars each", said)
    assert answers(reply)["running_cost"]["amount"] == cost


def test_of_two_figures_alike_the_one_that_is_named_is_corrected(talk):
    talk("calculate the payoff of nurturing: 100 inquiries a month, 10 of them ready for sales")
    talk("of the rest, 30 will buy from somebody later", "we would win 30% of those if we keep in touch")
    given = answers(talk("sry 20 later buyers not 30"))
    assert (given["later_buyers"], given["later_win_rate"]) == ("20", "0.3")


@pytest.mark.parametrize(
    ("lines", "absent"),
    [
        (("how many strategic accounts can we handle? calculate", "one account manager has 140 hours a month"), "140"),
        (("תחשב החזר על קמפיין אחד של דיוור ישיר שעלה 4,000 שקל",), "4000"),
    ],
)
def test_one_of_a_kind_is_no_count(talk, lines, absent):
    given = answers(talk(*lines))
    assert len(given) == 1
    assert absent in str(given)


def test_deals_counted_over_one_year_are_counted_over_one_year(talk):
    given = answers(talk("vertical profile: 35 customers out of 50", "10 deals, counted over one year"))
    assert (given["deals"], given["window_years"]) == ("10", "1")


def test_own_weights_are_told_to_be_used(talk):
    given = answers(talk("campaign preflight", "I want my own weights: list 50, offer 30, timing 20, creative 20"))
    assert (given["weight_set"], given["user_list"]) == ("user", "50")


# -- lists and noise ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("בדיקת SAM ללקוח בשם Titan", "כן מרוויחים עליו", "צמיחה לא, טכנולוגיה לא, שווקים לא, אסמכתה לא"),
        (
            "is Titan a strategic account? check",
            "we earn on them",
            "growth no, technology no, markets no, reference no",
        ),
    ],
)
def test_a_piece_of_a_list_is_never_the_reply_to_what_was_asked(talk, lines):
    given = answers(talk(*lines))
    assert given["market_access"] == "no"
    assert "we_matter_to_them" not in given


def test_n_joins_clauses_as_and_does(talk):
    given = answers(
        talk("kam tiers", "no, they return", "they order evry month, volume is high n gross profit is high")
    )
    assert (given["volume_high"], given["gross_profit_high"]) == ("yes", "yes")


@pytest.mark.parametrize("said", ["don't know if they have the money", "לא יודע אם יש להם כסף"])
def test_not_knowing_whether_is_no_denial(talk, said):
    assert statuses(talk("qualify a lead", said)) == {"budget": "unknown"}


# -- cases told, and one after another ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "name", "given"),
    [
        ("new lead: Klaus from Siemens, he filled in our contact form", "Klaus from Siemens", "expressed_interest"),
        ("ליד חדש: ראובן מחיפה, הוא ביקש קטלוג", "ראובן מחיפה", "expressed_interest"),
    ],
)
def test_a_labelled_case_begins_with_its_name_and_its_facts(talk, said, name, given):
    reply = talk(said)
    assert (reply.assessment["tool"], reply.assessment["name"]) == ("lead_qualification", name)
    assert answers(reply) == {given: "yes"}


def test_a_case_that_is_only_told_is_answered_and_offered(talk):
    reply = talk("יש לנו מועמד, הם פנו אלינו בתערוכה")
    assert not talk.state.records
    assert talk.state.pending["kind"] == "start"
    assert reply.sources


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("Hi, I need to decide about a possible reseller in Poland", "partner_fit"),
        ("יש לנו מועמד להפצה בצ'כיה, רוצה לעבור עליו", "partner_fit"),
        ("צריך להחליט אם דיפלומט זה לקוח אסטרטגי", "sam_selection"),
    ],
)
def test_a_decision_at_hand_begins_its_assessment(talk, said, tool):
    assert talk(said).assessment["tool"] == tool


def test_wanting_to_learn_about_a_decision_begins_nothing(talk):
    reply = talk("אני רוצה להבין מה עושה מפיץ")
    assert not talk.state.records
    assert reply.sources


@pytest.mark.parametrize(
    "lines",
    [
        ("צריך להחליט אם דיפלומט זה לקוח אסטרטגי", "רווחיים מאוד", "תבדוק גם את שטראוס", "הפסד", "תחזור לדיפלומט"),
        ("is Nestle a strategic account? check", "we earn on them", "check Danone too", "loss", "back to Nestle"),
        (
            "is our customer Danfoss strategic? let's go through it",
            "profit",
            "do the same for Orsted",
            "back to Danfoss",
        ),
    ],
)
def test_another_name_with_also_is_the_same_assessment_for_it(talk, lines):
    reply = talk(*lines)
    assert answers(reply) == {"customer_result": "profit"}
    assert [record.tool for record in talk.state.records.values()] == ["sam_selection"] * 2


@pytest.mark.parametrize(
    "said",
    [
        "כמה עולה לי ליד מהפייסבוק? 3000 שקל בחודש, 40 לידים",
        "work out the return of Facebook: 3,000 dollars a month, 40 raw leads",
    ],
)
def test_a_calculation_begun_with_its_figures_is_one_record(talk, said):
    reply = talk(said)
    assert len(talk.state.records) == 1
    assert answers(reply)["raw_leads"] == "40"


@pytest.mark.parametrize(
    ("lines", "tool"),
    [
        (
            ("check a lead", "leave it, let's calculate an hour of a salesperson, sells 1.5 million dollars a year"),
            "sales",
        ),
        (("סינון ליד", "עזוב את זה, בוא נחשב שעה של איש מכירות, מוכר מיליון וחצי שקל בשנה"), "sales"),
    ],
)
def test_a_calculation_is_begun_beside_an_open_assessment_by_one_figure(talk, lines, tool):
    reply = talk(*lines)
    assert reply.assessment["tool"].startswith(tool)
    assert "annual_revenue" in answers(reply)


@pytest.mark.parametrize(
    "said", ["I want to know how many leads we need for 12 deals", "כמה לידים צריך בשביל 12 עסקאות?"]
)
def test_the_figure_of_a_question_is_kept_for_the_calculation_it_leads_to(talk, said):
    more = "10% of leads are ready and we close a quarter of them"
    reply = talk(said, "10% מהלידים בשלים ואנחנו סוגרים רבע מהם" if "ל" in said else more)
    assert answers(reply) == {"target_deals": "12", "ready_rate": "0.1", "ready_win_rate": "0.25"}


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("check a partner", "how good their finances are? no clue yet"),
        ("בדיקת שותף", "מה המצב הפיננסי שלהם? אין לי מושג"),
    ],
)
def test_a_question_the_person_cannot_answer_is_not_known(talk, start, said):
    assert statuses(talk(start, said)) == {"financial_strength": "unknown"}


def test_a_figure_after_wrong_is_no_mere_no(talk):
    talk("תחשב החזר על ערוץ: 3000 שקל בחודש, 2 עסקאות")
    talk("כל עסקה 15 אלף")
    assert answers(talk("טעות, 3 עסקאות"))["deals"] == "3"


@pytest.mark.parametrize(
    "lines",
    [
        ("qualify a lead", "he is a competitor", "I checked, not a competitor. A possible customer"),
        ("סינון ליד", "נראה לי שזה מתחרה שמגשש", "בדקתי, לא מתחרה. לקוח אפשרי לגמרי"),
    ],
)
def test_a_choice_that_is_denied_is_not_taken_for_the_one_meant(talk, lines):
    assert answers(talk(*lines))["who_is_it"] == "customer"


def test_what_is_not_known_is_not_read_from_its_own_words(talk):
    said = "אם אנחנו מרוויחים עליו - לא יודע, אין לנו תמחור לפי לקוח"
    assert statuses(talk("בוא נבחן אם נייס לקוח אסטרטגי", said)) == {"customer_result": "unknown"}


@pytest.mark.parametrize(
    "lines",
    [
        ("check a distributor called Andes", "they sell our competitor's line", "would they drop it? they said yes"),
        ("בדיקת שותף", "הם מוכרים קו מתחרה", "יוותרו על הקו המתחרה? אמרו שכן"),
    ],
)
def test_a_question_the_person_answers_is_that_answer(talk, lines):
    assert answers(talk(*lines))["drops_competing_line"] == "yes"


def test_back_to_a_figure_changes_what_was_changed_last(talk):
    lines = (
        "we get 300 inquiries a month, 10% ready, close 25%, what comes out?",
        "make it 400 inquiries",
        "back to 300",
    )
    given = answers(talk(*lines))
    assert given["inquiries"] == "300"
    assert "target_deals" not in given


def test_back_to_the_figure_that_stands_drops_the_supposition(talk):
    reply = talk("תחשב החזר: 3000 שקל בחודש, 2 עסקאות של 15000 שקל", "רווח גולמי 30%", "ואם 40?", "תחזור ל-30")
    assert answers(reply)["gross_margin"] == "0.3"
    assert not next(iter(talk.state.records.values())).supposed


def test_a_denial_is_not_overruled_by_what_it_denies(talk):
    talk("סינון ליד", "הוא לא מוכן לדבר עם איש מכירות בשום פנים", "כן")
    record = next(iter(talk.state.records.values()))
    assert record.values()["open_to_sales_contact"] == "no"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("אני שוקל למנות את בלטיק טרייד כמפיץ בליטא", "בלטיק טרייד"),
        ("בוא נבחן אם נייס לקוח אסטרטגי", "נייס"),
        ("is our customer Danfoss strategic? let's go through it", "Danfoss"),
        ("Check Ferro SA, a distributor.", "Ferro SA"),
    ],
)
def test_a_start_is_named_after_the_one_it_is_about(talk, said, name):
    assert talk(said).assessment["name"] == name


def test_a_correction_that_repeats_what_is_noted_keeps_what_is_new(talk):
    talk("בדיקת שותף", "הם מפיץ", "בעצם המפיץ מוכר גם מוצר מתחרה", "כן")
    assert next(iter(talk.state.records.values())).values()["competing_line"] == "yes"


def test_yes_or_no_before_a_question_replies_to_nothing(talk):
    reply = talk("just yes or no: should I give sales every inquiry that comes in?")
    assert reply.kind == "answer"
    assert "not sure what you mean" not in reply.text


@pytest.mark.parametrize("said", ["can you help me with a lead?", "אפשר לעזור לי עם ליד?"])
def test_help_with_something_begins_what_is_for_it(talk, said):
    assert talk(said).assessment["tool"] == "lead_qualification"


@pytest.mark.parametrize(
    ("question", "thanks"),
    [("A distributor wrote to us. Should we sign?", "ok thanks"), ("מפיץ פנה אלינו, כדאי למנות אותו?", "טוב תודה")],
)
def test_thanks_after_an_offer_are_no_yes(talk, question, thanks):
    talk(question)
    assert talk.state.pending["kind"] == "start"
    talk(thanks)
    assert not talk.state.records


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("profit of a customer: 400k shekels sales, 30% margin", "they negotiated, the margin is now 25%"),
        ("רווחיות לקוח: מכירות 400 אלף שקל, רווח גולמי 30%", "ניהלו משא ומתן, הרווח הגולמי ירד ל-25%"),
    ],
)
def test_what_is_now_otherwise_replaces_what_was(talk, start, said):
    assert answers(talk(start, said))["gross_margin"] == "0.25"


def test_records_without_figures_are_compared_by_their_results(talk):
    reply = talk(
        "key account groups, let's do Maersk", "they complained last month", "next one: Hapag", "regular buyers"
    )
    reply = talk("compare Maersk and Hapag")
    assert "- **Maersk**:" in reply.text
    assert "- **Hapag**:" in reply.text


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("בדיקת שותף", "בעצם התכוונתי לליד, לא לשותף"),
        ("check a partner", "actually I meant a lead, not a partner"),
    ],
)
def test_who_meant_something_else_gets_it_begun(talk, start, said):
    assert talk(start, said).assessment["tool"] == "lead_qualification"


@pytest.mark.parametrize(
    "said",
    ["they approached us, actually I mean we approached them", "הם פנו אלינו, ובעצם התכוונתי שאנחנו פנינו אליהם"],
)
def test_a_clause_that_sets_the_one_before_right_counts(talk, said):
    talk("בדיקת שותף", said, "כן")
    assert next(iter(talk.state.records.values())).values()["initiated_by"] == "us"


@pytest.mark.parametrize("said", ["they have a warehouse and do repairs", "יש להם מחסן והם עושים תיקונים"])
def test_two_facts_joined_by_and_are_two_answers(talk, said):
    talk("בדיקת שותף", said, "כן")
    values = next(iter(talk.state.records.values())).values()
    assert {"function_demand_response", "function_after_sale_service"} <= set(values)


def test_a_misspelt_message_that_says_nothing_otherwise_is_read_as_it_was_meant(talk):
    reply = talk("check a partner", "they hve a warehous n do repears")
    assert "Who answers demand: **The candidate**" in reply.text


@pytest.mark.parametrize(
    ("tool", "field", "old", "said", "new"),
    [
        ("partner_fit", "function_after_sale_service", "exporter", "hmm no, servicing will be theirs", "partner"),
        ("partner_fit", "function_after_sale_service", "exporter", "רגע, את התיקונים הם עושים, לא אנחנו", "partner"),
        ("partner_fit", "candidate_type", "distributor", "nah they're an agent, they never buy the goods", "agent"),
        ("partner_fit", "function_demand_creation", "partner", "טוב לא, לייצר ביקוש זה עלינו", "exporter"),
        ("lead_qualification", "budget", "no", "he told me today that the budget has been approved", "yes"),
        ("lead_qualification", "budget", "no", "הוא אמר לי היום שאישרו להם תקציב", "yes"),
        ("lead_qualification", "role", "no", "דווקא היא זאת שמחליטה שם", "yes"),
        ("lead_qualification", "in_territory", "yes", "hm, no. they're in Chile, outside our territory", "no"),
        ("sam_selection", "customer_result", "profit", "finance just told me we actually lose money on them", "loss"),
    ],
)
def test_a_statement_with_any_sign_of_correction_replaces_the_answer_at_once_and_nothing_else(
    advisor, tool, field, old, said, new
):
    conversation = f"c{next(NUMBER)}"
    begin = [{"do": "start", "tool": tool}, {"do": "answer", "field": field, "value": old}]
    advisor.reply(conversation, "", actions=begin)
    reply = advisor.reply(conversation, said)
    assert answers(reply) == {field: new}
    assert answers(advisor.reply(conversation, "undo")) == {field: old}


@pytest.mark.parametrize(
    "said",
    [
        "maybe they have a budget now",
        "if the board agrees today they have a budget",
        "אולי עכשיו יש להם תקציב",
        "אם ההנהלה תאשר היום יש להם תקציב",
    ],
)
def test_what_is_only_supposed_replaces_nothing(advisor, said):
    conversation = f"c{next(NUMBER)}"
    begin = [{"do": "start", "tool": "lead_qualification"}, {"do": "answer", "field": "budget", "value": "no"}]
    advisor.reply(conversation, "", actions=begin)
    assert answers(advisor.reply(conversation, said)).get("budget") == "no"


@pytest.mark.parametrize("asked", ["Should we appoint this distributor?", "האם למנות את המפיץ הזה?"])
def test_a_decision_is_told_its_rules_with_their_sources_before_the_first_question(talk, asked):
    reply = talk(asked)
    question = reply.assessment["question"]["text"]
    assert reply.sources
    assert "[1]" in reply.text
    assert reply.text.index("[1]") < reply.text.index(question)


@pytest.mark.parametrize("wished", ["check a partner for me: Norden", "בדוק שותף: נורדן"])
def test_an_order_to_check_is_followed_without_a_lecture(talk, wished):
    assert not talk(wished).sources


@pytest.mark.parametrize(
    ("start", "said", "expected"),
    [
        (
            "strategic account check, Alder",
            "Volume, growth and the reference: all three partly",
            {"capacity_revenue": "partly", "growth_potential": "partly", "used_reference": "partly"},
        ),
        (
            "בדיקת שותף",
            "הכיסוי וכוח המכירות שניהם חלשים",
            {"market_coverage": "no", "sales_force_record": "no"},
        ),
        ("שיטות להשגת לידים", "מיילים כן טלפון לא", {"email": "yes", "phone": "no"}),
        ("lead methods checklist", "email yes phone no blog no", {"email": "yes", "phone": "no", "blog": "no"}),
    ],
)
def test_one_level_behind_several_names_and_levels_without_commas_are_all_noted(talk, start, said, expected):
    assert answers(talk(start, said)).items() >= expected.items()


def test_a_fact_in_front_of_another_level_does_not_share_it(talk):
    values = answers(talk("campaign pre-flight", "list is old, offer is sharp, timing so so"))
    assert values["list"] == "no"
    assert values["timing"] == "partly"


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("should we take on Kestrel? they approached us and won't hold stock", "yes let's"),
        ("about to sign Nordmann GmbH, they called us after Medica. should we?", "ok, start"),
        ("האם לחתום עם אלבה? הם פנו אלינו", "כן"),
    ],
)
def test_a_decision_on_a_named_firm_is_offered_and_begun_with_what_was_told(talk, asked, taken):
    offered = talk(asked)
    assert offered.sources
    assert not (offered.assessment or {}).get("question")
    begun = talk(taken)
    assert begun.assessment["tool"] == "partner_fit"
    assert answers(begun)["initiated_by"] == "them"


@pytest.mark.parametrize(
    ("tool", "noted", "said", "field", "supposed"),
    [
        ("partner_fit", {"led_process": "no"}, "ומה אם היינו כן מובילים תהליך?", "led_process", "yes"),
        ("partner_fit", {"led_process": "no"}, "what if we had led a proper search?", "led_process", "yes"),
        (
            "partner_fit",
            {"function_after_sale_service": "nobody"},
            "ואם ניקח על עצמנו את השירות?",
            "function_after_sale_service",
            "exporter",
        ),
        (
            "lead_qualification",
            {"open_to_sales_contact": "no"},
            "let's pretend he is open to a call",
            "open_to_sales_contact",
            "yes",
        ),
        (
            "sam_selection",
            {"preferred_supplier": "no"},
            "אם היינו ספק מועדף, מה זה היה משנה?",
            "preferred_supplier",
            "yes",
        ),
        ("campaign_preflight", {"list": "no"}, "and if the list were up to date?", "list", "yes"),
    ],
)
def test_a_supposition_in_any_words_changes_what_is_noted_on_a_copy(advisor, tool, noted, said, field, supposed):
    conversation = f"c{next(NUMBER)}"
    told = [{"do": "answer", "field": name, "value": value} for name, value in noted.items()]
    advisor.reply(conversation, "", actions=[{"do": "start", "tool": tool}, *told])
    reply = advisor.reply(conversation, said)
    assert reply.assessment["answers"][field]["value"] == noted[field]
    record = advisor.state(conversation).record
    assert {field: supposed} in list(record.supposed.values())


@pytest.mark.parametrize(
    ("start", "said", "expected"),
    [
        ("qualify a lead", "he doesn't decide alone, he recommends to the owner", {"role": "partly"}),
        ("סינון ליד", "הוא לא מקבל ההחלטות לבד, הוא ממליץ למנכ'לית", {"role": "partly"}),
        ("בחירת לקוח אסטרטגי", "הם משתפים אותנו בנתונים ובתוכניות רק חלקית", {"openness_and_data": "partly"}),
    ],
)
def test_what_is_held_against_a_fact_makes_it_partly(talk, start, said, expected):
    talk(start, said, "yes" if said.isascii() else "כן")
    values = next(iter(talk.state.records.values())).values()
    assert values.items() >= expected.items()


def test_no_that_opens_a_fact_about_something_else_answers_only_that(talk):
    values = answers(talk("בחירת לקוח אסטרטגי", "הם רווחיים", "לא, אנחנו לא ספק מועדף אצלם"))
    assert values.get("preferred_supplier") == "no"
    assert "we_matter_to_them" not in values


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "If we lost them: profit would be hurt badly, yes. Growth partly",
            {"profitability": "yes", "growth_potential": "partly"},
        ),
        ("אם הם ילכו הרווח ייפגע מאוד", {"profitability": "yes"}),
    ],
)
def test_what_is_said_under_the_condition_that_is_asked_about_is_an_answer(talk, said, expected):
    values = answers(talk("strategic account check, Alder", "we make money on them", said))
    assert values.items() >= expected.items()


def test_a_question_before_the_answer_is_answered_and_nothing_else(talk):
    reply = talk("qualify a lead, Alder", "Before I answer: when should marketing hand a lead over to sales?")
    assert reply.kind == "answer"
    assert "of 17 answered" not in reply.text


def test_a_record_that_is_spoken_of_as_this_one_is_renamed(talk):
    assert talk("qualify a lead, Alder", "rename this one to Brightline").assessment["name"] == "Brightline"
