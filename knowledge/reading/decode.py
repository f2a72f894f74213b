"""Bytes to text: finds the encoding, mends Hebrew stored in visual order or decoded twice."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from knowledge.reading.problems import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{3,20})""")
_FINALS = "ךםןףץ"
_HEBREW_WORD = re.compile("[א-ת]{2,}")
_TOKEN = r"[A-Za-z0-9$€£%](?:[A-Za-z0-9.,:/%$€£@_+'&-]*[A-Za-z0-9%$€£])?"
_LTR_RUN = re.compile(rf"{_TOKEN}(?: +(?=[^\sא-ת]*[A-Za-z]){_TOKEN})*")
_RTL_RUN = re.compile(r"[א-ת][א-ת\"'״׳.-]*(?:[ ,:;-]+[א-ת\"'״׳][א-ת\"'״׳.-]*)*")
_MIRROR = str.maketrans("()[]{}<>", ")(][}{><")
SAMPLE = 200_000


@dataclass(frozen=True)
class Decoded:
    """The text, the encoding that gave it, and what had to be mended: "visual-order", "encoding-repaired"."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Turn a text file's bytes into text. Raises Unreadable("binary" or "encoding")."""
    text, encoding, flags = _decode(data)
    mended = _undo_double_decoding(text)
    if mended is not None:
        text, flags = mended, (*flags, "encoding-repaired")
    if is_visual(text):
        text = "\n".join(to_logical(part) for part in re.split(r"\r\n|\n|\r", text))
        flags = (*flags, "visual-order")
    return Decoded(text, encoding, flags)


def _decode(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding, ()
    wide = _without_mark(data)
    if wide:
        return data.decode(wide, "replace"), wide, ()
    if _binary(data[:SAMPLE]):
        raise Unreadable("binary")
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace").replace("\ufffd", ""), "utf-8", ("encoding-repaired",)
    return _one_byte(data)


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark: text in which every second byte is 0 (Latin) or 5 (Hebrew)."""
    sample = data[: min(len(data) - len(data) % 2, 4000)]
    if len(sample) < 8:
        return None
    for high, encoding in ((sample[1::2], "utf-16-le"), (sample[0::2], "utf-16-be")):
        if sum(1 for byte in high if byte in (0, 5)) >= 0.9 * len(high):
            low = sample[0::2] if encoding == "utf-16-le" else sample[1::2]
            if sum(1 for byte in low if byte == 0) <= 0.05 * len(low):
                return encoding
    return None


def _binary(sample: bytes) -> bool:
    odd = sum(1 for byte in sample if byte < 32 and byte not in (9, 10, 11, 12, 13, 26, 27))
    return b"\x00" in sample or odd > 0.02 * max(len(sample), 50)


def _mostly_utf8(data: bytes) -> bool:
    """A few broken bytes in a text that is otherwise UTF-8 beyond doubt."""
    text = data[:SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken <= 0.005 * len(text) + 1 and sum(1 for char in text if ord(char) > 127) > 20 * broken


def _one_byte(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    declared = _DECLARED.search(data[:2000])
    if declared:
        try:
            encoding = codecs.lookup(declared.group(1).decode("ascii").split(":")[0]).name
            text = data.decode(encoding)
            if encoding != "utf-8":
                return text, encoding, ()
        except (LookupError, UnicodeDecodeError):
            pass
    sample = data[:SAMPLE]
    if _hebrew_bytes(sample, 0xE0, 0xFA) >= 0.5:
        return data.decode("cp1255", "replace").replace("\ufffd", ""), "windows-1255", ()
    if _hebrew_bytes(sample, 0x80, 0x9A) >= 0.7:
        return data.decode("cp862"), "cp862", ()
    return _guessed(data)


def _hebrew_bytes(sample: bytes, low: int, high: int) -> float:
    """The share of non-ASCII bytes that are Hebrew letters standing beside another such byte."""
    beyond = [byte for byte in sample if byte > 127]
    runs = re.findall(rb"[%c-%c]{2,}" % (low, high), sample)
    return sum(map(len, runs)) / len(beyond) if beyond else 0.0


def _guessed(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    if best is None or best.chaos > 0.25:
        raise Unreadable("encoding")
    encoding = best.encoding if re.search(r"[\u0370-\uffff]{3}", str(best)) else _western(data, best.encoding)
    text = data.decode(encoding, "replace")
    letters = sum(1 for char in text[:SAMPLE] if char.isalnum() or char.isspace())
    if text.count("\ufffd") > 0.01 * len(text) or letters < 0.6 * len(text[:SAMPLE]):
        raise Unreadable("encoding")
    return text, encoding, ()


def _western(data: bytes, guessed: str) -> str:
    """Of the Latin code pages, which short texts do not tell apart, the usual one where it fits."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return guessed
    return "cp1252"


def _undo_double_decoding(text: str) -> str | None:
    """Mend Hebrew UTF-8 that someone once read as Western Latin (every letter became two, the first ×)."""
    sample = text[:SAMPLE]
    if sample.count("×") < 20 or sample.count("×") < 0.15 * len(sample):
        return None
    raw = bytearray()
    for char in text:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 255:
                return None
            raw.append(ord(char))
    fixed = raw.decode("utf-8", "replace")
    return fixed if fixed.count("\ufffd") < 0.01 * len(fixed) else None


def is_visual(text: str) -> bool:
    """Say whether Hebrew words are spelt backwards: final letters then stand at the beginning of words."""
    first = last = 0
    for match in _HEBREW_WORD.finditer(text[:SAMPLE]):
        word = match.group()
        first += word[0] in _FINALS
        last += word[-1] in _FINALS
    return first >= 3 and first > 4 * last


def to_logical(text: str) -> str:
    """Turn one line from visual to reading order, character for character (same length)."""
    hebrew = sum(1 for char in text if "א" <= char <= "ת")
    if not hebrew:  # the full stop of an English line in a Hebrew text stands at its left
        stop = re.match(r"\s*([.,?!:;]+)(?=[A-Za-z])", text)
        return text[stop.end() :] + text[: stop.end()] if stop else text
    if hebrew < sum(1 for char in text if char.isascii() and char.isalpha()):
        return _RTL_RUN.sub(lambda match: match.group()[::-1], text)
    turned = text[::-1]
    bracket = re.search(r"[()\[\]{}]", turned)
    if bracket and bracket.group() in ")]}":  # drawn as seen; some programs keep the bracket as written
        turned = turned.translate(_MIRROR)
    return _LTR_RUN.sub(lambda match: match.group()[::-1], turned)
