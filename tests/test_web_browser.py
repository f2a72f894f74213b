"""The web app in a real Chromium: right to left, accessible, closed to the network, two people apart."""

import io
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from web_visitor import LANGUAGES, ROOT, Visitor, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def visitor(chromium, address):
    opened = []

    def visit(**options):
        opened.append(Visitor(chromium, address, **options))
        return opened[-1]

    yield visit
    for one in opened:
        one.close()


QUESTIONS = {"en": "What did the UK referral case pay?", "he": "למי שייך הליד, לשיווק או למכירות?"}
ROI = (
    "/calculators?tool=leadgen_roi&in=%7B%22running_cost%22:%7B%22amount%22:%227500%22,%22currency%22:%22USD%22,"
    "%22period%22:%22month%22%7D,%22deals%22:%222%22,%22average_deal%22:%7B%22amount%22:%2230000%22,"
    "%22currency%22:%22USD%22,%22period%22:%22one_off%22%7D,%22gross_margin%22:%220.45%22%7D"
)
SEVERAL = (
    "/calculators?tool=leadgen_roi&in=%7B%22channels%22:%5B%7B%22subject%22:%22Fairs%22,%22deals%22:%222%22,"
    "%22running_cost%22:%7B%22amount%22:%229000%22,%22currency%22:%22USD%22%7D%7D,%7B%22subject%22:%22Online%22,"
    "%22deals%22:%223%22,%22running_cost%22:%7B%22amount%22:%223000%22,%22currency%22:%22USD%22%7D%7D%5D%7D"
)
PAGES = ("/", "/assessments", ROI, SEVERAL, "/knowledge", "/evals", "/settings")


@LANGUAGES
def test_a_question_is_answered_with_sources_in_the_pages_direction_without_a_word_to_the_network(visitor, language):
    one = visitor(language=language)
    page = one.open()
    one.say(QUESTIONS[language])
    told = page.evaluate("document.documentElement.lang + document.documentElement.dir")
    assert told == {"en": "enltr", "he": "hertl"}[language]
    page.get_by_test_id("stExpander").first.click()
    page.get_by_text(re.compile("MG-|X-")).first.wait_for()
    sidebar = page.get_by_test_id("stSidebar").bounding_box()
    assert (sidebar["x"] > 600) == (language == "he")
    assert page.evaluate("document.fonts.check('16px Heebo')")
    heard = page.locator('[role="status"][aria-live="polite"]').last
    assert heard.inner_text() == {"en": "The answer is there.", "he": "התשובה הגיעה."}[language]
    one.shot("chat")


def test_a_link_to_one_answer_opens_at_it_and_a_refresh_answers_nothing_again(visitor):
    one = visitor()
    page = one.open()
    one.say("hello")
    one.say(QUESTIONS["en"])
    one.say("thanks")
    page.goto(page.url + "&turn=2")
    page.locator(".st-key-turn-2").wait_for()
    page.wait_for_timeout(900)
    assert -50 < page.locator(".st-key-turn-2").bounding_box()["y"] < 300
    page.reload()
    page.locator(".st-key-turn-3").wait_for()
    one.settle()
    assert page.locator('[class*="st-key-turn-"]').count() == 3


def test_the_chat_can_be_used_with_the_keyboard_alone(visitor):
    one = visitor()
    page = one.open()
    page.keyboard.press("Tab")
    for _ in range(60):
        if page.evaluate("document.activeElement.tagName + document.activeElement.innerText").startswith(
            "BUTTONShould we"
        ):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_test_id("stFeedback").last.wait_for()
    assert "Should we appoint this distributor?" in page.locator(".st-key-turn-1").inner_text()


@LANGUAGES
def test_an_assessment_begun_in_the_chat_goes_on_in_the_form_and_is_compared_and_exported(visitor, language):
    one = visitor(language=language)
    page = one.open()
    one.say({"en": "start a partner fit assessment", "he": "בוא נתחיל הערכת התאמת שותף"}[language])
    page.get_by_role("link", name={"en": "Go on in the form", "he": "להמשיך בטופס"}[language]).click()
    page.locator(".st-key-verdict").wait_for()
    one.settle()
    before = page.locator(".st-key-verdict").inner_text()
    segments = page.get_by_role("radiogroup").filter(
        has=page.get_by_role("radio", name={"en": "No", "he": "לא"}[language], exact=True)
    )
    place = page.url
    segments.first.get_by_role("radio", name={"en": "No", "he": "לא"}[language], exact=True).click()
    page.wait_for_function("was => document.querySelector('.st-key-verdict').innerText !== was", arg=before)
    one.settle()
    assert page.url == place, "another assessment came into view"
    one.shot("assessment")
    page.get_by_role("tab", name={"en": "Side by side", "he": "השוואה"}[language]).click()
    one.settle()
    page.get_by_role("tab", name={"en": "Take along", "he": "הורדה ושיתוף"}[language]).click()
    page.locator(".st-key-downloads-record").wait_for()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Excel").click()
    assert Path(coming.value.path()).read_bytes()[:2] == b"PK"


@LANGUAGES
def test_a_calculators_link_shows_the_same_result_to_whoever_opens_it(visitor, language):
    from playwright.sync_api import expect

    one = visitor(language=language)
    page = one.open(ROI)
    page.get_by_text("260%").first.wait_for()
    page.get_by_test_id("stTextInput").nth(3).wait_for()  # the browser loads the code of its fields as it needs it
    fields = page.get_by_test_id("stTextInput").locator("input")
    for place, value in enumerate(("7500", "2", "30000", "45%")):
        expect(fields.nth(place)).to_have_value(value, timeout=30_000)  # filled in a moment after they appear
    assert page.get_by_text("$60,000" if language == "en" else "60,000").count()
    one.shot("calculator")


def wider_than_its_window(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@LANGUAGES
def test_on_a_phone_no_page_is_wider_than_the_screen_and_the_folded_sidebar_leaves_nothing_over_it(visitor, language):
    one = visitor(language=language, size="phone")
    for path in PAGES:
        page = one.open(path)
        assert not wider_than_its_window(page), path
        one.shot(f"page-{path.strip('/').partition('?')[0] or 'welcome'}")
        over = page.evaluate("document.elementFromPoint(30, 500).closest('[data-testid=stSidebar]')")
        assert over is None, f"{path}: the sidebar covers the page"


@LANGUAGES
def test_every_page_is_accessible_and_fits_its_window(chromium, address, language):
    axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")
    one = Visitor(chromium, address, language=language, bypass_csp=True)  # the checker itself is a foreign script
    page = one.open()
    one.say(QUESTIONS[language])
    talk = "/" + page.url.partition(address + "/")[2]
    for path in (talk, *PAGES[1:], "/knowledge?card=partner/distributor"):
        page = one.open(path)
        assert not page.get_by_test_id("stAlertContentError").count(), path
        one.shot(f"page-{path.strip('/').partition('?')[0] or 'chat'}{'-several' if path == SEVERAL else ''}")
        page.evaluate(script)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        told = [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found["violations"]]
        assert not told, f"{path}: {told}"
        assert not wider_than_its_window(page), path
    one.close()


def test_the_five_seeds_are_uploaded_read_and_quoted(visitor):
    seeds = Path(os.environ.get("ADVISOR_SEEDS") or ROOT.parent / "shared" / "seeds")
    files = sorted(seeds.glob("*.txt"))
    if not files:
        pytest.skip(f"the five source dumps are not in {seeds}")
    one = visitor(language="he")
    page = one.open("/knowledge")
    page.get_by_role("tab", name="הטקסטים שלכם").click()
    page.get_by_test_id("stFileUploaderDropzone").wait_for()
    page.locator('input[type="file"]').set_input_files([str(path) for path in files])
    page.get_by_role("button", name=re.compile("לקרוא")).click(timeout=30_000)
    page.get_by_text(re.compile(r"בספרייה \([1-9]")).wait_for(timeout=60_000)
    one.settle()
    assert not page.get_by_test_id("stAlertContentError").count()
    one.shot("library")


IMPORT = {"en": "Several from a spreadsheet", "he": "כמה ביחד מגיליון"}
TEMPLATE = {"en": "Download the template", "he": "הורדת התבנית"}
IMPORT_NOW = {"en": "Import", "he": "ייבוא"}
TOOL = {"en": "Return of a lead-generation channel", "he": "החזר על ערוץ לייצור לידים"}


@LANGUAGES
def test_a_filled_template_is_imported_whole_or_told_by_row_and_column(chromium, tmp_path, language):
    openpyxl = pytest.importorskip("openpyxl")
    with serving(tmp_path) as address:
        one = Visitor(chromium, address, language=language)
        page = one.open("/assessments")
        page.get_by_text(IMPORT[language]).click()
        page.get_by_test_id("stFileUploaderDropzone").wait_for()
        one.settle()
        choose(one, "import-tool", TOOL[language])
        with page.expect_download() as coming:
            page.get_by_role("button", name=TEMPLATE[language]).click()
        book = openpyxl.load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
        heads = {str(cell.value): cell.column for cell in book.worksheets[0][1]}
        deals = next(column for head, column in heads.items() if head in ("Deals closed", "עסקאות שנסגרו"))
        for row, (name, count) in enumerate([("Fairs", "2"), ("Online", "plenty")], 2):
            book.worksheets[0].cell(row, 1, name)
            book.worksheets[0].cell(row, deals, count)
        upload(one, book, tmp_path / "wrong.xlsx", language)
        told = page.get_by_test_id("stAlertContentError").inner_text()
        assert ("3" in told, book.worksheets[0].cell(1, deals).value in told) == (True, True), told
        one.shot("import-refused")
        assert not page.locator(".st-key-record-in-view").count()
        book.worksheets[0].cell(3, deals, "3")
        page.get_by_role("button", name=re.compile("Remove|הסרת")).click()
        page.get_by_role("button", name=IMPORT_NOW[language], exact=True).wait_for(state="detached")
        upload(one, book, tmp_path / "right.xlsx", language)
        page.locator(".st-key-record-in-view").wait_for()
        one.settle()
        page.locator(".st-key-record-in-view input").click()
        offered = page.get_by_role("option").all_inner_texts()
        assert sorted(text.strip("\u200f").partition(" ")[0] for text in offered) == ["Fairs", "Online"]
        one.close()


def choose(one, key, words):
    """Type into a list and take what it finds."""
    box = one.page.locator(f".st-key-{key} input")
    box.click()
    one.page.get_by_role("option").first.wait_for()
    one.page.keyboard.type(words)
    one.page.get_by_role("option", name=words).click()
    one.page.wait_for_timeout(1000)  # until the run of the page that this asks for has begun
    one.settle()


def upload(one, book, path, language):
    book.save(path)
    one.page.locator('input[type="file"]').set_input_files(str(path))
    one.page.get_by_text(path.name).wait_for()
    one.page.get_by_role("button", name=IMPORT_NOW[language], exact=True).click()
    one.settle()


STREAMLITS = """words => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  const check = text => { if (text && words.some(word => text.includes(word))) found.push(text.trim()); };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === 3 && !node.parentElement.closest('style,script,noscript')) check(node.nodeValue);
    if (node.nodeType === 1) ['aria-label', 'placeholder', 'title'].forEach(name => check(node.getAttribute(name)));
  }
  return found;
}"""


def test_in_hebrew_no_english_word_of_streamlit_is_left_and_in_english_all_are_back(visitor):
    words = ["Press ", "Choose ", "per file", "Skip to", "sidebar", "Thumbs", "No results", "Clear ", "Chat message"]
    words += ["Upload", "Browse", "Drag and drop"]
    one = visitor(language="he")
    page = one.open()
    one.say(QUESTIONS["he"])
    assert page.evaluate(STREAMLITS, words) == []
    page.get_by_text("עריכה").first.click()
    page.get_by_role("textbox", name="ההודעה שלך").fill("אחרת")
    page.get_by_text("Ctrl+Enter לאישור").wait_for()
    page = one.open("/assessments")
    page.get_by_role("button", name="חדש").or_(page.get_by_text(IMPORT["he"])).first.click()
    page.get_by_text(IMPORT["he"]).last.click()
    page.get_by_text("עד 25MB לקובץ").wait_for()
    assert page.evaluate(STREAMLITS, words) == []
    page = one.open("/knowledge")
    page.locator(".st-key-topic input").click()
    page.keyboard.type("zzzz")
    page.get_by_text("לא נמצא", exact=True).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="English").click()
    page.get_by_role("heading", name="Knowledge").wait_for()
    page.get_by_label("Skip to main content").or_(page.get_by_text("Skip to main content")).first.wait_for(
        state="attached"
    )


LOST = {"en": "The connection was lost", "he": "החיבור נותק"}
NO_PAGE = {"en": "There is no such page", "he": "אין עמוד כזה"}


@LANGUAGES
def test_a_lost_connection_is_told_in_the_persons_words_and_keeps_what_was_written(chromium, tmp_path, language):
    with serving(tmp_path) as here:
        one = Visitor(chromium, here, language=language)
        page = one.open()
        page.get_by_test_id("stChatInputTextArea").fill("half a thought")
    page.get_by_text(LOST[language]).wait_for()
    told = page.get_by_role("dialog").inner_text()
    assert "Streamlit" not in told
    assert "yourscript" not in told
    assert page.get_by_test_id("stChatInputTextArea").input_value() == "half a thought"
    one.context.close()


@LANGUAGES
def test_an_address_without_a_page_is_told_in_the_persons_language_with_the_close_button_clear(visitor, language):
    one = visitor(language=language)
    one.page.goto(f"{one.address}/no-such-page?lang={language}")
    title = one.page.get_by_role("heading", name=NO_PAGE[language])
    title.wait_for()
    one.page.wait_for_timeout(400)
    button = one.page.get_by_role("dialog").get_by_role("button").bounding_box()
    assert (button["x"] > one.page.viewport_size["width"] / 2) == (language == "en")
    words = title.evaluate(
        """heading => {
          const range = document.createRange();
          range.selectNodeContents(heading);
          return range.getBoundingClientRect().toJSON();
        }"""
    )
    assert words["right"] <= button["x"] or words["left"] >= button["x"] + button["width"]


@LANGUAGES
def test_a_list_has_its_bullets_on_the_side_its_words_begin_at(visitor, language):
    one = visitor(language=language)
    page = one.open("/?lang=" + language)
    one.say("hello" if language == "he" else "שלום")
    page.evaluate("() => { window.before = document.querySelectorAll('[dir=auto]').length; }")
    other = "- one\n- two" if language == "he" else "- אחת\n- שתיים"
    page.evaluate(
        """text => { const list = document.createElement('ul'); list.id = 'probe';
        text.split('\\n').forEach(line => { const item = document.createElement('li');
          item.textContent = line.slice(2); list.append(item); });
        document.querySelector('[data-testid="stMarkdownContainer"]').append(list); }""",
        other,
    )
    page.wait_for_function("document.querySelector('#probe').dir === 'auto'")
    runs = page.evaluate("getComputedStyle(document.querySelector('#probe li')).direction")
    assert runs == {"he": "ltr", "en": "rtl"}[language]


# -- what a visitor must not get -----------------------------------------------------------------------


def ask(address, path="/", method="GET", **headers):
    request = urllib.request.Request(
        address + path, method=method, headers=headers, data=b"" if method != "GET" else None
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers)


def test_another_host_name_is_refused_and_inner_figures_are_not_shown(address):
    assert ask(address)[0] == 200
    assert ask(address, Host="evil.example")[0] == 421
    assert ask(address, "/healthz", Host="10.0.0.7")[0] == 200
    assert ask(address, "/_stcore/metrics")[0] == 404
    assert ask(address, "/../../etc/passwd")[0] in (400, 404)
    assert ask(address, "/_stcore/upload_file/x/y", method="PUT")[0] in (400, 403)


def test_every_response_carries_the_policy_and_health_says_no_more_than_it_must(address):
    for path in ("/", "/healthz", "/fonts/heebo.ttf", "/no-such-page"):
        headers = {name.lower(): value for name, value in ask(address, path)[1].items()}
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    assert opener.open(f"{address}/healthz").read() == b'{"ok":true}'


def test_a_websocket_from_another_host_is_refused(address):
    websockets = pytest.importorskip("websockets.sync.client")
    from websockets.exceptions import InvalidStatus

    target = address.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused:
        websockets.connect(
            target, additional_headers={"Host": "evil.example"}, origin="http://evil.example", proxy=None
        )
    assert refused.value.response.status_code == 403
