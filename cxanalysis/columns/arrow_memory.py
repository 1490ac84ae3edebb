"""Where Arrow takes memory for the texts of a file."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

import pyarrow as pa

#: Who chose Arrow's allocator by this variable keeps it.
_ALLOCATOR: Final = "ARROW_DEFAULT_MEMORY_POOL"


@cache
def memory_pool() -> pa.MemoryPool:
    """The pool for blocks of text and the columns made of them; the process's own default is left as it is.

    Arrow's usual allocator takes memory in pieces of two megabytes and has each wiped by the operating system: with
    short-lived blocks that costs as much as parsing them, and a third more memory at the peak. Values do not change.
    """
    chosen = _ALLOCATOR in os.environ or "jemalloc" not in pa.supported_memory_backends()
    return pa.default_memory_pool() if chosen else pa.jemalloc_memory_pool()
