"""Plans on paper: every line is there in every format, opens again, and fits its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from plans import GROUP, LIMIT, PLANS, SAMIRA, SHORT, long_plan
from pypdf import PdfReader

from assistant.planning.exports.calendar import calendar
from assistant.planning.exports.markdown import markdown, text
from assistant.planning.exports.page import page
from assistant.planning.exports.pdf import MISSING, pdf, shown_in
from assistant.planning.exports.sheet import clean, sheet
from assistant.planning.exports.word import word
from assistant.planning.plan import SessionPlan
from assistant.safety.concern import Concern
from assistant.safety.help import crisis_text
from assistant.words import data

START = datetime(2026, 12, 1, 16, 30)
EXPORTED = {**PLANS, "long": long_plan()}
each = pytest.mark.parametrize("plan", EXPORTED.values(), ids=EXPORTED.keys())


def lines_of(plan: SessionPlan) -> Iterator[str]:
    """Every line that must be on paper."""
    yield from (plan.aim, *plan.prepare, *plan.agree)
    for item in plan.agenda:
        yield from (item.title, item.purpose, item.note, *(line.text for line in item.lines))
    for name in ("listening", "watch_out", "limits", "mentee_prompts", "mentor_prompts"):
        yield from (line.text for line in getattr(plan, name))
    if plan.escalation:
        yield from (plan.escalation.says, *plan.escalation.words)
        yield from (line.text for line in plan.escalation.lines)
    for source in plan.sources:
        yield from (source.title, source.heading_path[-1])
    yield from re.split(r"\n+(?:- )?", plan.first.replace("**", ""))


def tight(text: str) -> str:
    """Without spaces, which line ends add and take away."""
    return re.sub(r"\s+", "", text)


def lost(plan: SessionPlan, exported: str) -> list[str]:
    """The lines of a plan that an export lacks."""
    whole = tight(exported)
    return [line for line in lines_of(plan) if tight(line) not in whole]


class Reader(HTMLParser):
    """The words, tags and attributes of a page; the style sheet is left out."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = "", set(), set()
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        # Blocks part words as they do on the screen.
        self.words += " "

    def handle_data(self, data):
        if self.get_starttag_text() and not self.get_starttag_text().startswith("<style"):
            self.words += data


def words_of_word(content: bytes) -> str:
    body = Document(BytesIO(content)).element.body
    return "\n".join(
        "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    )


def words_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def event_of(content: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event


def rendered(source: str) -> str:
    return MarkdownIt("commonmark").render(source)


READ: dict[str, Callable[[SessionPlan], str]] = {
    "markdown": lambda plan: Reader(rendered(markdown(plan))).words,
    "text": text,
    "page": lambda plan: Reader(page(plan)).words,
    "word": lambda plan: words_of_word(word(plan)),
    "pdf": lambda plan: words_of_pdf(pdf(plan)),
    "calendar": lambda plan: str(event_of(calendar(plan, START))["description"]),
}
"""By format: a plan exported, opened again, and its words."""


# -- nothing is lost ---------------------------------------------------------------------------


@each
@pytest.mark.parametrize("read", READ.values(), ids=READ.keys())
def test_no_line_is_lost_and_it_says_where_it_is_from(plan, read):
    told = read(plan)
    footer = data("prompts", f"planning/page_{plan.language}.yaml")["footer"]
    assert lost(plan, told) == []
    assert tight(footer) in tight(told)


@pytest.mark.parametrize("read", READ.values(), ids=READ.keys())
def test_what_is_said_instead_of_a_plan_stands_alone(read):
    told = read(LIMIT)
    assert tight("I can't help to keep that secret.") in tight(told)
    assert tight("Your programme's staff: today") in tight(told)
    assert "From Tandem" not in told and "0:00" not in told


@pytest.mark.parametrize("read", READ.values(), ids=READ.keys())
def test_help_for_somebody_at_risk_is_whole(read):
    concern = Concern("self_harm", "high", ("kill himself",), "other")
    plan = SAMIRA.model_copy(update={"first": crisis_text(concern, "en")})
    told = tight(read(plan))
    for line in re.split(r"\n+(?:- |> |#+ )?", plan.first.replace("**", "")):
        assert tight(line) in told


# -- time --------------------------------------------------------------------------------------


@each
def test_the_minutes_shown_add_up(plan):
    rows = sheet(plan).rows
    ends = [row.end for row in rows]
    assert [row.begin for row in rows] == ["0:00", *ends[:-1]]
    hours, minutes = ends[-1].split(":")
    assert int(hours) * 60 + int(minutes) == plan.request.minutes
    shown = [int(row.minutes.split()[0]) for row in rows]
    assert sum(shown) == plan.request.minutes


def test_with_a_start_the_agenda_shows_the_time_of_day():
    assert sheet(SHORT, START).rows[1].clock == "16:34–16:42"
    assert "Dienstag, 1. Dezember 2026, 16:30 Uhr" in sheet(SHORT, START).facts
    late = sheet(SHORT, START.replace(hour=23, minute=55)).rows
    assert late[1].clock == "23:59–00:07"


def test_the_facts_name_what_the_title_leaves_out():
    assert sheet(SAMIRA).heading == "Meeting 3 with Samira"
    assert sheet(SAMIRA).facts == "45 minutes · in person"
    assert sheet(GROUP).facts == "90 Minuten · draußen · 5 Mentees"
    untitled = SAMIRA.model_copy(update={"title": ""})
    assert sheet(untitled).facts == "45 minutes · in person"


def test_material_is_named_once():
    assert "You need" not in text(SAMIRA)
    unprepared = SAMIRA.model_copy(update={"prepare": ()})
    assert "You need: paper and two colours." in text(unprepared)


# -- on paper ----------------------------------------------------------------------------------


@each
def test_the_pdf_has_at_most_two_pages(plan):
    pages = len(PdfReader(BytesIO(pdf(plan))).pages)
    assert pages == 1 if plan in (SAMIRA, SHORT) else pages <= 2


def test_what_fits_no_two_pages_is_not_cut():
    endless = SAMIRA.agenda[2].how * 30
    items = tuple(item.model_copy(update={"how": endless}) for item in SAMIRA.agenda)
    plan = SAMIRA.model_copy(update={"agenda": items})
    made = pdf(plan)
    assert len(PdfReader(BytesIO(made)).pages) > 2
    assert tight(words_of_pdf(made)).count(tight(endless[0].text)) == 30 * len(items)


def test_the_pdf_says_its_title_language_and_pages():
    reader = PdfReader(BytesIO(pdf(GROUP)))
    assert reader.metadata.title == GROUP.title
    assert reader.trailer["/Root"]["/Lang"] == "de-DE"
    assert [page.mediabox.width for page in reader.pages] == pytest.approx([595.28] * 2, abs=1)
    assert "Seite 2 von 2" in reader.pages[1].extract_text()


def test_the_pdf_has_a_bookmark_for_each_part():
    outline = PdfReader(BytesIO(pdf(GROUP))).outline
    inner = next(part for part in outline if isinstance(part, list))
    assert [mark.title for mark in inner] == [item.title for item in GROUP.agenda]
    titles = [mark.title for mark in outline if not isinstance(mark, list)]
    assert titles[0] == GROUP.title
    assert len(titles) == len(set(titles))


def test_the_pdf_brings_its_fonts():
    fonts = PdfReader(BytesIO(pdf(GROUP))).pages[0]["/Resources"]["/Font"].values()
    used = [font.get_object() for font in fonts]
    embedded = [font for font in used if "/FontDescriptor" in font]
    assert embedded
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


def test_names_of_many_languages_are_in_the_pdf():
    names = "Łukasz, Şeyma, İpek, Đorđe, Čedo, Ștefan, Zoë, Groß, Ñuñez, Дмитро, Ελένη"
    plan = SHORT.model_copy(update={"prepare": (names,)})
    assert tight(names) in tight(words_of_pdf(pdf(plan)))
    assert MISSING not in words_of_pdf(pdf(plan))


def test_a_letter_that_the_font_lacks_is_marked_and_the_mark_explained():
    plan = SHORT.model_copy(update={"prepare": ("سميرة und 😀 kommen",)})
    told = words_of_pdf(pdf(plan))
    assert f"{MISSING}und{MISSING}kommen" in tight(told)
    assert tight(data("prompts", "planning/page_de.yaml")["missing"]) in tight(told)
    assert "😀" in words_of_word(word(plan)) and "سميرة" in page(plan)


def test_a_missing_letter_becomes_the_nearest_one():
    letters = frozenset(map(ord, "abcdefi "))
    assert shown_in("ﬁ ä bed", letters) == "fi a bed"
    assert shown_in("漢字 abc", letters) == f"{MISSING} abc"
    assert shown_in("a\ufe0f", letters) == "a"


# -- Word --------------------------------------------------------------------------------------


def test_the_word_file_has_a_title_a_language_and_a4_pages():
    document = Document(BytesIO(word(GROUP)))
    assert document.core_properties.title == GROUP.title
    assert document.core_properties.language == "de-DE"
    assert {round(s.page_width.mm) for s in document.sections} == {210}
    assert {round(s.page_height.mm) for s in document.sections} == {297}
    language = document.styles["Normal"].element.find(f".//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "de-DE"


def test_the_word_file_is_made_of_styles_and_a_table_that_repeats_its_head():
    document = Document(BytesIO(word(SAMIRA)))
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Source"} <= used
    agenda = next(t for t in document.tables if t.rows[0].cells[0].text == "Time")
    assert len(agenda.rows) == len(SAMIRA.agenda) + 1
    assert agenda.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    titles = [row.cells[1].paragraphs[0] for row in agenda.rows[1:]]
    assert [title.text for title in titles] == [item.title for item in SAMIRA.agenda]
    assert {title.style.name for title in titles} == {"Heading 2"}


def test_the_word_file_counts_its_pages():
    footer = Document(BytesIO(word(SAMIRA))).sections[0].footer._element
    fields = [field.get(qn("w:instr")) for field in footer.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


# -- the page ----------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_outside():
    markup = page(GROUP)
    assert not re.search(r"(?:src|href|url\(|@import|https?:)", markup)
    assert '<html lang="de">' in markup and "size: A4" in markup
    assert "button { display: none; }" in markup


# -- the calendar ------------------------------------------------------------------------------


def test_the_event_has_the_plan_its_length_and_an_alarm():
    event = event_of(calendar(SAMIRA, START))
    assert event["summary"] == SAMIRA.title
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-1)
    assert "attendee" not in event and "organizer" not in event


def test_a_time_without_a_zone_stays_without_one():
    begin = event_of(calendar(SAMIRA, START)).decoded("dtstart")
    assert begin == START and begin.tzinfo is None
    assert b"VTIMEZONE" not in calendar(SAMIRA, START)


def test_a_time_with_a_zone_keeps_it():
    berlin = START.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    content = calendar(SAMIRA, berlin)
    assert event_of(content).decoded("dtstart") == berlin
    assert b"TZID:Europe/Berlin" in content
    shifted = START.replace(tzinfo=timezone(timedelta(hours=1)))
    assert b"DTSTART:20261201T153000Z" in calendar(SAMIRA, shifted)
    assert b"DTSTART:20261201T163000Z" in calendar(SAMIRA, START.replace(tzinfo=UTC))


def test_another_version_replaces_the_event():
    newer = SAMIRA.model_copy(update={"version": 3, "aim": "Something else."})
    one, other = event_of(calendar(SAMIRA, START)), event_of(calendar(newer, START))
    assert one["uid"] == other["uid"]
    assert (one["sequence"], other["sequence"]) == (0, 2)
    assert event_of(calendar(SAMIRA, START, uid="plan-7@home"))["uid"] == "plan-7@home"
    assert event_of(calendar(SAMIRA, START + timedelta(days=7)))["uid"] != one["uid"]


# -- hostile words -----------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) **bold** `code` # no heading",
    "![x](http://evil.example/x.png) <http://evil.example>",
    "[1]: http://evil.example",
    "- - - > # 1. ===",
    "&lt;b&gt; &amp; <b> <para> <onDraw name='x'/> </font>",
    "a\x00b\x08\x1b[31m\ufffe\ud800 c",
    "\u202eevil\u2066 name",
    "W" * 2_000,
    "👩‍👩‍👧 🏳️‍🌈 سميرة 漢字",
    "BEGIN:VEVENT\r\nATTENDEE:mailto:x@y.example\r\n;,\\n",
    "{name} {0} %s $x",
)


def plan_with(words: str) -> SessionPlan:
    """A plan in which somebody's words stand wherever a plan may hold them."""
    request = SHORT.request.model_copy(update={"name": words[:60], "situation": words})
    item = SHORT.agenda[1].model_copy(update={"title": words, "note": words, "needs": words})
    return SHORT.model_copy(
        update={
            "request": request,
            "title": f"Treffen mit {words} · 15 Minuten",
            "aim": f"{words} fühlt sich willkommen.",
            "prepare": (words, f"Schau nach: {words}"),
            "agenda": (SHORT.agenda[0], item, SHORT.agenda[2]),
            "escalation": SAMIRA.escalation.model_copy(update={"words": (words,)}),
        }
    )


@cache
def harmless() -> Reader:
    """The page of a plan with nothing hostile in it."""
    return Reader(page(plan_with("Łukasz"), START))


hostile = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=80))


@given(hostile)
@settings(max_examples=15)
def test_hostile_words_are_only_words_on_the_page(words):
    read = Reader(page(plan_with(words), START))
    assert tight(clean(words)) in tight(read.words)
    assert (read.tags, read.attributes) == (harmless().tags, harmless().attributes)


@given(hostile)
@settings(max_examples=80)
@example("1. a\n2) b")
@example("~~~\n    code\n***")
def test_hostile_words_are_only_words_in_markdown(words):
    read = Reader(rendered(markdown(plan_with(words))))
    assert tight(clean(words)) in tight(read.words)
    assert read.tags == Reader(rendered(markdown(plan_with("Łukasz")))).tags


@given(hostile)
@settings(max_examples=10)
def test_hostile_words_leave_a_word_file_that_opens(words):
    assert tight(clean(words)) in tight(words_of_word(word(plan_with(words))))


@given(hostile)
@settings(max_examples=10)
def test_hostile_words_leave_a_pdf_that_opens(words):
    told = words_of_pdf(pdf(plan_with(words)))
    assert "15 Minuten" in told


@given(hostile)
@settings(max_examples=40)
def test_hostile_words_are_only_words_in_the_event(words):
    event = event_of(calendar(plan_with(words), START))
    assert tight(clean(words)) in tight(str(event["description"]))
    assert "attendee" not in event


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_in_the_pdf_too(words):
    told = tight(words_of_pdf(pdf(plan_with(words))))
    plain = [part for part in re.findall(r"[A-Za-z0-9]+", clean(words)) if len(part) < 200]
    assert [part for part in plain if part not in told] == []
