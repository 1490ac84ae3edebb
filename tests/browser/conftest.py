"""A real browser before a real server; every test also checks that nothing left the machine."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import chromium
import pytest
from driving import FLAGS, PATIENCE, try_the_sample_company
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from server import Server

#: For the server's process alone.
collect_ignore = ["watch"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh server with an empty workspace."""
    running = Server(tmp_path / "server").start()
    yield running
    running.stop()
    assert running.reached_for() == ""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    """A server whose workspace holds the sample company, taken in by the button. Shared: tests must not change it."""
    running = Server(tmp_path_factory.mktemp("company")).start()
    context = browser.new_context()
    page = context.new_page()
    try_the_sample_company(page, running.url)
    context.close()
    yield running
    running.stop()
    assert running.reached_for() == ""


class Watch:
    """Writes down what a browser context asks for and what fails in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.asked = 0
        context.on("request", lambda request: self._note(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._note(socket.url)))

    def _note(self, url: str) -> None:
        self.asked += 1
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "127.0.0.1":
            self.outside.append(url)


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (one person's browser each) that are watched and closed."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        opened.append((context, Watch(context)))
        return context

    yield make
    for context, watch in opened:
        context.close()
        assert watch.asked > 0
        assert watch.outside == []
        assert watch.errors == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def survey_csv(tmp_path: Path) -> Path:
    """A survey of 240 answers that this file made up."""
    path = tmp_path / "parcel_survey.csv"
    rng = random.Random(4)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["answer_id", "customer", "answered", "recommend", "csat", "late", "damaged", "comment"])
        for row in range(240):
            late, damaged = rng.random() < 0.25, rng.random() < 0.1
            happy = 9 - 4 * late - 3 * damaged + rng.choice([-1, 0, 0, 1])
            csat = max(1, min(5, round(happy / 2)))
            day = f"2025-{1 + row % 12:02d}-{1 + row % 28:02d}"
            words = rng.choice(["", "came on time", "arrived late again", "box was open"])
            rows.writerow(
                [f"a{row:04d}", f"c{row % 180:03d}", day, max(0, min(10, happy)), csat, int(late), int(damaged), words]
            )
    return path
