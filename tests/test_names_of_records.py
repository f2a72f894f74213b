"""What a record is called: a name ends with its sentence, stands behind a comma or a cue, and is no place or source."""

import pytest

from assistant.commands import Start
from assistant.conversation import Conversation
from assistant.understanding.segments import sentences
from assistant.understanding.steering.called import name_hint
from assistant.understanding.words.abbreviations import sentence_ends


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Check Brennan Tools as a partner. They wrote to us last week.", "Brennan Tools"),
        ("Work out what we really earn on Helmsford Dairy. Revenue was $300,000.", "Helmsford Dairy"),
        ("Let's qualify Otto Lang. He runs a bakery chain.", "Otto Lang"),
        ("Run partner fit on Marlow Ltd. They stock parts in Leeds.", "Marlow Ltd"),
        ("What do we make on St. Gallen Optics? They bought for $90,000.", "St. Gallen Optics"),
        ("let's assess U.S. Medical Supply as a distributor. They cover Texas.", "U.S. Medical Supply"),
        ("Profit per customer for Dumont S.A. please.", "Dumont S.A."),
        ("run a lead check on mr. Novak. He called yesterday.", "Novak"),
        ("in our region, director of ops, 200 people", ""),
    ],
)
def test_a_name_never_goes_on_in_the_next_sentence(text, name):
    assert name_hint(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("got a lead, a woman called Ingrid Sohl from Nordkraft, she wants a quote", "Ingrid Sohl"),
        ("let's check a distributor in Poland, Wisla Technika", "Wisla Technika"),
        ("We met a possible agent in Turkey, Yildiz Makina, let's check them", "Yildiz Makina"),
        ("got a lead from the Lyon fair, Heinz Metall GmbH, is it worth our time?", "Heinz Metall GmbH"),
        ("בוא נבדוק מפיץ בנורווגיה, נורדיק טרייד", "נורדיק טרייד"),
        ("הגיע ליד מהתערוכה, שירה מכימדע, בוא נבדוק אותה", "שירה מכימדע"),
        ("קיבלנו ליד מהאתר, מישהו בשם יוסי מחברת אלון תבור", "יוסי"),
    ],
)
def test_a_name_behind_a_comma_is_the_one_and_not_where_it_comes_from(text, name):
    assert name_hint(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "assess a distributor in Norway",
        "בוא נבדוק מפיץ בנורווגיה",
        "קיבלתי ליד מהתערוכה במינכן, בוא נסנן אותו",
        "let's qualify a lead we got at the fair yesterday",
        "a firm from Milan wants exclusivity for Italy",
        "מפיץ מהודו הציע לנו בלעדיות, להסכים?",
    ],
)
def test_a_place_a_fair_or_a_thing_to_do_is_no_name(text):
    assert name_hint(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We're considering Kappa Instruments as our VAR in Greece", "Kappa Instruments"),
        ("please look at grupo salinas as a partner for mexico", "grupo salinas"),
        ("בוא נבדוק כמה Rhone Pharma מתאימים לנו כשותף", "Rhone Pharma"),
        ("תעשה בדיקת שותף ל-Kolben GmbH מהמבורג", "Kolben GmbH"),
        ("יש לנו lead חדש, John Avery מ-Pelican Foods", "John Avery"),
        ("האם טמבור הוא לקוח אסטרטגי? בוא נבדוק", "טמבור"),
        ('פגשתי בכנס את ד"ר רון אלוני מאיכילוב. בוא נסנן אותו כליד', "רון אלוני"),
        ("רוצה לפתוח בדיקת ליד לדני מאסם", "דני מאסם"),
    ],
)
def test_a_name_stands_beside_what_somebody_is_in_either_language(text, name):
    assert name_hint(text) == name


@pytest.mark.parametrize(
    ("text", "tool", "name"),
    [
        ("qualify this lead: J. P. Morales, he has a budget.", "lead_qualification", "J. P. Morales"),
        ("qualify a lead: Dr. Miriam Katz, Sheba hospital. She asked for prices.", "lead_qualification", "Miriam Katz"),
        ("new lead: Paul Ferris, Ardent Mills", "lead_qualification", "Paul Ferris"),
        ("new lead from the website: Carla Rossi, Pastificio Gallo", "lead_qualification", "Carla Rossi"),
    ],
)
def test_a_label_begins_its_tool_under_the_name_that_follows(reader, text, tool, name):
    (start,) = [c for c in reader.propose(text, Conversation("c")).commands if isinstance(c, Start)]
    assert (start.tool, start.name) == (tool, name)


def test_a_dot_of_initials_a_title_or_a_place_ends_no_sentence():
    said = "We met J. P. Morales of St. Gallen. He buys from Ltd. companies."
    assert next(sentence.text for sentence in sentences(said)) == "We met J. P. Morales of St. Gallen."
    assert sentence_ends("Marlow Ltd. They stock. Then they ship") == [12, 24]


def test_a_letter_that_names_nobody_ends_its_sentence():
    assert len(sentences("Our choice is plan B. They keep stock.")) == 2
