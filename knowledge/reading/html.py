"""HTML to lines: what a reader of the page sees as its text, each character tied to the page's source.

A streaming reader: depth of nesting costs nothing, and nothing in the page is executed or fetched.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from knowledge.reading.extract import Extract, starts_of
from knowledge.reading.lines import INSERTED, Kind, Line, tidy

_SILENT = {
    "script", "style", "noscript", "template", "nav", "aside", "form", "button", "select", "svg", "iframe",
    "object", "canvas", "footer", "textarea", "audio", "video", "math", "dialog",
}  # fmt: skip
_BOXES = {"div", "section", "ul", "ol", "table", "header", "span", "p", "a", "li", "h3", "h4", "footer"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table",
    "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "figure", "figcaption", "address", "body",
    "caption", "thead", "tbody", "details", "summary",
}  # fmt: skip
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|footer|cookies?|newsletter|subscribe|"
    r"signup|share|sharing|social|comments?|respond|related|pager|pagination|advert|ads?|banner|popup|modal|"
    r"widget|promo|skip-link|screen-reader-text|sr-only|visually-hidden)(?:$|[\s_-])"
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|em|%)?\s*(?:;|$)|opacity\s*:\s*0\s*(?:;|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}"
)
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
_CONDITIONAL = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # what holds on paper or a phone alone
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COLOUR = re.compile(r"(?:^|;)\s*(color|background|background-color)\s*:\s*([^;!]+)")


def _unseen(style: str) -> bool:
    """Whether a declaration hides what it holds for: out of sight, too small, or of its background's colour."""
    colours = {name: value.strip() for name, value in _COLOUR.findall(style)}
    ground = colours.get("background-color") or colours.get("background")
    return bool(_HIDDEN.search(style)) or ("color" in colours and colours["color"] == ground)


def _hidden_names(text: str) -> frozenset[str]:
    """The classes (".x") and ids ("#x") that the page's own style sheets hide and that no other rule shows again."""
    sheets = re.sub(r"/\*.*?\*/", "", " ".join(_SHEET.findall(text)), flags=re.DOTALL)
    hidden: set[str] = set()
    shown: set[str] = set()
    for selectors, style in _RULE.findall(_CONDITIONAL.sub("", sheets)):
        for selector in selectors.split(","):
            single = re.fullmatch(r"[a-zA-Z]*([.#][\w-]+)", selector.strip())
            if single and _unseen(style.lower()):
                hidden.add(single[1])
            elif re.search(r"display|visibility|opacity|color", style.lower()):
                shown |= set(re.findall(r"[.#][\w-]+", selector))
    return frozenset(hidden - shown)


class _Page(HTMLParser):
    def __init__(self, text: str, everything: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.hidden = _hidden_names(text)
        self.starts = starts_of_newlines(text)
        self.everything = everything
        self.lines: list[Line] = []
        self.characters: list[str] = []
        self.pieces: list[tuple[int, int]] = []
        self.length = 0
        self.kind: Kind = "text"
        self.skip = ""
        self.skip_depth = 0
        self.title = ""
        self.in_title = False
        self.meta: dict[str, str] = {}
        self.tables = self.images = self.silenced = self.articles = 0
        self.cells = 0

    def where(self) -> int:
        row, column = self.getpos()
        return self.starts[row - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if self.skip and not self._implied_end(tag):
            self.skip_depth += tag == self.skip
            return
        if self._silences(tag, given):
            self.flush()
            self.skip, self.skip_depth = tag, 1
            return
        self.in_title = tag == "title" if not self.title else False
        self._note(tag, given)
        if tag in ("td", "th"):
            if self.cells:
                self.put(" | ", INSERTED)
            self.cells += 1
        if self._in_cell(tag):
            self.put(" ", INSERTED)
        elif tag == "br" or tag in _BLOCKS:
            self.flush(blank=tag not in ("br", "li", "tr"))
            self._begin(tag)

    def _in_cell(self, tag: str) -> bool:
        """A paragraph inside a cell does not end its row; but a page laid out as a table has long cells."""
        return self.cells > 0 and self.length < 80 and tag in ("p", "div", "br")

    def _implied_end(self, tag: str) -> bool:
        """HTML lets a paragraph or list item go unclosed: the next block or item ends the silence."""
        if (self.skip == "p" and tag in _BLOCKS) or (self.skip == "li" and tag == "li"):
            self.skip = ""
        return not self.skip

    def _begin(self, tag: str) -> None:
        self.articles += tag == "article"
        if re.fullmatch(r"h[1-6]", tag):
            self.kind = "heading"
        elif tag == "li":
            self.kind = "item"
        elif tag == "tr":
            self.kind, self.cells = "row", 0
        elif tag == "table":
            self.tables += 1

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            self.meta.setdefault(name, given.get("content", ""))
        elif tag == "img":
            self.images += 1
        elif tag == "time" and given.get("datetime"):
            self.meta.setdefault("time", given["datetime"])

    def _silences(self, tag: str, given: dict[str, str]) -> bool:
        if tag in _VOID or tag in ("html", "body", "main", "article", "title"):
            return False
        if "hidden" in given or given.get("aria-hidden") == "true" or _unseen(given.get("style", "").lower()):
            return True
        marks = {f"#{given.get('id', '')}", *(f".{name}" for name in given.get("class", "").split())}
        if not self.hidden.isdisjoint(marks):
            return True
        if tag in ("script", "style", "noscript", "template"):
            return True
        if self.everything:
            return False
        names = f"{given.get('class', '')} {given.get('id', '')} {given.get('role', '')}".lower()
        return tag in _SILENT or (tag in _BOXES and bool(_CLUTTER.search(names)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skip:
            self.skip_depth -= tag == self.skip
            if self.skip_depth == 0 or (self.skip in ("p", "li") and tag in ("ul", "ol", "article", "body")):
                self.skip = ""
            return
        if tag == "title":
            self.in_title = False
        if self._in_cell(tag):
            self.put(" ", INSERTED)
        elif tag in _BLOCKS:
            self.flush(blank=tag not in ("li", "tr"))
            self.kind = "text"
            self.cells = 0 if tag in ("tr", "table") else self.cells

    def put(self, text: str, origin: int) -> None:
        self.pieces.append((self.length, origin))
        self.characters.append(text)
        self.length += len(text)

    def handle_data(self, data: str) -> None:
        if self.skip:
            self.silenced += len(data.strip())
        elif self.in_title:
            self.title += data
        else:
            self.put(data, self.where())

    def handle_entityref(self, name: str) -> None:
        self._entity(f"&{name};", html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._entity(f"&#{name};", html.unescape(f"&#{name};"))

    def _entity(self, source: str, text: str) -> None:
        if self.in_title:
            self.title += text
        elif not self.skip:
            self.put(text if text != source else source, self.where())

    def flush(self, blank: bool = False) -> None:
        if self.characters:
            whole = tidy(Line("".join(self.characters), tuple(self.pieces), self.kind))
            self.characters, self.pieces, self.length = [], [], 0
            if whole.text.strip(" |"):
                self.lines.append(whole)
        if blank and self.lines and self.lines[-1].text:
            last = self.lines[-1].pieces
            self.lines.append(Line("", last[-1:] and ((0, last[-1][1]),)))


def starts_of_newlines(text: str) -> tuple[int, ...]:
    """Where each line begins as the parser counts them: by line feeds alone."""
    return (0, *(match.end() for match in re.finditer("\n", text)))


def _parse(text: str, everything: bool) -> _Page:
    page = _Page(text, everything)
    page.feed(text)
    page.close()
    page.flush()
    return page


def read_html(text: str) -> Extract:
    """Read a page of HTML. Where leaving clutter out would leave next to nothing, all visible text stays."""
    page = _parse(text, everything=False)
    kept = sum(len(item.text) for item in page.lines)
    if kept < 0.15 * (kept + page.silenced):
        page = _parse(text, everything=True)
    meta = page.meta
    return Extract(
        text,
        tuple(page.lines),
        starts_of(text),
        title=" ".join(html.unescape(meta.get("og:title") or page.title).split()),
        author=meta.get("author") or meta.get("article:author") or "",
        date=meta.get("article:published_time") or meta.get("date") or meta.get("time") or "",
        tables=page.tables,
        images=page.images,
        skipped={"page-furniture": page.silenced} if page.silenced else {},
    )
