"""Whether a mentor knows what they tell from somebody else and not from the mentee."""

from __future__ import annotations

import re

from assistant.planning.telling import folded

_OTHERS = (
    r"(?:teacher|form tutor|tutor|coordinator|social worker|mum|mom|mother|dad|father|parents|"
    r"sister|brother|colleague|classmate|fellow student|boss|manager|officer|friend|neighbour|"
    r"lehrerin|lehrer|klassenlehrerin|klassenlehrer|lehrkraft|koordinatorin|koordinator|"
    r"sozialarbeiterin|sozialarbeiter|mutter|mama|vater|papa|eltern|schwester|bruder|kollegin|"
    r"kollege|kommilitonin|kommilitone|mitschulerin|mitschuler|chefin|chef|freundin|freund)"
)
_HEARD = re.compile(
    rf"\b{_OTHERS} (?:says|said|tells (?:me|us)|told (?:me|us)|mentioned|thinks|reckons)\b"
    rf"|\b(?:according to|laut) (?:\w+ )?{_OTHERS}\b"
    rf"|\b(?:weiss?|gehort|erfahren)\b[^.!?]{{0,20}}\bvon (?:\w+ )?{_OTHERS}\b"
    rf"|\b{_OTHERS} (?:sagt|sagte|meint|meinte|findet|schreibt|"
    r"(?:hat|haben) (?:mir|uns) (?:\w+ ){0,2}?(?:erzahlt|gesagt|geschrieben))\b"
)


def is_hearsay(text: str) -> bool:
    """Whether a text tells of the mentee what somebody else has said."""
    return _HEARD.search(folded(text)) is not None
