"""Answers, questions and guides as HTML: what is said is shown, and nothing of it runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from assistant.answering.answer import Answer, Citation, to_json
from assistant.retrieval.passage import Passage
from assistant.safety.concern import Concern
from ui import library_rendering as library
from ui import page, reading, rendering
from ui.labels import labels

EN = labels("en")
PAYLOADS = (
    '<img src="https://example.org/x" onerror="alert(1)">',
    "![x](https://example.org/x.png)",
    "![x][1]\n\n[1]: https://example.org/x.png",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1)) <https://example.org>",
    "<iframe src=https://example.org></iframe>",
    '"><style>@import "https://example.org"</style>',
    "<video src=https://example.org autoplay>",
    "</div></div><form action=https://example.org><input name=q>",
    "`<img src=x>` ```\n<img src=x>\n```",
    "&lt;img src=x onerror=alert(1)&gt;",
    "[1] ‮ \u0000 $$\\href{https://example.org}{x}$$",
)
ALLOWED = {
    "a", "blockquote", "br", "button", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "li", "mark", "ol", "p", "pre", "section", "span", "strong", "table", "tbody", "td",
    "th", "thead", "tr", "ul", "label", "input", "details", "summary", "progress",
}  # fmt: skip


def passage(start: int = 0, end: int = 9, guide_id: int = 7, **values) -> Passage:
    facts = {"path": "a.md", "title": "Listening", "heading_path": ("Listening", "How"), "page": 3}
    return Passage(**(facts | {"start": start, "end": end, "text": "x", "score": 1.0,
                               "language": "en", "guide_id": guide_id} | values))  # fmt: skip


def answer(text: str, *citations: Citation, **values) -> dict:
    return to_json(Answer(text, "en", values.pop("kind", "question"), citations, **values))


def cite(number: int, start: int, end: int, quote: str = "q") -> Citation:
    return Citation(number, passage(), quote, start, end)


def is_harmless(html: str) -> bool:
    """Only our own elements, no handler, and no address but a telephone's or a download's."""
    addresses = re.findall(r'href="([^"]*)"', html)
    tags = re.findall(r"<\s*/?\s*([a-zA-Z!?][\w-]*)([^>]*)>", re.sub(r'"[^"]*"', '""', html))
    return all(address.startswith(("tel:", "conversations/")) for address in addresses) and all(
        name.lower() in ALLOWED and not re.search(r"\b(on\w+|src|style|srcset)\s*=", attributes)
        for name, attributes in tags
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_anywhere(payload):
    row = SimpleNamespace(
        id=1, title=payload, updated=datetime.now(UTC), path=payload, state="failed", chunks=2,
        language=payload, reason_code=payload, reason=payload, added=datetime.now(),
        name=payload, folder=payload, builtin=False, enabled=True, guides=1,
    )  # fmt: skip
    now = datetime.now(UTC)
    hostile = Citation(1, passage(title=payload, heading_path=(payload,)), payload, 0, 9)
    texts = [
        rendering.question_html(payload, EN, 1, last=True),
        rendering.answer_html(
            answer(f"{payload} [1]", hostile, follow_ups=(payload,), nearest=(hostile.passage,)),
            EN, message_id=1, question_id=1,
        ),
        rendering.answer_html(answer(payload, kind="crisis"), EN),
        page.conversations_html([row], 1, EN, searched=False, now=now),
        reading.text_html(payload, [(0, 3, "cited")]),
        reading.kept_html(payload, EN, title=payload, where=payload, reason="gone"),
        library.guides_html([row], 0, EN, searched=False, now=now),
        library.collections_html([row], EN),
    ]  # fmt: skip
    for html in texts:
        assert is_harmless(html), html
        assert all(block.count("<div") == block.count("</div") for block in html.split("\n\n"))
        assert "\n" not in html.replace("\n\n", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_block_is_torn_apart_by_an_empty_line(payload):
    for text in (payload, f"{payload}\n\n\n{payload}", f"- {payload}\n\n  {payload}"):
        for block in rendering.markdown_blocks(text):
            assert "\n" not in block
        assert "\n" not in reading.text_html(text)
        assert "\n" not in rendering.one_line(text)


def test_each_number_opens_its_own_statement():
    html = rendering.answer_html(
        answer("A. [1] B. [1] C. [2] D. [9]", cite(1, 0, 4), cite(1, 5, 9), cite(2, 0, 4)),
        EN,
        message_id=5,
    )
    values = re.findall(r'class="cite" name="source" value="([^"]+)"', html)
    assert values == ["m5:1:0", "m5:1:1", "m5:2:0"]
    assert "[9]" in html, "a number that cites nothing stays as it is"
    assert html.count('class="sources"') == 1
    assert "page 3" in html
    assert "How" in html


def test_a_growing_answer_names_places_instead_of_messages():
    html = rendering.answer_html(answer("A. [1]", cite(1, 4, 9)), EN, growing=True)
    assert 'value="g7:4:9"' in html
    assert "growing" in html
    assert 'name="rate"' not in html


def test_only_the_last_answer_offers_more():
    data = answer("A.", follow_ups=("And then?",))
    last = rendering.answer_html(data, EN, message_id=1, question_id=1)
    earlier = rendering.answer_html(data, EN, message_id=1, question_id=1, last=False)
    assert "And then?" in last
    assert 'name="retry"' in last
    assert "And then?" not in earlier
    assert 'name="retry"' not in earlier


def test_a_concern_stands_in_its_card_with_numbers_that_can_be_dialled():
    concern = Concern("self_harm", "high", ("x",))
    text = "Call **116 123** or 0800 111 0 111, 112 when urgent. Checked 22.11.2026, 14 to 20."
    html = rendering.answer_html(answer(text, kind="crisis", concern=concern), EN)
    assert 'class="concern"' in html
    assert re.findall(r'href="tel:(\d+)"', html) == ["116123", "08001110111", "112"]


def test_conversations_stand_under_their_day():
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)
    rows = [SimpleNamespace(id=n, title=f"T{n}", updated=now - timedelta(days=n)) for n in range(4)]
    html = page.conversations_html(rows, 2, EN, searched=False, now=now)
    assert [html.count(day) for day in ("Today", "Yesterday", "Earlier")] == [1, 1, 1]
    assert html.count("conversation current") == 1


def test_a_passage_is_highlighted_exactly_where_it_stands():
    text = "# Title\n\nFirst & second.\n\n- One item\n- Two items\n\n> Said\n\n```\na < b\n```"
    start = text.index("One")
    html = reading.text_html(text, [(start, start + 8, "cited")])
    assert '<mark class="cited" id="cited">One item</mark>' in html
    assert "<h3>Title</h3>" in html
    assert "First &amp; second." in html
    assert "<blockquote>Said</blockquote>" in html
    assert "<pre>a &lt; b</pre>" in html


def test_a_passage_over_several_lines_is_highlighted_in_each():
    text = "One.\nTwo.\n- Three."
    html = reading.text_html(text, [(2, len(text) - 2, "cited")])
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", html)
    assert marked == ["e.", "Two.", "Thre"]
    assert html.count('id="cited"') == 1


@pytest.mark.parametrize("position", [0, 50_000, 99_000])
def test_a_source_shows_its_surroundings_only(position):
    text = "word " * 20_000
    html = reading.source_html(
        text, [(position, position + 4, "cited")], EN, guide_id=1, title="T", where=""
    )
    assert 'id="cited"' in html


def test_a_long_guide_is_read_in_pages_that_meet():
    text = "\n".join(f"Line {n}." for n in range(10_000))
    seen, offset = "", 0
    for _ in range(10):
        html = reading.guide_html(text, EN, guide_id=3, title="T", where="", offset=offset)
        seen += html
        more = re.findall(r'value="3:(\d+)" class="quiet">Read on', html)
        if not more:
            break
        offset = int(more[0])
    assert all(f"Line {n}." in seen for n in (0, 5_000, 9_999))


def test_progress_says_how_far_how_fast_and_how_long_still():
    progress = SimpleNamespace(
        done=30, total=120, path="a.pdf", phase="reading", per_second=4.2, seconds_left=200.0
    )
    html = library.progress_html(progress, labels("de"))
    assert '<progress max="120" value="30">' in html
    for part in ("30 von 120 Dateien", "4,2 Dateien pro Sekunde", "noch 3 min", "a.pdf"):
        assert part in html


def test_the_table_of_guides_finds_and_pages():
    rows = [
        SimpleNamespace(
            id=n, title=f"Guide {n}", path=f"{n}.md", language="de", chunks=n, state="indexed",
            added=datetime(2026, 1, 1), reason_code="", reason="",
        )
        for n in range(120)
    ]  # fmt: skip
    assert [row.id for row in library.fitting(rows, "guide 11", False)] == [11, *range(110, 120)]
    html = library.guides_html(rows, 9, EN, searched=False, now=datetime(2026, 2, 1))
    assert html.count("<tr>") == 1 + 20
    assert "Page 3 of 3" in html


def test_quiet_lines_stand_below_the_answer_and_only_there():
    answer = to_json(Answer("Text.", "en", "question")) | {
        "asides": [{"pause": "break", "text": "How about a <b>break</b>?"}]
    }
    html = rendering.answer_html(answer, EN)
    assert '<p class="aside">How about a &lt;b&gt;break&lt;/b&gt;?</p>' in html
    assert html.index("Text.") < html.index("aside") < html.index("actions")
    assert "aside" not in rendering.answer_html(to_json(Answer("Text.", "en", "question")), EN)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Kim: +49 (0)30 1234567", "tel:+490301234567"),
        ("Kim: 030 1234567 (9 to 17)", "tel:0301234567"),
        ("0151-23456789.", "tel:015123456789"),
        ("0800 111 0 111, or", "tel:08001110111"),
    ],
)
def test_contacts_numbers_are_dialled_when_touched(text, link):
    assert f'href="{link}"' in rendering.concern_html(text, EN)


@pytest.mark.parametrize("text", ["22.11.2026", "in 2026", "14:00 to 20:00", "30 minutes", "1 000"])
def test_other_numbers_are_left_alone(text):
    assert "tel:" not in rendering.concern_html(text, EN)
