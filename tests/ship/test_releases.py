"""What is written about releases and habits agrees with the code."""

import datetime
import doctest
import importlib.util
import re
import sys
from pathlib import Path

import cxanalysis as cx

ROOT = Path(__file__).parents[2]


def mutation():
    spec = importlib.util.spec_from_file_location("mutation", ROOT / "benchmarks" / "mutation.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutation"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_the_newest_release_in_the_changelog_is_the_version_of_the_package():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    assert releases
    assert releases[0][0] == cx.__version__
    assert [datetime.date.fromisoformat(day) for _, day in releases] == sorted(
        (datetime.date.fromisoformat(day) for _, day in releases), reverse=True
    )
    assert text.index("## [Unreleased]") < text.index(f"## [{releases[0][0]}]")


def test_every_mutated_module_and_the_tests_named_for_it_are_there():
    core = mutation().CORE
    assert len(core) > 3
    assert not [path for module, tests in core.items() for path in (module, *tests) if not (ROOT / path).is_file()]


def test_the_table_of_mutants_is_read_as_it_is_written():
    module = mutation()
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed
    text = module.TABLE.read_text(encoding="utf-8")
    assert module.written(*module.parsed(text)) == text


def test_survivors_that_the_table_counts_are_listed():
    module = mutation()
    runs, survivors, reasons = module.parsed(module.TABLE.read_text(encoding="utf-8"))
    assert runs
    for name, run in runs.items():
        assert run.survived == len(survivors.get(name, []))
        assert run.survived + run.not_reached < run.mutants
    assert set(reasons) <= {one for found in survivors.values() for one in found}


def test_every_target_of_the_makefile_says_what_it_does():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    phony = set(re.search(r"\.PHONY:((?:.*\\\n)*.*)", text)[1].replace("\\", " ").split())
    assert phony - explained == {"install", "install-dev", "chromium"}
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert named
    assert named <= phony
