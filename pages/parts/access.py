"""Who may see what: the gate, and the workspace that belongs to the person before the screen."""

from __future__ import annotations

import hashlib
import ipaddress
import os
from pathlib import Path
from typing import Any, Final

import streamlit as st

import cxanalysis as cx

#: Set to 1 where the server is reachable from elsewhere but serves one single person.
SINGLE_USER: Final = "CXANALYSIS_SINGLE_USER"


def gate() -> None:
    """Let the person in, ask them to sign in, or say in one sentence why nothing is shown."""
    if signs_in():
        if not st.user.get("is_logged_in", False):
            st.title("Please sign in", anchor=False)
            st.markdown("Everybody who signs in has a workspace of their own.")
            st.button("Sign in", type="primary", on_click=st.login)
            st.stop()
    elif not (loopback(st.get_option("server.address")) or os.environ.get(SINGLE_USER) == "1"):
        st.title("Nothing is shown here yet", anchor=False)
        st.markdown(
            "This server can be reached from other computers and has no sign-in, so one person's data could reach "
            f"another: set up sign-in in its secrets, or set `{SINGLE_USER}=1` if only one person uses it."
        )
        st.stop()


def signs_in() -> bool:
    """Whether this server is set up for people to sign in."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def loopback(address: str | None) -> bool:
    """Whether a server bound to this address can be reached from its own computer only; unset means from everywhere.

    Examples
    --------
    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0"), loopback(None)
    (True, True, False, False)
    """
    if address is None:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def workspace() -> cx.Workspace:
    """The workspace of the person before the screen: their own folder, nobody else's."""
    return cx.Workspace(_folder())


def staging(kept: cx.Workspace) -> cx.Workspace:
    """Where files wait until their roles are confirmed; on disk too, so that a refresh loses nothing."""
    return cx.Workspace(kept.path / "staged")


def _folder() -> Path | None:
    """None is the default folder of a single user."""
    if not signs_in():
        return None
    home = Path(os.environ.get("CXANALYSIS_HOME") or "~/.cxanalysis").expanduser()
    return home / "users" / _person(st.user.to_dict())


def _person(claims: dict[str, Any]) -> str:
    """A folder name for a signed-in person that says nothing about them; the same person always gets the same one."""
    issuer = claims.get("iss", "")
    who = claims.get("sub") or claims.get("email")
    if not who:
        raise cx.Problem(
            "the sign-in does not say who you are", do="Ask whoever runs this server to request 'openid' and 'email'"
        )
    return hashlib.sha256(f"{issuer}\n{who}".encode()).hexdigest()[:32]
