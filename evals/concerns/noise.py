"""Messages as fingers really type them: small letters, lost umlauts, slips, no punctuation."""

from __future__ import annotations

import random

_UMLAUTS = (
    str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s", "Ä": "A", "Ö": "O", "Ü": "U"}),
)


def noisy(text: str, chance: random.Random) -> str:
    """The text, about every second time changed in one or more of these ways."""
    if chance.random() < 0.5:
        return text
    if chance.random() < 0.5:
        text = text.lower()
    if chance.random() < 0.3:
        text = text.translate(chance.choice(_UMLAUTS))
    if chance.random() < 0.3:
        text = "".join(c for c in text if c not in ".,!;:")
    if chance.random() < 0.3 and len(text) > 8:
        text = _slipped(text, chance)
    return text


def _slipped(text: str, chance: random.Random) -> str:
    """One letter left out, doubled or swapped with its neighbour."""
    place = chance.randrange(1, len(text) - 2)
    way = chance.randrange(3)
    if way == 0:
        return text[:place] + text[place + 1 :]
    if way == 1:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
