"""The key of a workspace's pseudonyms: made once, in the workspace's folder, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import Final

from cxanalysis.problem import Problem

#: Name of the file in the workspace's folder. No export reads it.
FILE: Final = "personal.key"
_BYTES: Final = 32
#: How long another process may take to write 32 bytes.
_PATIENCE_SECONDS: Final = 2.0


def personal_key(folder: Path) -> bytes:
    """The key in this folder; made if there is none. Of several processes that make it at once, one wins."""
    path = folder / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise Problem(
            f"the key of the pseudonyms cannot be written ({error.strerror})", where=str(folder), do="Check the folder"
        ) from error
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _read(path: Path) -> bytes:
    end = time.monotonic() + _PATIENCE_SECONDS
    key = path.read_bytes()
    while len(key) < _BYTES and time.monotonic() < end:
        time.sleep(0.01)
        key = path.read_bytes()
    if len(key) != _BYTES:
        raise Problem(
            "the key of the pseudonyms is damaged",
            where=str(path),
            do="Put a backup of it in its place; with another key the same person gets another pseudonym",
        )
    return key
