"""The help page, there whatever is broken, for every country; refusals; and `tandem help`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.safety.sheet import help_sheet
from assistant.settings import Contact, Settings
from ui.gate import Gate, house_for
from ui.help_page import add_routes, chosen_country, help_html, reach_html, refusal_html
from ui.labels import labels
from ui.page import header_html

ROOT = Path(__file__).parents[2]
KIM = Contact(
    name="Kim <b>Weber</b>",
    reach="030 1234567 or kim@example.org",
    hours="9–17",
    languages=("Türkçe",),
)
BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-language": "en"}


@pytest.fixture
def door(tmp_path) -> TestClient:
    """The help page behind the gate, and nothing else: no home, no database, no model."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app, Settings(home=tmp_path / "nothing", country="DE", contacts=(KIM,)))

    @app.get("/healthz")
    def broken() -> None:
        raise RuntimeError("secret /home/kim")

    app.add_middleware(Gate, house=house_for("127.0.0.1", 1_000_000, "DE"))
    return TestClient(app, base_url="http://127.0.0.1:7860", headers=BROWSER)


def shown(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page))


def test_the_emergency_number_stands_first_then_contacts_then_help_lines(door, tmp_path):
    page = door.get("/help").text
    links = re.findall(r'href="((?:tel|mailto|sms):[^"]+)"', page)
    assert links[:4] == ["tel:112", "tel:0301234567", "mailto:kim@example.org", "tel:08001110111"]
    assert "Kim &lt;b&gt;Weber&lt;/b&gt;" in page
    assert "9–17; Türkçe" in page
    assert "22 November 2026" in page
    assert not (tmp_path / "nothing").exists(), "nothing is read or written in the home folder"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("/help", "Help now"),
        ("/help?language=de", "Hilfe jetzt"),
        ("/help?language=fr", "Help now"),
    ],
)
def test_it_speaks_the_language_that_is_asked_for(door, asked, title):
    assert f"<h1>{title}</h1>" in door.get(asked).text


def test_it_speaks_the_browsers_language(door):
    page = door.get("/help", headers={"accept-language": "de-AT,de;q=0.9"}).text
    assert '<html lang="de">' in page
    assert "Hilfe jetzt" in page


def test_a_country_is_chosen_and_kept_in_the_browser_only(door):
    page = door.get("/help?country=AT")
    assert page.cookies["tandem_country"] == "AT"
    assert "147" in page.text
    assert "Rat auf Draht" in door.get("/help").text, "the browser sends it again"
    assert "samesite=strict" in page.headers["set-cookie"].lower()


def test_a_link_from_elsewhere_shows_a_country_but_does_not_choose_it(door):
    page = door.get("/help?country=US&language=de", headers={"sec-fetch-site": "cross-site"})
    assert "tel:911" in page.text
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("country", ["XX", "../DE", "<script>", ""])
def test_an_unknown_country_falls_back_to_the_setting(door, country):
    page = door.get("/help", params={"country": country})
    assert "tel:112" in page.text
    assert "<script>alert" not in page.text
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize(
    ("cookie", "country"),
    [("tandem_country=AT", "AT"), ("tandem_country=XX", None), ("", None), ("a=b; ;=", None),
     ("tandem_country=gb", "UK"), ("tandem_country=elsewhere", "elsewhere")],
)  # fmt: skip
def test_a_cookie_counts_only_with_a_known_country(cookie, country):
    assert chosen_country({"cookie": cookie}) == country


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("country", ["DE", "AT", "CH", "UK", "US", "elsewhere"])
def test_every_country_has_a_whole_page_that_needs_no_script(language, country):
    sheet = help_sheet(language, country)
    page = help_html(sheet)
    text = shown(page)
    for line in sheet.lines:
        assert line.name in text
        assert line.hours in text
    for said in (*sheet.texts.words, *sheet.texts.machine, sheet.texts.private):
        assert said.split("'")[0] in text
    numbers = re.findall(r'href="(?:tel|sms):(\d+)"', page)
    assert numbers[0] == sheet.emergency
    assert len(numbers) > len(sheet.lines)
    assert "<button" not in page
    assert page.count("<script") == 1, "only light or dark as chosen before; the page does without"
    assert "http" not in re.sub(r"<style>.*?</style>", "", page)


@pytest.mark.parametrize(
    ("reach", "links"),
    [
        ("0800 111 0 111, 0800 111 0 222 or 116 123",
         ["tel:08001110111", "tel:08001110222", "tel:116123"]),
        ("call 111 and choose option 2", ["tel:111"]),
        ("+49 (0)30/123-45", ["tel:+4903012345"]),
        ("kim_w@mail.example.org", ["mailto:kim_w@mail.example.org"]),
        ("room 12, second floor", []),
        ('"><img src=x>', []),
    ],
)  # fmt: skip
def test_numbers_can_be_dialled_and_addresses_written_to(reach, links):
    html = reach_html(reach)
    assert re.findall(r'href="([^"]+)"', html) == links
    assert "<img" not in html


def test_a_line_for_short_messages_is_not_dialled():
    assert 'href="sms:741741"' in help_html(help_sheet("en", "US"))


def test_refusals_and_errors_show_a_way_to_help(door):
    for path, status in (("/nothing", 404), ("/healthz", 500)):
        answer = door.get(path)
        assert answer.status_code == status
        assert 'href="/help"' in answer.text
        assert 'href="tel:112"' in answer.text
        assert "secret" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_under_a_foreign_name_a_refusal_still_names_the_number(door):
    answer = door.get("/", headers={"host": "evil.test"})
    assert answer.status_code == 403
    assert 'href="tel:112"' in answer.text
    assert "/help" not in answer.text, "it would be refused too"


def test_a_scripts_refusal_stays_one_line(door):
    answer = door.get("/nothing", headers={"accept": "*/*"})
    assert answer.text == "There is nothing at this address."


def test_a_refusal_is_escaped_and_names_the_persons_number():
    assert "&lt;b&gt;" in refusal_html("<b>", "de", "UK")
    assert "tel:999" in refusal_html("x", "de", "UK")


def test_the_protocol_can_be_read(door):
    page = door.get("/safety")
    assert page.status_code == 200
    assert "What is never done" in page.text
    assert 'href="safety"' in door.get("/help").text


@pytest.mark.parametrize(("language", "said"), [("en", "Help now"), ("de", "Hilfe jetzt")])
def test_the_header_of_every_view_leads_there(language, said):
    header = header_html(labels(language))
    assert re.search(rf'<a class="help-now" href="help"[^>]*>{said}</a>', header)


# -- tandem help -------------------------------------------------------------------------------


def tandem(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "help", *arguments],
        cwd=home,
        env=kept | {"TANDEM_HOME": str(home), "PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_terminal_says_the_same(tmp_path):
    (tmp_path / "tandem.toml").write_text("[[contacts]]\nname = 'Kim'\nreach = '0301'")
    (tmp_path / "tandem.db").write_text("this is no database")
    done = tandem(tmp_path, "--country", "at", "--language", "de")
    assert done.returncode == 0
    told = done.stdout
    assert told.startswith("Hilfe jetzt")
    assert told.index("112 anrufen") < told.index("Kim: 0301") < told.index("147 anrufen")
    assert "22.11.2026" in told


def test_the_terminal_gives_data(tmp_path):
    data = json.loads(tandem(tmp_path, "--country", "US", "--json").stdout)
    assert (data["country"], data["emergency"]) == ("US", "911")
    assert data["lines"][0]["name"] == "988 Lifeline"


def test_the_terminal_helps_even_where_the_settings_are_broken(tmp_path):
    done = tandem(tmp_path, TANDEM_PORT="eighty")
    assert done.returncode == 0
    assert "Call 112" in done.stdout
    assert "TANDEM_PORT" in done.stderr


def test_an_unknown_country_is_wrong_use(tmp_path):
    done = tandem(tmp_path, "--country", "XX")
    assert done.returncode == 2
    assert "DE, AT, CH" in done.stderr


# -- in a browser ------------------------------------------------------------------------------


def test_help_is_one_tap_away_from_every_view_and_needs_no_script(visit, browser, address):
    seen = visit(viewport={"width": 390, "height": 844})
    page = seen.page
    for view in ("chat", "plan", "library", "evals", "about"):
        page.click(f"button[name=view][value={view}]")
        assert page.locator("a.help-now").is_visible()
    with seen.context.expect_page() as opened:
        page.click("a.help-now")
    helped = opened.value
    helped.wait_for_selector("h1:has-text('Help now')")
    helped.click("text=Austria")
    helped.wait_for_selector("h2:has-text('Austria')")
    page.click("button[name=view][value=chat]")
    seen.ask("I want to kill myself")
    assert "147" in page.inner_text("#thread .concern"), "answers fit the country that was chosen"
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    bare = plain.new_page()
    bare.goto(f"{address}/help")
    assert bare.locator("a.call").get_attribute("href") == "tel:112"
    assert bare.locator("a.call").bounding_box()["y"] < 500, "seen without scrolling"
    plain.close()
