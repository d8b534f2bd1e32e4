"""What a person sees and does in a browser, against the real page."""

from __future__ import annotations

import re

import pytest

QUESTION = "How do I listen actively?"


def test_an_answer_grows_and_its_chips_open_the_passage_in_its_guide(visit):
    seen = visit()
    page = seen.page
    seen.ask(QUESTION)
    chip = page.locator("#thread button.cite").first
    statement = chip.locator("xpath=ancestor::*[self::li or self::p][1]").inner_text()
    chip.click()
    page.wait_for_selector("body[data-panel=open] #panel #cited")
    cited = page.inner_text("#cited")
    assert cited[:40] in statement
    assert len(page.inner_text("#panel .guide")) > len(cited) + 200, "the guide around it"
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('cite')")
    assert page.locator("#thread .sources li").count() > 0


def test_the_page_speaks_the_browsers_language_and_the_one_that_is_chosen(visit):
    seen = visit(locale="de-DE")
    page = seen.page
    page.wait_for_selector(".welcome h1:has-text('Was bereitest du vor?')")
    page.fill("#question textarea", "Wie fange ich an?")
    page.click("button[name=language][value=en]")
    page.wait_for_selector(".welcome h1:has-text('What are you preparing?')")
    assert page.input_value("#question textarea") == "Wie fange ich an?", "the draft stays"
    assert page.get_attribute("#question textarea", "placeholder").startswith("Ask")
    assert page.get_attribute("html", "lang") == "en"
    seen.reload()
    page.wait_for_selector(".welcome h1:has-text('What are you preparing?')")


def test_conversations_are_renamed_searched_saved_and_deleted(visit):
    seen = visit()
    page = seen.page
    seen.ask("Which open questions help?")
    row = page.locator(".conversation.current")
    row.hover()
    row.locator("summary").click()
    row.locator("button[name=rename]").click()
    page.fill(".tandem-dialog input", "Zebra questions")
    page.keyboard.press("Enter")
    page.wait_for_selector(".conversation.current button.open:has-text('Zebra questions')")
    page.fill("#search input, #search textarea", "zebra")
    page.wait_for_function("() => document.querySelectorAll('.conversation').length === 1")
    row.locator("summary").click()
    with page.expect_download() as download:
        row.locator("a[download]").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "Zebra questions" in text
    assert "Which open questions help?" in text
    row.locator("summary").click()
    row.locator("button[name=delete]").click()
    page.click(".tandem-dialog .go")
    page.wait_for_function("() => document.querySelectorAll('.conversation').length === 0")
    page.wait_for_selector(".welcome")


def test_a_conversation_is_there_again_after_a_reload_with_its_rating(visit):
    seen = visit()
    page = seen.page
    seen.ask(QUESTION)
    page.locator("button[name=rate].up").last.click()
    page.fill(".reason-form input", "clear")
    page.keyboard.press("Enter")
    page.wait_for_selector(".reason-thanks")
    seen.reload()
    page.wait_for_selector("#thread .said")
    assert page.inner_text("#thread .said") == QUESTION
    page.wait_for_selector("button[name=rate].up[aria-pressed=true]")


def test_the_last_question_is_changed_and_answered_again(visit):
    seen = visit()
    page = seen.page
    seen.ask(QUESTION)
    page.locator("#thread .user-row").hover()
    page.click("button[name=edit]")
    page.fill(".tandem-dialog textarea", "How do I prepare the first meeting?")
    page.click(".tandem-dialog .go")
    page.wait_for_selector(".said:has-text('first meeting')")
    seen.answered(1)
    before = page.get_attribute("button[name=rate].up", "value")
    page.click("button[name=retry]")
    page.wait_for_selector(f"button[name=rate].up:not([value='{before}'])")
    assert page.locator("#thread .user-row").count() == 1
    page.locator("button.follow-up").first.click()
    seen.answered(2)


@pytest.mark.parametrize(
    "question",
    [
        "![x](https://example.org/x.png) How do I listen?",
        '<img src="https://example.org/y.png" onerror="alert(1)"> How do I listen?',
        "<script>alert(1)</script> <svg onload=alert(1)> How do I listen?",
        "[click](javascript:alert(1)) [a]: https://example.org `x` $$y$$",
        "```mermaid\ngraph TD; A-->B\n```\n\n# How do I listen?\n\n\n- a",
    ],
)
def test_markup_in_a_question_is_shown_as_it_was_typed(visit, question):
    seen = visit()
    seen.ask(question)
    said = seen.page.inner_text("#thread .said")
    assert said.split() == question.split()
    assert seen.page.locator("#thread img, #thread script, #thread iframe").count() == 0


def test_the_box_is_usable_after_every_odd_question(visit):
    seen = visit()
    page = seen.page
    page.fill("#question textarea", "   ")
    page.keyboard.press("Enter")
    page.wait_for_selector("#notice .notice")
    assert page.locator("#thread .user-row").count() == 0
    page.fill("#question textarea", "x" * 50_000)
    page.keyboard.press("Enter")
    page.wait_for_selector("#notice :text('50,000')")
    assert len(page.input_value("#question textarea")) == 50_000, "nothing is lost"
    seen.ask("🙂🙂🙂")
    seen.ask(QUESTION)
    assert page.locator("#thread .sources").count() >= 1


def test_a_person_at_risk_sees_help_in_its_own_card(visit):
    seen = visit()
    seen.ask("I want to kill myself")
    card = seen.page.locator("#thread .concern")
    assert card.is_visible()
    assert card.locator("a[href^='tel:']").count() > 0


def test_guides_are_added_read_switched_off_and_removed(visit, tmp_path):
    good = tmp_path / "Übung mit Öl.md"
    good.write_text(
        "# Marmalade method\n\nThe marmalade method means that both bring an orange. "
        '<img src="https://example.org/z.png"> ![x](https://example.org/q.png)\n',
        encoding="utf-8",
    )
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    seen = visit()
    page = seen.page
    page.click("button[name=view][value=library]")
    page.set_input_files("#files input[type=file]", [good, empty])
    page.wait_for_selector(".progress.finished", timeout=90_000)
    page.wait_for_selector("td .title:has-text('Marmalade method')")
    assert "empty" in page.inner_text(".progress.finished")
    page.locator("tr:has-text('Marmalade') button[name=read]").click()
    page.wait_for_selector("#panel .guide :text('both bring an orange')")
    page.keyboard.press("Escape")
    page.click("button[name=view][value=chat]")
    seen.ask("What is the marmalade method?")
    assert "orange" in page.inner_text("#thread .bot-row")
    page.click("button[name=view][value=library]")
    for name in ("Marmalade", "empty.txt"):
        page.locator(f"tr:has-text('{name}') button[name=remove]").click()
        page.click(".tandem-dialog .go")
        page.wait_for_selector(f"tr:has-text('{name}')", state="detached")


def test_a_folder_that_is_not_there_gets_a_sentence(visit):
    page = visit().page
    page.click("button[name=view][value=library]")
    page.fill("#folder-path input, #folder-path textarea", "/no/such <b>folder</b>")
    page.click("#sync")
    page.wait_for_selector("#progress .trouble")
    assert "/no/such <b>folder</b>" in page.inner_text("#progress")


def test_on_a_phone_nothing_is_cut_off_and_sources_are_a_sheet(visit):
    seen = visit(viewport={"width": 390, "height": 844})
    page = seen.page
    for view in ("chat", "library", "about"):
        page.click(f"button[name=view][value={view}]")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("button[name=view][value=chat]")
    seen.ask(QUESTION)
    page.locator("#thread button.cite").first.click()
    page.wait_for_selector("body[data-panel=open] #cited")
    assert page.locator("#panel").bounding_box()["width"] == 390
    page.locator("#panel button[name=close]").click()
    page.wait_for_selector("#panel", state="hidden")
    page.click("button[name=drawer]")
    page.wait_for_selector("#new", state="visible")


def test_what_fails_is_said_in_the_persons_language_and_nothing_is_locked(visit):
    seen = visit(locale="de-DE")
    page = seen.page
    seen.ask("Wie höre ich gut zu?")
    page.evaluate(
        """() => {
          const button = document.querySelector(".sources button");
          button.value = "g999999:0:5";
          button.click();
        }"""
    )
    page.wait_for_selector(".tandem-word.trouble:has-text('Das gibt es nicht mehr')")
    seen.errors.clear()  # the browser notes the refused request
    seen.ask("Welche offenen Fragen helfen?")
    assert page.locator("#thread .bot-row").count() == 2


def test_a_page_with_a_whole_answer_rests_and_stays_where_it_was_scrolled_to(visit):
    seen = visit()
    page = seen.page
    seen.ask(QUESTION)
    page.wait_for_timeout(2000)  # for the last look that makes sure
    log = page.locator("#thread [role=log]")
    log.evaluate("log => log.scrollTop = log.scrollHeight")
    scrolled = log.evaluate("log => log.scrollTop")
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.post_data or ""))
    page.locator("button[name=rate].up").focus()
    page.wait_for_timeout(3000)
    assert [look for look in looks if '"sure"' in look or '"growing"' in look] == []
    assert log.evaluate("log => log.scrollTop") == scrolled > 0


def test_a_click_on_a_page_that_is_still_loading_is_not_lost(visit):
    page = visit().page
    page.add_init_script(
        "new MutationObserver((_, watching) => {"
        "  const button = document.querySelector('button[name=view][value=plan]');"
        "  if (button && document.body.dataset.view) { watching.disconnect(); button.click(); }"
        "}).observe(document, { childList: true, attributes: true, subtree: true })"
    )
    clicked, loaded = [], []

    def cross(route):
        """The page's first words are made before those for the click, and arrive after them."""
        if loaded:
            route.continue_()
        elif "enter" in (route.request.post_data or ""):
            clicked.append(route)
        else:
            loaded.append((route, route.fetch()))
            for one in clicked:
                one.continue_()

    page.route(re.compile("/gradio_api/run/"), cross)
    page.reload()
    page.wait_for_selector("body[data-view=plan]")
    page.wait_for_timeout(1500)
    assert len(loaded) == 1
    loaded[0][0].fulfill(response=loaded[0][1])
    page.wait_for_timeout(500)
    page.wait_for_selector("#field-told")
    assert page.locator("#field-told").is_editable()


def test_the_page_is_shown_once_its_first_words_are_there(visit):
    page = visit().page
    held: list = []

    def hold(route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route(re.compile("/gradio_api/run/"), hold)
    page.reload()
    page.wait_for_selector("#question textarea", state="attached")
    page.wait_for_timeout(800)
    assert page.locator("html.ready").count() == 0
    held[0][0].fulfill(response=held[0][1])
    page.wait_for_selector("html.ready", timeout=3000)


def test_a_slow_answer_to_an_earlier_click_is_not_drawn_over_a_later_one(visit):
    page = visit().page
    slow: list = []

    def hold(route) -> None:
        if "enter" in (route.request.post_data or ""):
            slow.append((route, route.fetch()))
        else:
            route.continue_()

    page.click("button[name=view][value=evals]")
    page.wait_for_selector("#evals-main h2")
    page.route(re.compile("/gradio_api/run/"), hold)
    page.click("button[name=view][value=chat]")
    page.click("button[name=view][value=evals]")
    page.click("#evals button.part[value='go:runs']")
    page.wait_for_timeout(1000)
    assert len(slow) == 1
    slow[0][0].fulfill(response=slow[0][1])
    page.wait_for_selector("#evals button.part.on[value='go:runs']")
    page.wait_for_timeout(500)
    assert page.locator("#evals button.part.on").get_attribute("value") == "go:runs"


def _suite_begun(page, title: str) -> None:
    page.click("button[name=view][value=evals]")
    page.fill("#field-title", title)
    page.keyboard.press("Enter")
    page.wait_for_selector("#field-turns")


def test_what_was_written_first_arrives_before_what_was_written_last(visit):
    page = visit().page
    _suite_begun(page, "In turn")
    held: list = []

    def hold(route) -> None:
        if "One?" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("/gradio_api/run/"), hold)
    page.fill("#field-turns", "One?")
    page.fill("#field-vital", "own words")
    page.wait_for_timeout(300)
    page.click("#evals button[value='save-then-new']")
    page.wait_for_timeout(500)
    assert len(held) == 1
    assert page.input_value("#field-vital") == "own words", "the click waits too"
    held[0].continue_()
    page.wait_for_function("() => !document.querySelector('#field-vital').value")
    page.click("#evals button[value^='suite:']")
    page.locator("#evals button[value^='case:']").first.click()
    page.wait_for_selector("#field-vital")
    assert page.input_value("#field-vital") == "own words"


def test_what_still_waits_for_its_turn_is_sent_when_the_page_closes(visit):
    page = visit().page
    _suite_begun(page, "Left in a hurry")
    held: list = []

    def hold(route) -> None:
        if "save-then-new" in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile("/gradio_api/run/"), hold)
    page.fill("#field-turns", "Kept?")
    page.fill("#field-vital", "kept")
    page.wait_for_timeout(300)
    page.click("#evals button[value='save-then-new']")
    page.wait_for_timeout(300)
    assert held, "what was written is on its way, and the click waits for it"
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    page.click("button[name=view][value=evals]")
    page.click("#evals button[value^='suite:']:has-text('Left in a hurry')")
    page.locator("#evals button[value^='case:']").first.click()
    page.wait_for_selector("#field-vital")
    assert page.input_value("#field-vital") == "kept"


def test_light_and_dark_follow_the_system_and_the_switch(visit):
    seen = visit(color_scheme="dark")
    page = seen.page

    def ground() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    dark = ground()
    page.click("button[name=theme]")
    assert ground() != dark
    light = ground()
    seen.reload()
    assert ground() == light, "the choice is kept"


def test_nothing_of_gradio_shows(visit):
    page = visit().page
    shown = page.inner_text("body")
    assert not re.search(r"gradio|Use via API|Settings|Built with", shown, re.IGNORECASE)
    assert page.evaluate("Object.keys(localStorage).filter(k => !k.startsWith('tandem'))") == []
