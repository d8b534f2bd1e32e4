"""The frame of a plan in Tandem's own words: title, aim, what to prepare, what to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.planning.guests import is_small_child
from assistant.planning.hearsay import is_hearsay
from assistant.planning.plan import AgendaItem
from assistant.planning.request import LEAST_MINUTES, MOST_MINUTES, SessionRequest, Wish
from assistant.planning.themes import label
from assistant.planning.wording import called, said, sentence

_AGREED = {
    "first": ("date", "reach"),
    "regular": ("step", "date"),
    "half_way": ("rest", "step", "date"),
    "last": ("contact", "net"),
}
"""What is settled at the end of a meeting, by its stage."""


def title(request: SessionRequest) -> str:
    """Which meeting it is, with whom and for how long."""
    numbered = request.stage == "regular" and request.number is not None
    return said(
        request.language,
        "title" if request.name or request.people > 1 else "alone",
        "numbered" if numbered else request.stage,
        number=request.number,
        minutes=request.minutes,
        **called(request),
    )


def aim(request: SessionRequest, theme: str) -> str:
    """What is true after the meeting: of its theme, or of its stage where `theme` is ""."""
    if theme:
        return sentence(label(request.language, theme, "aim").format(**called(request)))
    return sentence(said(request.language, "aim", request.stage, **called(request)))


def assumptions(request: SessionRequest) -> tuple[str, ...]:
    """What was taken for granted because nobody said it."""
    values = {"minutes": request.minutes, "least": LEAST_MINUTES, "most": MOST_MINUTES}
    return tuple(said(request.language, "assumed", name, **values) for name in request.assumed)


def question(request: SessionRequest) -> str:
    """The one question worth asking back, or ""."""
    if not request.question:
        return ""
    return sentence(said(request.language, "question", request.question, **called(request)))


def prepare(
    request: SessionRequest,
    agenda: Sequence[AgendaItem],
    holds: Mapping[str, bool],
    unmet: Sequence[Wish] = (),
) -> tuple[str, ...]:
    """What to do before one goes.

    `holds` are the conditions of the request; `unmet` are wishes that no exercise of the guides
    fulfils here.
    """
    beyond, danger, conflict = holds["beyond"], not holds["calm"], holds["conflict"]
    language, lines = request.language, []
    if request.agreed:
        lines.append(said(language, "prepare", "agreed", agreed="; ".join(request.agreed)))
    if needs := _material(request, agenda):
        lines.append(said(language, "prepare", "material", needs=needs))
    lines += [
        said(language, "prepare", "unmet", what=said(language, "wishes", wish)) for wish in unmet
    ]
    asked = {
        "danger": danger,
        "beyond": beyond and not danger,
        "group_conflict": conflict and request.people > 1,
        "hearsay": is_hearsay(request.situation),
        "first": request.stage == "first" and request.people == 1,
        "first_group": request.stage == "first" and request.people > 1,
        "half_way": request.stage == "half_way",
        "last": request.stage == "last",
        "online": request.setting == "online",
        "phone": request.setting == "phone",
        "outside": request.setting == "outside",
        "group": request.people > 1 and request.setting == "in_person",
        "prison": request.world == "prison",
    }
    names = called(request)
    lines += [said(language, "prepare", key, **names) for key, holds in asked.items() if holds]
    if request.guest:
        kind = "small_child" if is_small_child(request.guest) else "guest"
        lines.append(said(language, "prepare", kind, guest=request.guest, **names))
    if request.shun:
        lines.append(said(language, "prepare", "shun", shun=", ".join(request.shun)))
    if not beyond:
        lines.append(said(language, "prepare", "staff"))
    return tuple(lines)


def agree(request: SessionRequest, beyond: bool, tender: bool = False) -> tuple[str, ...]:
    """What to settle at the end; after a `tender` talk no step is asked for."""
    keys = [
        *(["staff"] if beyond else []),
        *("company" if tender and key == "step" else key for key in _AGREED[request.stage]),
        *(["rules"] if request.people > 1 else []),
    ]
    names = called(request)
    return tuple(sentence(said(request.language, "agree", key, **names)) for key in keys)


def _material(request: SessionRequest, agenda: Sequence[AgendaItem]) -> str:
    """What to bring, as the agenda's exercises say."""
    if request.setting in ("online", "phone"):
        return ""
    return "; ".join(dict.fromkeys(item.needs for item in agenda if item.needs))
