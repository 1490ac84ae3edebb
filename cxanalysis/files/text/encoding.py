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
#: The sign for a letter that was lost, in UTF-8.
_LOST: Final = "\ufffd".encode()
#: In other scripts at least so many letters beyond ASCII stand together.
_SHORTEST_WORD: Final = 2
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
    lost = _lost_letters(source)
    if lost is not None:
        many = f"{lost:,} letters were" if lost > 1 else "1 letter was"
        return Encoding("utf-8", note=f"{many} already lost in the file and shown as '\ufffd'." if lost else None)
    lines, stray, good = _not_plain_lines(source)
    if good and stray <= _STRAY_SHARE * good:
        return Encoding("utf-8", "replace", f"{stray:,} damaged letters could not be read and are shown as '\ufffd'.")
    name = _single_byte(lines)
    return Encoding(name, "replace", f"The text is not UTF-8; it is read as {_NAMES.get(name, name)}.")


def _lost_letters(source: SourceFile) -> int | None:
    """How many signs for letters already lost a file holds that is UTF-8 throughout; None if it is not UTF-8.

    Such a sign is itself a letter of UTF-8: it says that another program lost something, not that this file is
    written in another way.
    """
    decoder, lost = codecs.getincrementaldecoder("utf-8")(), 0
    with source.open() as stream:
        try:
            while part := stream.read(_CHUNK):
                if part.isascii() and not decoder.getstate()[0]:
                    continue
                lost += decoder.decode(part).count("\ufffd")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return lost


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
            lost = text.count("\ufffd")
            wrong = lost - line.count(_LOST)
            stray += wrong
            good += sum(not c.isascii() for c in text) - lost
    return lines, stray, good


def _single_byte(lines: list[bytes]) -> str:
    sample = b"".join(lines)
    high = sum(byte > 127 for byte in sample)
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 128)
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    # Not a western script: words of such letters, not one here and there as in "José;5". Ask the specialist.
    if high > 0.5 * letters and sum(runs) >= _SHORTEST_WORD * len(runs):
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
