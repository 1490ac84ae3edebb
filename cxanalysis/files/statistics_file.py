"""Files of statistics packages: SPSS, Stata, SAS, with their value labels and the values they call missing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scales.answer_words import NO_ANSWER
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import Reading, checked
from cxanalysis.files.source_file import SourceFile
from cxanalysis.problem import Problem

#: Kind of file → how its program is called.
PACKAGES: Final = {"sav": "SPSS", "dta": "Stata", "sas7bdat": "SAS", "xpt": "SAS transport"}
#: Address space of the process that reads: enough for a million answers to a hundred questions.
_MOST_MEMORY: Final = 6 * 2**30
#: Seconds after which a file is taken for damaged: ten times what half a gigabyte takes.
_LONGEST: Final = 600
_PROCESS: Final = Path(__file__).with_name("statistics_process.py")


def read_statistics_file(source: SourceFile, kind: str) -> Reading:
    """Read an SPSS ("sav", also compressed), Stata ("dta") or SAS ("sas7bdat", "xpt") file.

    A column whose answers all have value labels holds the words, and the file's own code of each word is its scale;
    other columns hold their numbers. Values that the file calls missing are codes for "no answer".

    Raises
    ------
    Problem
        If the file is damaged.
    """
    frame, about = _in_own_process(source, kind)
    unique = unique_names([str(name) for name in frame.columns])
    names = unique.names
    frame.columns = pd.Index(names)
    labels = {c: text for c, text in about["labels"].items() if c in names and text != c}
    rows, scales, codes = {}, {}, []
    for name in names:
        words = {_key(value): text.strip() for value, text in about["values"].get(name, ()) if text.strip()}
        column = _Column(frame[name], words, about["missing"].get(name, ()), about["tagged"].get(name, ()))
        rows[name] = column.rows()
        codes += column.codes()
        if (scale := column.scale()) is not None:
            scales[name] = scale
    worded = sum(name in about["values"] for name in names)
    said = f"{PACKAGES[kind]} file: questions, words and missing values are the file's own"
    notes = (f"{said}; {worded} of {len(names)} columns have words for their values.", *unique.notes)
    table = pd.DataFrame(rows) if len(frame) else pd.DataFrame(columns=list(names))
    reading = Reading(source.stem, table, labels, notes, scales=scales, codes=tuple(codes), nameless=unique.nameless)
    return checked(reading, source.name)


def _in_own_process(source: SourceFile, kind: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="cxanalysis_") as folder:
        rows, facts, copy = Path(folder, "rows.parquet"), Path(folder, "facts.json"), Path(folder, f"file.{kind}")
        if source.path is None:
            copy.write_bytes(source.content or b"")
        path = source.path or copy
        command = [sys.executable, "-P", str(_PROCESS), kind, str(path), str(rows), str(facts), str(_MOST_MEMORY)]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=_LONGEST, check=False).returncode
        except subprocess.TimeoutExpired:
            ended = -1
        if ended != 0:
            raise Problem(
                f"the {PACKAGES[kind]} file is damaged, was cut off or is of a version that cannot be read",
                where=source.name,
                do="Export it again, or save it as CSV in that program",
            )
        return pd.read_parquet(rows), json.loads(facts.read_text(encoding="utf-8"))


def _key(value: Any) -> str:
    """A value as the text that `cell_text` gives it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _Column:
    """One column with the words of its values; keys of all mappings are values as clean text."""

    def __init__(
        self, values: pd.Series, words: Mapping[str, str], missing: list[list[Any]], tagged: list[str]
    ) -> None:
        self.values, self.name = values, str(values.name)
        self.texts = cell_text(values)
        self.counts = self.texts.value_counts()
        self.missing = {str(text) for text in self.counts.index if text in tagged or _within(str(text), missing)}
        # A label that only repeats the number ("3" for 3) says nothing.
        self.words = {value: word for value, word in words.items() if word != value}
        answers = [str(text) for text in self.counts.index if str(text) not in self.missing]
        self.in_words = bool(answers) and all(text in self.words for text in answers)
        if not self.in_words:
            self.missing |= {v for v, w in self.words.items() if plain(w) in NO_ANSWER and v in self.counts.index}
        shared = {word for word in self.words.values() if list(self.words.values()).count(word) > 1}
        self.shown = {v: f"{word} ({v})" if word in shared else word for v, word in self.words.items()}

    def rows(self) -> pd.Series:
        if self.in_words:
            return self.texts.map(lambda text: self.shown.get(text, text), na_action="ignore").astype("str")
        values = self.values
        if pd.api.types.is_float_dtype(values):
            whole = values.dropna()
            return values.astype("Int64") if (whole == whole.round()).all() and (whole.abs() < 2**53).all() else values
        return values.astype("datetime64[us]") if pd.api.types.is_datetime64_any_dtype(values) else values

    def scale(self) -> Scale | None:
        """The words in the file's own order; None if fewer than two of its values have a word and a number."""
        numbers = {}
        for value, word in self.shown.items():
            number = pd.to_numeric(value, errors="coerce")
            if value not in self.missing and pd.notna(number):
                numbers[word] = float(number)
        if len(numbers) < 2:
            return None
        ordered = sorted(numbers.items(), key=lambda pair: pair[1])
        return Scale(ordered[0][1], ordered[-1][1], labels=tuple(ordered))

    def codes(self) -> list[MissingCode]:
        found = []
        for value in sorted(self.missing):
            word = self.words.get(value)
            reason = f"the file's word for it is '{word}'" if word else "the file calls it missing"
            code: str | float = self.shown.get(value, value) if self.in_words else value
            if pd.api.types.is_numeric_dtype(self.values) and not self.in_words:
                code = float(value)
            found.append(MissingCode(self.name, code, int(self.counts[value]), reason))
        return found


def _within(text: str, ranges: list[list[Any]]) -> bool:
    """Whether a value lies in one of the ranges that the file calls missing."""
    number = pd.to_numeric(text, errors="coerce")
    for low, high in ranges:
        if isinstance(low, str) or isinstance(high, str):
            if text == str(low).strip():
                return True
        elif pd.notna(number) and low <= number <= high:
            return True
    return False
