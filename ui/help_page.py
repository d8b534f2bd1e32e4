"""The help page (/help), the page on how danger is noticed (/safety), and what refusals look like.

Plain HTML, made whole on the server from installed files and the settings: no Gradio, no script
needed, no model, no index, no database. A person can choose a country; only their browser keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.safety.help import country_of, known_country
from assistant.safety.sheet import HelpSheet, Line, help_sheet
from assistant.settings import Contact, Settings
from ui.labels import LANGUAGES, labels
from ui.rendering import markdown_blocks, plain

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

COUNTRY_COOKIE = "tandem_country"
YEAR = 365 * 24 * 3600

_STATIC = Path(__file__).with_name("static")
_PROTOCOL = Path(__file__).parents[1] / "docs" / "safety.md"
_NUMBER = re.compile(r"(?<![\w@.-])[+(]?\d[\d ()/.-]*\d(?![\w@-])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def chosen_country(headers: Mapping[str, str]) -> str | None:
    """The country that the person's browser keeps, None where it keeps none that is known."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COUNTRY_COOKIE)
    except CookieError:  # a malformed cookie is somebody else's
        return None
    return known_country(morsel.value) if morsel else None


def add_routes(app: FastAPI, settings: Settings) -> None:
    """Let /help and /safety lead somewhere. They wait for no thread that the database may hold."""
    from starlette.requests import Request as AnyRequest
    from starlette.responses import HTMLResponse

    from ui.gate import LANGUAGE_COOKIE, language_of

    async def helped(request: Request, language: str = "", country: str = "") -> Response:
        headers = dict(request.headers)
        spoken = language if language in LANGUAGES else language_of(headers)
        wanted = known_country(country)
        place = wanted or chosen_country(headers) or settings.country
        page = help_html(help_sheet(spoken, place, settings.contacts))
        answer = HTMLResponse(page, headers={"cache-control": "no-store"})
        # A link from elsewhere shows a country, but only the person's own choice is kept.
        if headers.get("sec-fetch-site", "same-origin") == "same-origin":
            if wanted:
                answer.set_cookie(COUNTRY_COOKIE, wanted, max_age=YEAR, samesite="strict")
            if language in LANGUAGES:
                answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="strict")
        return answer

    async def protocol(request: Request) -> Response:
        spoken = language_of(dict(request.headers))
        if not _PROTOCOL.exists():
            return HTMLResponse(
                refusal_html(labels(spoken)("error.not_found"), spoken, settings.country), 404
            )
        return HTMLResponse(protocol_html(spoken), headers={"cache-control": "no-store"})

    for path, handler in (("/help", helped), ("/safety", protocol)):
        handler.__annotations__["request"] = AnyRequest
        app.add_api_route(path, handler, methods=["GET"], response_model=None)


def help_html(sheet: HelpSheet) -> str:
    """The whole help page."""
    texts = sheet.texts
    note = f'<p class="note">{escape(sheet.emergency_note)}.</p>' if sheet.emergency_note else ""
    contacts = "".join(_contact(contact) for contact in sheet.contacts)
    own = _section(texts.contacts_title, f'<ul class="people">{contacts}</ul>') if contacts else ""
    lines = "".join(_line(line) for line in sheet.lines)
    reachable = (
        f'<ul class="people">{lines}</ul><p class="quiet">{escape(texts.checked)}</p>'
        if lines
        else f"<p>{escape(texts.no_lines)}</p>"
    )
    words = "".join(f"<li><q>{escape(one)}</q></li>" for one in texts.words)
    isnt = "".join(f"<li>{escape(one)}</li>" for one in texts.machine)
    linked = (
        f'<p class="screen"><a href="safety">{escape(texts.protocol)}</a></p>'
        if _PROTOCOL.exists()
        else ""
    )
    body = (
        f'<h1>{escape(texts.title)}</h1><p class="lead">{escape(texts.lead)}</p>'
        f'<section class="danger"><h2>{escape(texts.danger_title)}</h2>'
        f'<a class="call" href="tel:{escape(sheet.emergency)}">{escape(texts.call)}</a>{note}'
        f"<p>{escape(texts.danger_text)}</p></section>"
        f"{own}{_section(texts.lines_title, reachable + _countries(sheet))}"
        f"{_section(texts.near_title, f'<p>{escape(texts.near)}</p>')}"
        + _section(
            texts.words_title,
            f'<ul class="words">{words}</ul><p class="quiet">{escape(texts.words_note)}</p>',
        )
        + '<div class="pair">'
        + _section(texts.private_title, f"<p>{escape(texts.private)}</p>")
        + _section(texts.machine_title, f"<ul>{isnt}</ul>{linked}")
        + f'</div><p class="quiet screen">{escape(texts.print)}</p>'
    )
    return _document(texts.title, body, sheet.language, _bar(sheet))


def protocol_html(language: str) -> str:
    """The published protocol (docs/safety.md) as a page; it is written in English."""
    title = labels(language)("nav.help")
    blocks = "".join(markdown_blocks(_PROTOCOL.read_text(encoding="utf-8")))
    bar = f'<nav><a class="help" href="help">{escape(title)}</a></nav>'
    return _document("Safety", f'<div class="text" lang="en">{blocks}</div>', language, bar)


def refusal_html(sentence: str, language: str, country: str, *, linked: bool = True) -> str:
    """What a person sees where a page can't be shown: why, and where help is all the same."""
    text = labels(language)
    number = country_of(country).emergency
    call = help_sheet(language, country).texts.call
    ways = f'<a class="call small" href="tel:{escape(number)}">{escape(call)}</a>'
    if linked:
        ways = (
            f'<a class="help" href="/help">{escape(text("nav.help"))}</a>{ways}'
            f'<a href="/">{escape(help_sheet(language, country).texts.back)}</a>'
        )
    body = f'<h1>{plain(sentence)}</h1><p class="ways">{ways}</p>'
    return _document(text("app.name"), body, language, "")


def _bar(sheet: HelpSheet) -> str:
    languages = "".join(
        f'<a href="?language={code}" lang="{code}"{_current(code == sheet.language)}>'
        f"{code.upper()}</a>"
        for code in LANGUAGES
    )
    back = f'<a class="back" href="./">{escape(sheet.texts.back)}</a>'
    return f'<nav>{back}<span class="languages">{languages}</span></nav>'


def _countries(sheet: HelpSheet) -> str:
    links = "".join(
        f'<a href="?country={code}"{_current(code == sheet.country)}>{escape(name)}</a>'
        for code, name in sheet.countries
    )
    texts = sheet.texts
    return (
        f'<div class="countries screen"><h3 id="country">{escape(texts.country)}</h3>'
        f'<p class="choices">{links}</p><p class="quiet">{escape(texts.country_note)}</p></div>'
    )


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inside}</section>"


def _contact(contact: Contact) -> str:
    return _person(contact.name, reach_html(contact.reach), contact.told)


def _line(line: Line) -> str:
    return _person(line.name, reach_html(line.reach, text=line.text), line.hours)


def _person(name: str, reach: str, told: str) -> str:
    hours = f'<span class="hours">{escape(told)}</span>' if told else ""
    return f'<li><strong>{escape(name)}</strong>{hours}<span class="reach">{reach}</span></li>'


def reach_html(reach: str, *, text: bool = False) -> str:
    """How somebody is reached, with numbers that a phone dials and addresses that open a mail."""
    scheme = "sms" if text else "tel"
    parts, end = [], 0
    for match in sorted(
        (*_MAIL.finditer(reach), *_NUMBER.finditer(reach)), key=lambda found: found.start()
    ):
        number = re.sub(r"[^\d+]", "", match[0])
        is_mail = "@" in match[0]
        if match.start() < end or not (is_mail or len(number) >= 3):
            continue
        target = f"mailto:{match[0]}" if is_mail else f"{scheme}:{number}"
        parts += [
            escape(reach[end : match.start()]),
            f'<a href="{escape(target)}">{escape(match[0])}</a>',
        ]
        end = match.end()
    return "".join(parts) + escape(reach[end:])


def _document(title: str, body: str, language: str, bar: str) -> str:
    name = labels(language)("app.name")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{escape(title)} – {escape(name)}</title><style>{_style()}</style>"
        '<link rel="icon" href="/tandem/favicon.svg" type="image/svg+xml">'
        '<script src="/tandem/theme.js"></script></head>'
        f'<body><header><span class="brand"><span class="mark"></span>{escape(name)}</span>'
        f"{bar}</header><main>{body}</main></body></html>"
    )


@cache
def _style() -> str:
    return (_STATIC / "help.css").read_text(encoding="utf-8")
