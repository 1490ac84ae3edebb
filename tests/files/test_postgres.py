"""PostgreSQL by its address, on a server of the test's own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd
import psycopg
import pytest

import cxanalysis as cx

PASSWORD = "s3cret-word"
#: Users that may run the server where the tests run as root, which it refuses.
OTHERS = ("postgres", "nobody")


def binaries() -> Path | None:
    """Where the server's programs are: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").is_dir() else []
    return kept[-1].parent if kept else None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def server():
    """A temporary server with two tables; its address, user and password included."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    user = None
    if os.geteuid() == 0:
        known = [name for name in OTHERS if name in {one.pw_name for one in pwd.getpwall()}]
        if not known:
            pytest.skip("PostgreSQL does not run as root, and there is no other user to run it as")
        user = known[0]
    folder = Path(tempfile.mkdtemp(prefix="cx-pg-"))
    data, word, port = folder / "data", folder / "word", free_port()
    word.write_text(PASSWORD)
    if user:
        for path in (folder, word):
            shutil.chown(path, user)

    def run(*words: str) -> None:
        done = subprocess.run(
            words, user=user, cwd=folder, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"}
        )
        assert done.returncode == 0, done.stderr

    run(
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "anna",
        "-A",
        "scram-sha-256",
        f"--pwfile={word}",
        "-E",
        "UTF8",
        "--no-sync",
    )
    running = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
         "-c", f"unix_socket_directories={folder}"],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"postgresql://anna:{PASSWORD}@127.0.0.1:{port}/postgres"
    try:
        end = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(address, connect_timeout=5) as base:
                    fill(base)
                break
            except psycopg.OperationalError:
                assert time.monotonic() < end
                time.sleep(0.2)
        yield address
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(folder)


def fill(base: psycopg.Connection) -> None:
    base.execute(
        """CREATE TABLE orders (order_id text PRIMARY KEY, csat int, paid numeric(10, 2), late boolean, ordered date,
           delivered timestamp, answered timestamptz, said text, tags text[], more jsonb);
        INSERT INTO orders SELECT 'A' || i, i % 5 + 1, i * 1.25, i % 2 = 0, date '2024-01-01' + i,
           timestamp '2024-01-02 10:30' + i * interval '1 day', timestamptz '2024-01-03 12:00+02',
           'line one' || chr(10) || '"two"; ñ ' || i,
           ARRAY['a', 'b'], '{"x": 1}' FROM generate_series(0, 39) i;
        INSERT INTO orders VALUES
           ('B', NULL, NULL, NULL, NULL, 'infinity', NULL, NULL, NULL, NULL),
           ('C', 1, 'NaN', true, '2024-02-01', NULL, NULL, '', NULL, NULL);
        CREATE SCHEMA old; CREATE TABLE old."Mixed Case" (x int); INSERT INTO old."Mixed Case" VALUES (1), (2);
        CREATE TABLE empty (x int);
        CREATE ROLE bob LOGIN PASSWORD 'other';"""
    )


def test_values_and_types(server) -> None:
    table = cx.read(f"{server}?table=orders")
    assert table.name == "orders"
    assert table.n_rows == 42
    raw = table.raw
    assert raw["order_id"].tolist()[:2] == ["A0", "A1"]
    assert raw["csat"].iloc[:40].tolist() == [i % 5 + 1 for i in range(40)]
    assert raw["paid"].iloc[:40].tolist() == [i * 1.25 for i in range(40)]
    assert raw["late"].iloc[:40].tolist() == [i % 2 == 0 for i in range(40)]
    assert raw["ordered"].iloc[0] == pd.Timestamp("2024-01-01")
    assert raw["delivered"].iloc[1] == pd.Timestamp("2024-01-03 10:30")
    assert raw["answered"].iloc[0] == pd.Timestamp("2024-01-03 10:00")
    assert raw["said"].iloc[3] == 'line one\n"two"; ñ 3'
    assert raw.loc[40].drop("order_id").isna().all()
    assert raw["said"].iloc[41] == ""
    assert table.roles["ordered"] == "date"
    assert table.roles["late"] == "flag"


def test_which_table(server) -> None:
    assert cx.read(f"{server}?table=old.Mixed%20Case&application_name=cx").raw["x"].tolist() == [1, 2]
    with pytest.raises(cx.Problem, match=r"several tables.*one of: old.Mixed Case, empty, orders"):
        cx.read(server)
    with pytest.raises(cx.Problem, match="no table 'nope'"):
        cx.read(f"{server}?table=nope")
    with pytest.raises(cx.Problem, match="no rows"):
        cx.read(f"{server}?table=empty")


def said(error: BaseException | None) -> str:
    """A `Problem` and all that it carries along."""
    parts = []
    while error is not None:
        parts.append(f"{error} {error.args}")
        error = error.__cause__ or error.__context__
    return " ".join(parts)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((PASSWORD, "wr0ng"), "refused the user or the password"),
        (("/postgres", "/nowhere"), "no such database"),
        (("127.0.0.1:", "127.0.0.1:1"), "cannot be reached|no address"),
        ((f"anna:{PASSWORD}", "bob:other"), "there is no table 'orders'|may not read|holds no tables"),
    ],
)
def test_what_is_refused_says_neither_user_nor_password(server, change, says) -> None:
    with pytest.raises(cx.Problem, match=says) as caught:
        cx.read(f"{server.replace(*change)}?table=orders")
    for word in (PASSWORD, "wr0ng", "anna", "bob", "127.0.0.1"):
        assert word not in said(caught.value)


def test_the_address_is_nowhere_in_the_workspace(server, tmp_path) -> None:
    table = cx.Workspace(tmp_path).add(cx.read(f"{server}?table=orders"))
    assert "The table 'orders' of the PostgreSQL database 'postgres'." in table.notes
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()
            assert b"anna" not in path.read_bytes()


def test_nothing_can_be_written(server) -> None:
    """A view that writes when it is read is stopped."""
    with psycopg.connect(server) as base:
        base.execute(
            """CREATE OR REPLACE FUNCTION sly() RETURNS int LANGUAGE plpgsql AS
            $$ BEGIN DELETE FROM orders; RETURN 1; END $$;
            CREATE OR REPLACE VIEW sly_view AS SELECT sly() AS x"""
        )
    with pytest.raises(cx.Problem, match="cannot be read"):
        cx.read(f"{server}?table=sly_view")
    assert cx.read(f"{server}?table=orders").n_rows == 42


@pytest.mark.parametrize("address", ["postgresql://[", "postgresql://anna:s3cret@db.invalid:5432/crm?table=a"])
def test_no_server(address) -> None:
    with pytest.raises(cx.Problem, match=r"no address|cannot be reached") as caught:
        cx.read(address)
    assert "s3cret" not in said(caught.value)
