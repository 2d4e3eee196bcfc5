"""What axe finds on a page, and whether it is too wide: at each size of window that is promised."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
BOTH = (WIDE, NARROW)
# All of axe's rules. Without what they did not find, which is most of what it would send; and without fetching every
# style sheet once more, which only a rule that axe keeps switched off would look at. That is a third of its time.
LOOK = "axe.run({resultTypes: ['violations'], preload: false}).then(({violations}) => ({violations}))"

# What fades in is judged as it will stay: half-way its colours are paler than anybody reads them.
SETTLE = """document.getAnimations()
    .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
    .forEach(each => each.finish())"""


def faults(page: Page, sizes: tuple[dict[str, int], ...] = BOTH) -> list[str]:
    """In axe's own words, and how much too wide."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)
        where = f"{page.url} at {size['width']} px"
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        page.evaluate(SETTLE)
        results = AxeResults(page.evaluate(LOOK))
        if results.violations_count:
            found.append(f"{where}\n{results.generate_report()}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{where}: {overflow} px too wide")
    page.set_viewport_size(WIDE)
    return found
