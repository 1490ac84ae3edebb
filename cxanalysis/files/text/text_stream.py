"""The text of a file as it is read: looked at before it is taken, in UTF-8 whatever it was."""

from __future__ import annotations

import codecs
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.files.text.encoding import Encoding

#: At most so many bytes are asked of the file in one go.
_AT_ONCE: Final = 2**20


class TextStream:
    """A file's text as UTF-8 bytes, looked at before it is taken.

    It passes through one buffer: fresh memory for every block would first have to be wiped by the operating system,
    which takes as long as finding the records in it.
    """

    def __init__(self, stream: IO[bytes], encoding: Encoding) -> None:
        self._stream = stream
        plain = encoding.name == "utf-8" and encoding.errors == "strict"  # found to be so from the whole file
        self._decoder = None if plain else codecs.getincrementaldecoder(encoding.name)(encoding.errors)
        self._buffer = np.empty(0, "uint8")
        self._start = self._end = 0
        self._more = True

    def peek(self, size: int) -> NDArray[np.uint8]:
        """The next `size` bytes, or all that is left. They are there until more is looked at."""
        self._fill(size)
        return self._buffer[self._start : min(self._start + size, self._end)]

    def is_all(self, size: int) -> bool:
        """Whether no more than `size` bytes are left."""
        self._fill(size + 1)
        return self._end - self._start <= size

    def lines(self, size: int) -> bytes:
        """Take about `size` bytes, up to the end of a line."""
        while True:
            found = self.peek(size).tobytes()
            # A return may be half of a line's end, so the last letter does not tell.
            cut = len(found) if self.is_all(size) else max(found.rfind(b"\n"), found.rfind(b"\r", 0, -1)) + 1
            if cut or not found:
                self.skip(cut)
                return found[:cut]
            size *= 2

    def skip(self, size: int) -> None:
        """Take so many bytes."""
        self._start += size

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.is_all(0)

    def _fill(self, size: int) -> None:
        while self._more and self._end - self._start < size:
            if self._decoder is None:
                self._make_room(min(size, _AT_ONCE))
                # Every binary file has it; `IO[bytes]` does not say so.
                found = self._stream.readinto(self._buffer.data[self._end :])  # type: ignore[attr-defined]
                self._more = bool(found)
                self._end += found
                continue
            raw = self._stream.read(min(size, _AT_ONCE))
            self._more = bool(raw)
            text = np.frombuffer(self._decoder.decode(raw, final=not raw).encode(), "uint8")
            self._make_room(len(text))
            self._buffer[self._end : self._end + len(text)] = text
            self._end += len(text)

    def _make_room(self, size: int) -> None:
        """Let so many bytes fit in behind what is left, which moves to the beginning."""
        left = self._buffer[self._start : self._end]
        if len(left) + size > len(self._buffer):
            self._buffer = np.empty(2 * len(left) + 4 * size, "uint8")
        self._buffer[: len(left)] = left
        self._start, self._end = 0, len(left)
