"""The one way a file is written here: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

#: Ending of files that are still being written.
UNFINISHED: Final = ".tmp"


def write_durably(path: Path, write: Callable[[IO[bytes]], None]) -> int:
    """Write a file whole or not at all; its size in bytes.

    What `write` writes goes into a new file beside it, is forced onto the disk, and only then takes the name: whoever
    is stopped half-way leaves a file with the ending `.tmp`, never half of one.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = write_durably(Path(folder) / "rows", lambda file: file.write(b"1234") and None)
    ...     size, os.listdir(folder)
    (4, ['rows'])
    """
    handle, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        size = os.stat(temporary).st_size
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _force_folder(path.parent)
    return size


def _force_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; Windows neither needs nor allows it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
