"""A real browser: Debian's Chromium driven by Playwright, against the pages as they are served."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 1280)
HEIGHT = 800
OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright runs a loop beside the test's data base


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    options = [*OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else OPTIONS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody else: ``visitor(width=360, locale="en", java_script_enabled=False)``."""
    contexts: list[BrowserContext] = []

    def open_page(*, width: int = WIDTHS[0], locale: str = "de-DE", **options: Any) -> Page:
        viewport = {"width": width, "height": HEIGHT}
        context = browser.new_context(viewport=viewport, locale=locale, bypass_csp=False, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """A page on a phone, in German."""
    return visitor()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails with what axe finds. It is evaluated, not added: the security policy stays as it is."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text())
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found = [
            {"rule": finding["id"], "where": [node["html"] for node in finding["nodes"]][:3]}
            for finding in result["violations"]
        ]
        assert found == [], f"{page.url}\n{json.dumps(found, indent=1, ensure_ascii=False)}"

    return check


@pytest.fixture
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Page, str], None]:
    """Pictures at 360 and 1280 px, in the folder that SCREENSHOTS names or a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        before = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=True)
        if before:
            page.set_viewport_size(before)

    return take


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Fails where a reader would have to scroll sideways at 320 px."""

    def check(page: Page) -> None:
        before = page.viewport_size
        page.set_viewport_size({"width": 320, "height": HEIGHT})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if before:
            page.set_viewport_size(before)
        assert wide <= 0, f"{page.url} is {wide} px too wide at 320 px"

    return check
