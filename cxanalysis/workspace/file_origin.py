"""Where a table came from: a file somebody handed in, or a step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from cxanalysis.problem import Problem
from cxanalysis.steps.python_source import WIDTH, call
from cxanalysis.steps.step import Step

#: Files are hashed in parts of this many bytes, so that a large one is never held whole.
_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """The file a table was read from.

    Attributes
    ----------
    file : str
        The file's name, without its folder.
    sha256 : str
        Hash of the file's bytes: says whether a file at hand is the same one.
    size : int
        In bytes.
    when : str
        When it was taken in, ISO 8601, UTC.
    read : mapping
        Keyword arguments that `cx.read` was called with (sheet, kind, roles), plain JSON.
    protect : mapping of column → action
        What `cx.protect` did with personal data on the way in.

    Examples
    --------
    >>> origin = FileOrigin.of("survey.csv", b"nps\\n9\\n", read={"kind": "survey"}, when="2026-01-31T10:00:00+00:00")
    >>> origin.size, origin.code()
    (6, "cx.read('survey.csv', kind='survey')")
    """

    file: str
    sha256: str
    size: int
    when: str
    read: Mapping[str, Any] = field(default_factory=dict)
    protect: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        file: str,
        content: bytes | str | Path | BinaryIO,
        *,
        read: Mapping[str, Any] | None = None,
        when: str | None = None,
    ) -> FileOrigin:
        """Describe a file from its name and its bytes (or its path, or an open file, which is read from its start)."""
        if isinstance(content, bytes):
            size, sha256 = len(content), hashlib.sha256(content).hexdigest()
        elif isinstance(content, str | Path):
            try:
                with Path(content).expanduser().open("rb") as opened:
                    size, sha256 = _size_and_hash(opened)
            except OSError as error:
                raise Problem(f"the file cannot be read ({error.strerror})", where=file) from error
        else:
            size, sha256 = _size_and_hash(content)
        given = {name: value for name, value in (read or {}).items() if value is not None}
        name = file.replace("\\", "/").rsplit("/", 1)[-1]
        return cls(name, sha256, size, when or datetime.now(UTC).isoformat(timespec="seconds"), given)

    def code(self, *, width: int = WIDTH, **changed: Any) -> str:
        """The call that reads the file; `changed` are arguments decided since."""
        reading = call("cx.read", [repr(self.file)], {**self.read, **changed}, width=width)
        if not self.protect:
            return reading
        return f"cx.protect({reading}, {dict(self.protect)!r}, key=workspace.personal_key)"


#: What `Workspace.origin` answers.
Origin = FileOrigin | Step


def origin_to_json(origin: Origin | None) -> str | None:
    """An origin as JSON for the disk."""
    if origin is None:
        return None
    if isinstance(origin, Step):
        return json.dumps({"step": origin.to_json()})
    try:
        return json.dumps({"file": {**asdict(origin), "read": dict(origin.read), "protect": dict(origin.protect)}})
    except TypeError as error:
        raise Problem(f"the arguments of its reading are no plain JSON ({error})", where=origin.file) from error


def origin_from_json(text: str | None) -> Origin | None:
    """The origin that `origin_to_json` wrote."""
    if text is None:
        return None
    value = json.loads(text)
    return Step.from_json(value["step"]) if "step" in value else FileOrigin(**value["file"])


def _size_and_hash(opened: BinaryIO) -> tuple[int, str]:
    opened.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := opened.read(_PART):
        digest.update(part)
        size += len(part)
    opened.seek(0)
    return size, digest.hexdigest()
