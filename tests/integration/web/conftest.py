"""What tests of the web side share."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.real import CHROMIUM_ARGUMENTS, require


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start the Chromium of the distribution."""
    path = require("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()
