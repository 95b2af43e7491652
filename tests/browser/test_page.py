"""The page in a real browser: what it shows, that it follows, and that nothing from outside runs in it."""

import pathlib

import pytest
from chromium import Chromium
from page_server import PageServer
from sample import app, commit, fill

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def row(name: str, environment: str = "default") -> str:
    return f'tr[data-key="{environment}/{name}"]'


def show(browser: Chromium, server: PageServer) -> None:
    browser.open(server.address)
    browser.wait_until(lambda: browser.text("#connection-text") == "live", "connected")


def shown_apps(browser: Chromium) -> list[str]:
    return browser.run("return [...document.querySelectorAll('tr[data-key]')].filter((e) => e.checkVisibility()).map((e) => e.dataset.key)")


def test_shows_every_app_by_environment(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    assert shown_apps(browser) == [f"default/{name}" for name in ("api", "blog", "mailer", "postgres", "search", "shop", "worker")] + [
        f"staging/{name}" for name in ("api", "blog", "reports", "shop", "vault")]
    worker = browser.text(row("worker"))
    for said in ("worker", "Degraded", "Synced", "3/4", "Retry failed payments", "helsinki-3 is out of memory", "3 min"):
        assert said in worker
    assert browser.text("#where") == "https://git.example.org/platform/config.git@main"
    assert "Give workers 256 MiB" in browser.text("#current")
    assert browser.texts("#instance, #target") == ["production", "swarm"]


def test_says_each_phase_by_icon_and_word(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    marks = browser.run("return [...document.querySelectorAll('td.c-phase .mark')].map((m) => [m.innerText, m.querySelector('use').getAttribute('href')])")
    assert all(word and icon.startswith("#i-") for word, icon in marks)
    assert ["Failed", "#i-bad"] in marks and ["Live", "#i-good"] in marks


def test_follows_changes_without_a_reload(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    browser.run("window.same = document.querySelector(arguments[0])", row("search"))
    server.tell(app=app("search", phase="live", desired=3, reason="all tasks are healthy"))
    server.tell(app=app("new-app", subject="Begin"))
    server.tell(remove="default/shop")
    browser.wait_until(lambda: "Live" in browser.text(row("search")), "shown that search is live")
    browser.wait_until(lambda: "default/new-app" in shown_apps(browser), "shown the new app")
    browser.wait_until(lambda: "default/shop" not in shown_apps(browser), "dropped the removed app")
    assert browser.run("return window.same === document.querySelector(arguments[0])", row("search")), "the row was made anew"
    names = [key for key in shown_apps(browser) if key.startswith("default/")]
    assert names == sorted(names)


def test_drops_an_environment_with_its_last_app(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    server.tell(app=app("lonely", "preview"))
    browser.wait_until(lambda: "preview" in browser.text("#apps"), "shown the environment")
    server.tell(remove="preview/lonely")
    browser.wait_until(lambda: "preview" not in browser.text("#apps"), "dropped the environment")


def test_filters_by_words_and_by_phase(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    browser.press("/")
    browser.type("#filter", "staging tax")
    assert shown_apps(browser) == ["staging/shop"]
    assert browser.text("#shown") == "1 of 12 apps"
    browser.type("#filter", " nowhere")
    assert shown_apps(browser) == []
    browser.click("#clear")
    assert len(shown_apps(browser)) == 12
    browser.click('.chip[data-tone="bad"]')
    assert shown_apps(browser) == ["staging/reports"]
    server.tell(app=app("broken", phase="failed", reason="the image doesn't exist"))
    browser.wait_until(lambda: shown_apps(browser) == ["default/broken", "staging/reports"], "shown a new one that matches")


def test_opens_details_with_logs_on_demand(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    browser.click(f"{row('blog')} .name")
    browser.wait_until(lambda: "CONDITIONS" in browser.text("#details"), "loaded the details")
    details = browser.text("#details")
    for said in ("blog", "Ready: yes", "somebody scaled it by hand", "helsinki-1, helsinki-2", "https://blog.example.org"):
        assert said in details
    assert browser.run("return document.querySelector('#details dd a').href") == "https://blog.example.org/"
    browser.click("#details .buttons button:first-child")
    browser.wait_until(lambda: "the last 100 lines of default/blog" in browser.text("#details pre"), "loaded the logs")
    browser.click("#details .buttons button:last-child")
    browser.wait_until(lambda: "<b>done</b>" in browser.text("#details pre"), "loaded the build's log as text")
    server.tell(app=app("blog", phase="failed", reason="it broke just now"))
    browser.wait_until(lambda: "it broke just now" in browser.text("#details .why"), "followed the change in the details")
    browser.press("Escape")
    browser.wait_until(lambda: not browser.run("return document.getElementById('details').open"), "closed the details")


def test_is_used_by_keyboard(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    browser.run("document.querySelector(arguments[0]).focus()", f"{row('api')} .name")
    browser.press("ArrowDown")
    browser.press("Enter")
    browser.wait_until(lambda: browser.text("#details-name") == "blog", "opened the next app")
    browser.press("Escape")
    browser.wait_until(lambda: browser.run("return document.activeElement.innerText") == "blog", "given the focus back")


def test_details_have_an_address(browser: Chromium, server: PageServer) -> None:
    fill(server)
    browser.open(server.address + "/#staging/reports")
    browser.wait_until(lambda: "pandas==9.9" in browser.text("#details"), "opened what the address names")
    browser.press("Escape")


def test_shows_notes_of_revisions(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    assert browser.texts("#revisions .subject")[0] == "Give workers 256 MiB"
    browser.click("#revisions summary")
    browser.wait_until(lambda: "memory limit 512 MiB → 256 MiB" in browser.text("#revisions pre"), "loaded the note")


def test_shows_what_is_wrong(browser: Chromium, server: PageServer) -> None:
    fill(server)
    server.tell(set={"problem": "config repository: connection refused"}, diagnostics=[
        {"file": "apps/blog.yaml", "line": 7, "column": 9, "pointer": "/port", "message": "70000 is greater than 65535"},
        {"file": "apps/api.yaml", "line": 3, "column": 1, "message": "unknown key", "suggestion": "replicas"}])
    show(browser, server)
    assert browser.text("#problem p") == "config repository: connection refused"
    assert "apps/blog.yaml:7:9" in browser.text("#diagnostics") and "70000 is greater than 65535" in browser.text("#diagnostics")
    assert "Did you mean replicas?" in browser.text("#diagnostics")
    server.tell(set={"problem": ""}, diagnostics=[])
    browser.wait_until(lambda: browser.texts("#problem, #diagnostics") == [], "said that all is well again")


def test_tells_a_beginner_what_to_do(browser: Chromium, server: PageServer) -> None:
    server.tell(set={"repository": "https://git.example.org/new.git", "branch": "main"})
    show(browser, server)
    assert "Looking for the first time" in browser.text("#empty")
    server.tell(set={"ready": True})
    browser.wait_until(lambda: "kind: App" in browser.text("#empty"), "shown how to begin")
    server.tell(app=app("hello"))
    browser.wait_until(lambda: shown_apps(browser) == ["default/hello"] and browser.texts("#empty") == [], "shown the first app")


def test_text_from_outside_stays_text(browser: Chromium, server: PageServer) -> None:
    server.tell(set={"repository": "javascript:document.title='owned'", "branch": HOSTILE, "problem": HOSTILE, "instance": HOSTILE, "ready": True},
                diagnostics=[{"file": HOSTILE, "line": 1, "column": 1, "message": HOSTILE, "suggestion": HOSTILE}])
    server.tell(revision={"id": commit("x"), "subject": HOSTILE, "author": HOSTILE, "result": HOSTILE, "note": HOSTILE})
    evil = app("evil", subject=HOSTILE, reason=HOSTILE, image=HOSTILE, url="javascript:document.title='owned'", nodes=[HOSTILE])
    server.tell(app=evil | {"history": [{"what": HOSTILE, "message": HOSTILE}], "conditions": [{"type": HOSTILE, "status": True, "message": HOSTILE}]})
    show(browser, server)
    assert HOSTILE in browser.text(row("evil"))
    browser.click(f"{row('evil')} .name")
    browser.wait_until(lambda: "javascript:document.title" in browser.text("#details"), "loaded the details")
    browser.press("Escape")
    browser.click("#revisions summary")
    browser.wait_until(lambda: browser.text("#revisions pre") == HOSTILE, "loaded the note")
    assert browser.run("return document.querySelectorAll('main img, main script, dialog img, [href^=\"javascript:\" i]').length") == 0
    assert browser.run("return document.title") != "owned"


def test_nothing_can_be_run_in_it(browser: Chromium, server: PageServer) -> None:
    show(browser, server)
    assert browser.run("try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (error) { return error.name; }") == "TypeError"
    # That is the policy at work, and it complains as it should.
    assert any("TrustedHTML" in complaint for complaint in browser.complaints())


def test_reconnects_and_says_so(browser: Chromium, server: PageServer) -> None:
    fill(server)
    show(browser, server)
    server.stop()
    browser.wait_until(lambda: browser.text("#connection-text") == "reconnecting…", "said that it reconnects")
    assert len(shown_apps(browser)) == 12, "what was known stays in sight"
    again = PageServer(server.port)
    try:
        again.tell(set={"ready": True})
        again.tell(app=app("blog"))
        browser.wait_until(lambda: shown_apps(browser) == ["default/blog"], "shown the new board")
        assert browser.text("#connection-text") == "live"
    finally:
        again.stop()
    browser.complaints()  # connections that failed, as they had to


def test_stays_quick_with_a_thousand_apps(browser: Chromium, server: PageServer) -> None:
    server.tell(set={"ready": True})
    for index in range(1000):
        server.tell(app=app(f"app-{index:04}", f"env-{index % 5}", subject="Begin"))
    show(browser, server)
    browser.wait_until(lambda: browser.text("#shown") == "1000 apps", "shown them all")
    browser.run("""
        window.touched = 0;
        new MutationObserver((records) => { window.touched += records.length; }).observe(document.getElementById('apps'), {subtree: true, childList: true, characterData: true});
    """)
    server.tell(app=app("app-0500", "env-0", phase="failed", reason="it broke"))
    browser.wait_until(lambda: "it broke" in browser.text(row("app-0500", "env-0")), "shown the change")
    assert browser.run("return window.touched") < 20, "one change touches one row"


@pytest.mark.parametrize("name, width, height, dark, phone", [
    ("light", 1600, 1000, False, False), ("dark", 1600, 1000, True, False), ("tablet", 900, 1200, False, False), ("phone", 400, 860, False, True), ("phone-dark", 400, 860, True, True)])
def test_fits_the_screen(browser: Chromium, server: PageServer, screenshots: pathlib.Path, name: str, width: int, height: int, dark: bool, phone: bool) -> None:
    fill(server)
    browser.screen(width, height, dark, phone)
    show(browser, server)
    browser.wait_until(lambda: len(shown_apps(browser)) == 12, "shown the apps")
    browser.screenshot(screenshots / f"{name}.png")
    assert browser.run("return document.documentElement.scrollWidth") <= width, "nothing is cut off at the side"
    browser.click(f"{row('worker')} .name")
    browser.wait_until(lambda: "CONDITIONS" in browser.text("#details"), "loaded the details")
    browser.click("#details .buttons button:first-child")
    browser.wait_until(lambda: "GET /" in browser.text("#details pre"), "loaded the logs")
    browser.run("document.getAnimations().forEach((animation) => animation.finish()); document.getElementById('details').scrollTop = 0")
    browser.screenshot(screenshots / f"{name}-details.png")
    assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.press("Escape")
