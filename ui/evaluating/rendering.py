"""The trainer's page as HTML: its frame, the suites, and the cases of one.

Written as `ui.rendering` says: every block in one line, apart from the next by an empty line. A
button named "evals" carries "what to do:with what".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ui.evaluating import fields
from ui.evaluating.desk import Notice
from ui.labels import LANGUAGES, Labels
from ui.rendering import button, plain

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.suite import Suite
    from ui.evaluating.suite_shelf import Shelved

PARTS = ("suites", "runs", "compare", "rate", "agreement", "chats")
"""The parts of the page, in the order in which a trainer meets them."""

_PART_OF = {"suite": "suites", "case": "suites", "run": "runs", "rating": "rate", "chat": "chats"}
SEARCHED_FROM = 6
"""Cases from which on a list can be searched."""


def head_html(place: str, labels: Labels) -> str:
    """Title and the parts of the page."""
    here = _PART_OF.get(place, place)
    parts = "".join(
        button("evals", f"go:{part}", labels(f"evals.part_{part}"),
               kind="part on" if part == here else "part")
        for part in PARTS
    )  # fmt: skip
    return (
        f'<div class="evals-title"><h1>{plain(labels("evals.title"))}</h1></div>'
        f'\n\n<div class="parts" role="group">{parts}</div>'
    )


def notice_html(notice: Notice | None) -> str:
    """What was just done, or why not."""
    if notice is None:
        return ""
    kind, role = ("notice trouble", "alert") if notice.trouble else ("notice done", "status")
    lines = "".join(f"<li>{plain(text)}</li>" for text in notice.lines)
    listed = f"<ul>{lines}</ul>" if lines else ""
    acts = "".join(fields.quiet(act, label) for act, label in notice.acts)
    followed = f'<span class="notice-acts">{acts}</span>' if acts else ""
    return (
        f'<div class="{kind}" role="{role}"><span class="notice-text">{plain(notice.text)}</span>'
        f"{listed}{followed}</div>"
    )


def titled(title: str, about: str = "", *, back: tuple[str, str] | None = None) -> str:
    """A place's heading. `back` is (what to do, its label)."""
    way = f'<p class="back">{fields.quiet(*back, kind="link")}</p>' if back else ""
    text = f'<p class="about-text">{plain(about)}</p>' if about else ""
    return f'<div class="place-head">{way}<h2 tabindex="-1">{plain(title)}</h2>{text}</div>'


def empty_html(text: str, *acts: str) -> str:
    """What to do first where there is nothing yet."""
    inside = f'<div class="empty-acts">{"".join(acts)}</div>' if acts else ""
    return f'<div class="nothing"><p>{plain(text)}</p>{inside}</div>'


# -- suites --------------------------------------------------------------------------------------


def suites_html(shelved: Sequence[Shelved], serial: int, labels: Labels) -> str:
    """All suites, own ones first, with a way to begin one."""
    own, theirs = ([each for each in shelved if each.own is mine] for mine in (True, False))
    parts = [
        titled(labels("evals.suites_title"), labels("evals.suites_about")),
        _new(serial, labels),
    ]
    parts.append(f'<div class="list-title"><h3>{plain(labels("evals.own_suites"))}</h3></div>')
    parts.append(_suite_list(own, labels) if own else empty_html(labels("evals.no_own_suites")))
    parts.append(
        f'<div class="list-title"><h3>{plain(labels("evals.shipped_suites"))}</h3>'
        f"<p>{plain(labels('evals.shipped_about'))}</p></div>"
    )
    parts.append(_suite_list(theirs, labels))
    return "\n\n".join(parts)


def _new(serial: int, labels: Labels) -> str:
    title = fields.line("title", labels("evals.suite_title"), "", hint=labels("evals.title_hint"))
    upload = button("pick-suite", "", labels("evals.upload"), kind="quiet")
    return (
        f'<div class="fields card-form">{fields.serial(serial)}'
        f'<div class="in-a-row">{title}{fields.go("new-suite", labels("evals.new_suite"))}</div>'
        f'<div class="or-upload"><span class="hint">{plain(labels("evals.upload_hint"))}</span>'
        f"{upload}</div></div>"
    )


def _suite_list(shelved: Sequence[Shelved], labels: Labels) -> str:
    items = "".join(_suite_item(each, labels) for each in shelved)
    return f'<div class="list"><ul class="rows">{items}</ul></div>'


def _suite_item(each: Shelved, labels: Labels) -> str:
    if each.suite is None:
        return (
            f'<li><span class="row-main"><span class="title">{plain(each.name)}</span>'
            f'<span class="reason">{plain(each.trouble)}</span></span></li>'
        )
    suite = each.suite
    return (
        f'<li><button type="button" name="evals" value="suite:{plain(each.name)}" class="row-main">'
        f'<span class="title">{plain(suite_title(suite, labels))}</span>'
        f'<span class="where">{plain(_facts(suite, labels))}</span></button>'
        f"{_suite_menu(each.name, each.own, labels)}</li>"
    )


def suite_title(suite: Suite, labels: Labels) -> str:
    """A suite's title in the person's language."""
    return suite.title.get(labels.language) or suite.name


def _facts(suite: Suite, labels: Labels) -> str:
    spoken = Counter[str](case.language for case in suite.cases)
    tongues = ", ".join(
        f"{labels(f'library.language_{code}')} {labels.number(spoken[code])}"
        for code in LANGUAGES
        if spoken[code]
    )
    count = labels.counted("evals.cases", len(suite.cases))
    return " · ".join([count, tongues, labels("evals.version", version=suite.version)])


def _suite_menu(name: str, own: bool, labels: Labels) -> str:
    links = "".join(
        f'<a href="evals/suites/{plain(name)}.{form}?language={labels.language}" download>'
        f"{plain(labels(f'evals.download_{form}'))}</a>"
        for form in ("xlsx", "csv", "yaml")
    )
    acts = fields.quiet(f"copy:{name}", labels("evals.copy_suite"), kind="")
    if own:
        acts += button("delete-suite", name, labels("evals.delete_suite"), kind="danger")
    more = plain(labels("evals.more"))
    return (
        f'<details class="menu"><summary title="{more}"><span class="icon icon-more"></span>'
        f'<span class="sr">{more}: {plain(name)}</span></summary>'
        f'<div class="menu-items">{links}{acts}</div></details>'
    )


# -- one suite -----------------------------------------------------------------------------------


def suite_html(suite: Suite, twins: Collection[str], labels: Labels, *, own: bool) -> str:
    """The cases of a suite, with a search over them."""
    kind = labels("evals.own" if own else "evals.shipped")
    head = titled(
        suite_title(suite, labels), f"{_facts(suite, labels)} · {kind}",
        back=("go:suites", labels("evals.back_to_suites")),
    )  # fmt: skip
    if own:
        first = fields.go(f"new-case:{suite.name}", labels("evals.new_case"))
        hint = ""
    else:
        first = fields.quiet(f"copy:{suite.name}", labels("evals.copy_to_change"))
        hint = f'<p class="hint">{plain(labels("evals.read_only"))}</p>'
    run = fields.quiet(f"prepare-run:{suite.name}", labels("evals.run_suite"))
    menu = _suite_menu(suite.name, own, labels)
    acts = f'<div class="suite-acts"><div class="acts">{first}{run}{menu}</div>{hint}</div>'
    rows = "".join(
        case_row(suite.name, case, case.id in twins, labels, own=own) for case in suite.cases
    )
    search = _filter(suite, labels)
    none = f'<p class="empty none-fit">{plain(labels("evals.no_case_fits"))}</p>' if search else ""
    listed = f'<div class="list case-list"><ul class="rows">{rows}</ul>{none}</div>'
    return "\n\n".join([head, acts, *search, listed])


def _filter(suite: Suite, labels: Labels) -> list[str]:
    if len(suite.cases) < SEARCHED_FROM:
        return []
    known = dict.fromkeys(case.kind for case in suite.cases)
    every = [("", labels("evals.all_kinds"))]
    kinds = [*every, *((kind, kind_name(kind, labels)) for kind in known)]
    tongues = [("", labels("evals.all_languages")), *fields.languages(labels)]
    search = (
        f'<input type="search" id="case-search" placeholder="{plain(labels("evals.search"))}"'
        f' title="{plain(labels("evals.search"))}">'
    )
    chosen = "".join(
        f'<select id="case-{name}" title="{plain(label)}">'
        + "".join(f'<option value="{key}">{plain(shown)}</option>' for key, shown in choices)
        + "</select>"
        for name, label, choices in (
            ("kind", labels("evals.kind"), kinds),
            ("language", labels("evals.language"), tongues),
        )
    )
    return [f'<div class="case-filter">{search}{chosen}</div>']


def case_row(suite: str, case: Case, has_twin: bool, labels: Labels, *, own: bool) -> str:
    """A case in a list: what is asked, of which kind, in which language."""
    tags = [kind_name(case.kind, labels), labels(f"library.language_{case.language}")]
    if case.status == "retired":
        tags.append(labels("evals.retired"))
    if has_twin:
        tags.append(labels("evals.has_twin"))
    acts = ""
    if own:
        if not has_twin:
            acts += fields.quiet(f"twin:{suite}/{case.id}", labels("evals.make_twin"))
        acts += button(
            "evals", f"delete-case:{suite}/{case.id}", labels("evals.delete_case"),
            kind="plain", icon="remove",
        )  # fmt: skip
    return (
        f'<li class="case kind-{case.kind} lang-{case.language}">'
        f'<button type="button" name="evals" value="case:{suite}/{case.id}" class="row-main">'
        f'<span class="title">{plain(" … ".join(case.turns))}</span>'
        f'<span class="where">{plain(" · ".join(tags))}</span></button>'
        f'<span class="row-actions">{acts}</span></li>'
    )


def kind_name(kind: str, labels: Labels) -> str:
    """What a kind is called; its own name where the catalogue has none yet."""
    key = f"evals.kind_{kind}"
    return labels(key) if key in labels else kind.replace("_", " ")


def kind_about(kind: str, labels: Labels) -> str:
    """What a kind of case is for."""
    key = f"evals.about_{kind}"
    return labels(key) if key in labels else ""
