"""`cxanalysis` on the command line: start the app, or say what a file would be read as.

The app's own files lie beside the package in the repository, and inside it where it was installed from a wheel.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cxanalysis as cx

#: Where a wheel puts the app, and where the repository has it.
_PACKAGE: Final = Path(cx.__file__).resolve().parent
_APPS: Final = (_PACKAGE / "_app" / "app.py", _PACKAGE.parent / "app.py")
#: As many values of a scale or code are named on one line.
_MOST_NAMED: Final = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        As typed behind `cxanalysis`; default: those of the process.

    Returns
    -------
    int
        0: done. 1: a `Problem`, said in one sentence on the error stream. 2: the command itself is wrong.
    """
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except cx.Problem as problem:
        print(f"cxanalysis: {problem}", file=sys.stderr)  # noqa: T201  (what a command line says)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cxanalysis", description=(cx.__doc__ or "").splitlines()[0])
    parser.add_argument("--version", action="version", version=f"cxanalysis {cx.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    app = commands.add_parser("app", help="start the app in the browser, on this computer only")
    app.add_argument("--port", type=int, default=8501, help="port of the app (default: 8501)")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    app.set_defaults(run=_app)
    check = commands.add_parser("check", help="say what a file would be read as, and what is not sure")
    check.add_argument("file", help="any export: CSV, Excel, SPSS, Parquet, JSON …")
    check.add_argument("--sheet", help="one sheet of a workbook")
    check.set_defaults(run=_check)
    return parser


def _app(asked: argparse.Namespace) -> int:
    if find_spec("streamlit") is None:
        raise cx.Problem("the app needs Streamlit, which is not installed", do='Run: pip install "cxanalysis[app]"')
    script = next((path for path in _APPS if path.is_file()), None)
    if script is None:
        raise cx.Problem(
            "the app's files are not beside the package", do='Install it anew: pip install "cxanalysis[app]"'
        )
    # Streamlit reads its settings from the folder of the script; the folder a person happens to be in has none.
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.address", "127.0.0.1"]
    command += ["--server.port", str(asked.port), "--server.headless", "true" if asked.no_browser else "false"]
    try:
        return subprocess.run(command, cwd=script.parent, env=os.environ, check=False).returncode
    except KeyboardInterrupt:  # Ctrl+C ends the server too, which says so itself
        return 0


def _check(asked: argparse.Namespace) -> int:
    tables = cx.read(asked.file, sheet=asked.sheet)
    for table in tables.values() if isinstance(tables, dict) else (tables,):
        print("\n".join(_said(table)))  # noqa: T201
    return 0


def _said(table: cx.Table) -> list[str]:
    """What was understood of one table, a line each."""
    sure, why = table.kind_reason
    lines = [
        f"{table.name}: {table.n_rows:,} rows, {len(table.columns)} columns",
        f"  kind: {table.kind or 'unknown'} ({sure:.0%} sure: {why})" if why else f"  kind: {table.kind or 'unknown'}",
    ]
    width = max((len(column) for column in table.columns), default=0)
    for column in table.columns:
        scale = table.scales.get(column)
        how_sure, _ = table.reasons.get(column, (1.0, ""))
        scaled = f", {scale.describe()}" if scale is not None and table.roles[column] != "flag" else ""
        asks = f"   not sure ({how_sure:.0%})" if column in table.unsure else ""
        lines.append(f"  {column:<{width}}  {table.roles[column]}{scaled}{asks}")
    for code in table.codes[:_MOST_NAMED]:
        done = "treated as no answer" if code.applied else "may stand for no answer"
        lines.append(f"  {code.code!r} in {code.column}: {done}, {code.count:,} times ({code.reason})")
    return [*lines, *(f"  - {note}" for note in table.notes)]


if __name__ == "__main__":
    sys.exit(main())
