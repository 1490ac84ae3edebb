"""Loaded by Python at the start of the app's server in the browser tests: writes down every try to reach outside.

An audit hook sees each connection and each name look-up of the whole process, whichever library makes it.
"""

import os
import sys

LOG = os.environ["CXANALYSIS_WATCH"]
LOCAL = ("127.", "localhost", "::1", "0.0.0.0", "::")


def local(host: object) -> bool:
    """Whether this host is the machine itself."""
    text = host.decode() if isinstance(host, bytes) else str(host)
    return host in (None, "", b"") or text.startswith(LOCAL[:2]) or text in LOCAL[2:]


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note the event if it reaches for another host."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if not isinstance(address, tuple):  # a socket in the file system
            return
        host = address[0]
    else:
        return
    if not local(host):
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{event} {host!r}\n")


sys.addaudithook(watch)
