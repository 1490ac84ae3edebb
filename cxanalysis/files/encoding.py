"""Which letters the bytes of a text file stand for: UTF-8, UTF-16, Windows or old Macintosh."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from cxanalysis.files.source_file import SourceFile

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Single-byte encodings tried, most usual first: a tie goes to the earlier.
_WESTERN: Final = ("cp1252", "mac_roman")
_CHUNK: Final = 2**20
#: So few damaged bytes in a text that otherwise holds many good UTF-8 letters are damage, not another encoding.
_STRAY_SHARE: Final = 0.02
_SAMPLE_LINES: Final = 4_000
_NAMES: Final = {"cp1252": "Windows (cp1252)", "mac_roman": "Macintosh (Mac Roman)", "utf-16": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and what is to be said about it.

    Attributes
    ----------
    name : str
        As Python calls it.
    errors : str
        "strict", or "replace" where a few bytes fit no letter.
    note : str or None
    """

    name: str
    errors: str = "strict"
    note: str | None = None


def text_encoding(source: SourceFile) -> Encoding:
    """Find the encoding from the whole file, not from its beginning."""
    head = source.head(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, note=None if name == "utf-8-sig" else "The text is UTF-16.")
    if 0 in head:
        name = "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
        return Encoding(name, note="The text is UTF-16 without its mark.")
    if _is_utf_8(source):
        return Encoding("utf-8")
    lines, stray, good = _not_plain_lines(source)
    if not stray:
        return Encoding("utf-8")
    if good and stray <= _STRAY_SHARE * good:
        return Encoding("utf-8", "replace", f"{stray:,} damaged letters could not be read and are shown as '\ufffd'.")
    name = _single_byte(lines)
    return Encoding(name, "replace", f"The text is not UTF-8; it is read as {_NAMES.get(name, name)}.")


def _is_utf_8(source: SourceFile) -> bool:
    """Whether the whole file is UTF-8, without a sign that stands for a letter already lost."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        try:
            while part := stream.read(_CHUNK):
                if part.isascii() and not decoder.getstate()[0]:
                    continue
                if "\ufffd" in decoder.decode(part):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _not_plain_lines(source: SourceFile) -> tuple[list[bytes], int, int]:
    """Lines with bytes above 127 (some), and how many of their letters are wrong and right as UTF-8."""
    lines: list[bytes] = []
    stray = good = 0
    with source.open() as stream:
        for line in stream:
            if line.isascii():
                continue
            if len(lines) < _SAMPLE_LINES:
                lines.append(line[:20_000])
            text = line.decode("utf-8", "replace")
            wrong = text.count("\ufffd")
            stray += wrong
            good += sum(not c.isascii() for c in text) - wrong
    return lines, stray, good


def _single_byte(lines: list[bytes]) -> str:
    sample = b"".join(lines)
    high = sum(byte > 127 for byte in sample)
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 128)
    if high > 0.5 * letters:  # not a western script: ask the specialist
        best = from_bytes(sample).best()
        if best is not None:
            return best.encoding
    return max(_WESTERN, key=lambda name: _likeness(sample.decode(name, "replace")))


def _likeness(text: str) -> int:
    """How much text looks like western words: accents inside words count for it, signs and stray capitals against."""
    score = 0
    for found in re.finditer(r"[^\x00-\x7f]", text):
        before, sign = text[found.start() - 1 : found.start()], found.group()
        after = text[found.end() : found.end() + 1]
        lower = before.islower() or after.islower()
        if sign in "áéíóúàèìòùâêîôûäëïöüãõñçåøæß":
            score += 2
        elif sign in "ÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛÄËÏÖÜÃÕÑÇÅØÆ":
            score += -2 if before.islower() or (after and not after.isalpha() and not before.isupper()) else 1
        elif sign in "’‘“”–—…«»€°¿¡\u00a0ªº":
            score += 1
        else:
            score -= 2 if lower else 1
    return score
