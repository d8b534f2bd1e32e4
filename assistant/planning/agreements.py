"""What was agreed earlier, as a request tells it, each item in the mentor's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.planning.telling import trimmed
from assistant.planning.themes import Span

_BY_NOW = (
    r"(?=[^.;!?]{0,80}?\b(?:by (?:today|now|then|tomorrow)|until (?:today|now|then|tomorrow|next "
    r"time)|for today|before we meet|till next time|bis (?:heute|morgen|jetzt|zum nachsten mal|"
    r"dahin)|furs nachste mal)\b)"
)
_TASK = r"(?:tasks?|homework|to-?dos?|assignments?|action|aufgaben?|hausaufgaben?|auftrag|auftrage)"
_LAST_TIME = rf"{_TASK} (?:from|of|since|von|vom|aus) (?:der |dem )?(?:last|letzten?[mr]?) \w+"
_ONES_TASK = rf"(?:her|his|their|ihre?|seine?) (?:little |kleine )?{_TASK}(?: von mir)?"
_AGREED = re.compile(
    # what two people did together
    r"\b(?:(?:we|he|she|they)(?:'ve|'d| have| had)? (?:also |both )?(?:agreed|arranged|decided "
    r"together|settled)(?: last (?:time|week)| on \w+day| yesterday| then)?(?: that| to| on|"
    r":)?\s*"
    r"|agreed (?:last time|last week)?\s*(?::|that|was|is:|were)?\s*(?!with|on nothing)"
    r"|we(?:'d| had)? said(?: last (?:time|week))?(?: that)?\s+(?=(?:she|he|they|i|we)(?:'d|'ll| "
    r"would| will| should| was| were)\b)"
    r"|(?:the|our) (?:deal|agreement|arrangement) was(?: that| to| for (?:her|him|them) to|:)?\s+"
    r"|(?:ausgemacht|vereinbart|abgemacht|verabredet|abgesprochen|besprochen|festgehalten)"
    r"(?: war(?:en)?| ist| hatten wir| haben wir| auch)*"
    r"(?:\s*[,:]\s*(?=dass|das |:|er |sie |ich |wir |\w)|\s+(?=dass\b|das (?:er|sie|ich|wir)\b))"
    r"|(?:wir (?:haben|hatten)|(?:haben|hatten) wir)(?: uns)?(?: letztes mal| auch)? gesagt\s*,?\s*"
    r"(?=dass\b|das (?:er|sie|ich|wir)\b)"
    r"|(?:last (?:time|week)'s|our last) (?:agreement|deal|task|homework)s?(?: was| were|"
    r":)(?: that)?\s*"
    r"|(?:vereinbarung|abmachung|aufgabe|hausaufgabe)(?:en)? (?:vom letzten mal|"
    r"von letzter woche|vom letzten "
    r"treffen)(?: war(?:en)?| ist)?\s*[,:]?\s*"
    r"|(?:der deal|die abmachung|die vereinbarung|unser deal) war(?: es)?\s*[,:]?\s*"
    r"|(?:war(?:en)?|ist) (?:unser|unsere|die|der) (?:abmachung|vereinbarung|absprache|verabredung|"
    r"deal|plan)\s*,?\s*(?=dass\b|das (?:er|sie|ich|wir)\b)"
    r"|(?:unsere|die) (?:absprache|verabredung) (?:war|ist)\s*[,:]?\s*"
    r"|(?:wir (?:sind|waren)|(?:sind|waren) wir)(?: \w+){0,3}? verblieben\s*,?\s*"
    r"|we(?:'d| had)? left it (?:that|at|with)(?: that)?\s+"
    r"|what we(?:'d| had)? (?:settled|agreed|decided|landed)(?: on)?(?: last (?:time|week))? was"
    r"(?: that| for (?:her|him|them) to| to)?\s+"
    rf"|{_LAST_TIME}\s*[:,]\s*|{_ONES_TASK}(?: war(?:en)?| ist| was| is)(?: es| to)?\s*[,:]?\s*"
    r"|(?=\b(?:he|she|they|we|i|er|sie|ich|wir) [^.;!?\n]{4,100}?,? (?:that was|that's what|so war|"
    r"das war) (?:the|our|der|die|unser|unsere|es|we) (?:deal|agreement|plan|agreed|abmachung|"
    r"vereinbarung|ausgemacht|absprache))"
    # what one of them took on
    r"|(?:last (?:time|week)|at the end|when we last met),? (?:she|he|they)(?:'d| had)? (?:also )?"
    r"(?:promised|decided|planned|meant|was going|were going|vowed|swore|offered)(?: me)?(?: "
    r"that)? "
    r"(?:to\s+)?"
    r"|last (?:time|week),? (?:she|he|they) said\s+(?=(?:she|he|they)(?:'d| would|'ll| will)\b)"
    r"|(?:she|he|they) took (?:on|upon (?:him|her)self|it upon (?:him|her)self)(?: the (?:job|"
    r"task) "
    r"of| to)?\s+"
    r"|(?:sie|er) (?:hat|hatte) (?:mir|uns)(?: \w+){0,2}? (?:versprochen|zugesagt|zugesichert)"
    r"\s*,?\s*"
    r"|(?:letztes mal|beim letzten mal|letzte woche|zuletzt) (?:hat|hatte) (?:er|sie)(?: mir| "
    r"sich)?"
    r"(?: \w+){0,2}? (?:versprochen|vorgenommen|zugesagt)\s*,?\s*"
    r"|(?:she|he|they)(?:'d| had| has)? (?:promised|wanted|was going|had|was supposed|"
    r"were supposed|"
    rf"said (?:she|he|they) would)(?: me)?(?: to)?\s+{_BY_NOW}"
    rf"|(?:er|sie) (?:wollte|sollte) {_BY_NOW}"
    r"|(?:her|his|their) (?:task|homework from me|to-do|assignment)(?: until today| for today)? "
    r"(?:was|is)(?: to)?:?\s+"
    r"|(?:ihre|seine) (?:aufgabe|hausaufgabe von mir)(?: bis heute)? (?:war|ist)(?: es)?\s*[,:]?\s*"
    r"|(?:er|sie) (?:hat|hatte) sich (?:letztes mal |fest )?vorgenommen\s*,?\s*)"
)
"""Words after which it stands."""
_NO_AGREEMENT = re.compile(r"\b(?:not|never|haven't|hadn't|nichts|nie|noch nichts|nicht)\s*$")
_NEXT_ITEM = re.compile(
    r"\s*;\s*|,?\s+(?:and|und)\s+(?:that\s+(?=\w)|(?=dass\b|das (?:er|sie|ich|wir)\b|(?:he|she|"
    r"they|i|we)(?:'ll| will| would| \w+s?\b)))"
)
_AGREED_END = re.compile(
    r"[.!?\n](?=\s|$)|,\s+(?=but |aber |though |doch |which |er hat|sie hat|he has|she has|now "
    r"|jetzt |heute |hat (?:er|sie)\b|keine ahnung|weiss nicht|mal sehen|no idea|"
    r"(?:i )?don't know|"
    r"dont know|not sure|"
    r"(?:he|she|they) (?:didn't|hasn't|haven't|never|did)\b)|\s+(?=but |aber (?:er|sie|das)\b)"
)


def agreements(text: str, small: str) -> Iterator[Span]:
    """Where what was agreed stands in a text, which is `small` as `telling.folded` spells it."""
    taken = 0
    for match in _AGREED.finditer(small):
        if match.start() < taken or _NO_AGREEMENT.search(small, 0, match.start()):
            continue
        ending = _AGREED_END.search(small, match.end())
        end = ending.start() if ending else len(text)
        start = match.end()
        while start < end:
            cut = _NEXT_ITEM.search(small, start, end)
            stop = cut.start() if cut else end
            item = trimmed(text, start, stop)
            if len(text[slice(*item)].split()) >= 2:
                yield item
            start = cut.end() if cut else end
        taken = end
