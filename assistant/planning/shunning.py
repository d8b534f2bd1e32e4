"""What is not to be brought up, as a request tells it.

Works on text as `telling.folded` spells it, with every character in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.planning.telling import folded, trimmed
from assistant.planning.themes import Span

_TOPIC = r"(?P<{}>[^,.;:!?()\n]{{2,60}}?)"
_OPENS = r"(?:^|(?<=[.,;!?:\n(] )|(?<=[.,;!?:\n(])|(?<=and )|(?<=und )|(?<=please )|(?<=bitte ))"
_NO_MORE = r"(?:nicht|nichts|nie|nimmer|kein wort|net|nix)"
_BEFORE_IT = (
    r"\b(?:(?:please )?(?:don't|do not|dont|never|not to|mustn't|shouldn't|better not|rather "
    r"not)(?: please)? (?:ask (?:her |him |them )?about|talk (?:to (?:her|him) )?about|mention|"
    r"bring up|speak (?:about|of)|touch on|touch|raise|discuss|go near|get into|go into|dig into|"
    r"dwell on|get (?:her|him|them) started on|press (?:her|him|them) on|start on)"
    r"|(?:hates?|doesn't (?:want|like)(?: to)?|doesnt (?:want|like)(?: to)?|won't|wont|refuses "
    r"to) (?:to )?(?:talk|talking|speak|speaking|being asked) about"
    r"|(?:avoid|leave out|stay away from|steer clear of|keep clear of|keep away from|keep off|"
    r"stay off|(?:no|not a|not one|without a) (?:questions?|words?|mention|talk|chat)s? (?:about|"
    r"on|"
    r"of)|avoid (?:the )?(?:topic|subject)s?(?: of)?|nothing about|nothing on)(?: mentioning| "
    r"talking about| asking about| the topic of| the subject of)?"
    r"|(?:bitte )?(?:(?:nichts|kein wort|kein gesprach) uber|keine fragen? (?:uber|zu[rm]?|nach))"
    rf"|{_OPENS}(?:bitte )?(?:lieber )?(?:nicht|nie) (?:uber|auf|nach)(?=\s[^.;!?]{{2,40}}\b(?:"
    r"sprechen|reden|fragen|ansprechen|eingehen|kommen))"
    r"|(?:will|mochte|mag|soll|sollen|bitte|redet|spricht|rede|"
    r"sprich)\b[^,.;!?]{0,20}?\b(?:nicht|ungern|nie) uber"
    r"|(?:frag|frage|fragt)(?: sie| ihn)?(?: bitte)? nicht nach"
    r"|(?:sprich|erwahn|erwahne)(?=\s[\w\s]{2,40}\bnicht\b))\s+(?P<what>[^,.;:!?()\n]{2,60})"
)
"""Words after which a topic stands that is to be left alone."""
_AFTER_IT = (
    rf"{_OPENS}(?:(?:and |und |also |but |aber |bitte |please |oh )*)"
    rf"(?:(?P<before>(?:(?:the|her|his|their|"
    r"seinen?|ihren?|seinem|ihrem|der|die|das|den)\s)?[\w-]+(?:\s[\w-]+){0,3}?)\s+(?:(?:is|"
    r"are) (?:(?:strictly |totally )?off limits|off the table|taboo|a no[ -]go(?: area| topic)?|"
    r"a (?:sore|touchy|delicate) (?:point|spot|subject|topic)|not up for discussion|"
    r"not to (?:come up|be \w+))|(?:mustn't|must not|shouldn't|should not|isn't to|can't) "
    r"(?:come up|"
    r"be (?:mentioned|raised|brought up|discussed))|(?:ist|sind) (?:tabu|kein thema|ein rotes tuch|"
    r"ein wunder punkt|ein heikles thema|sperrgebiet)|(?:bitte )?nicht (?:ansprechen|erwahnen|"
    r"thematisieren|erwahnt werden|zur sprache kommen)|(?:bitte )?(?:meiden|vermeiden|aussparen|"
    r"ausklammern|weglassen|aus dem spiel lassen|rauslassen|aus+en vor(?: lassen)?|umgehen)|"
    r"lassen wir (?:\w+ "
    r")?(?:aus+en "
    r"vor|weg|aus|ruhen|beiseite))"
    # what stands around it
    rf"|(?:please )?leave {_TOPIC.format('left')} (?:out of (?:it|this)|alone|aside|be\b|out\b)"
    rf"|keep {_TOPIC.format('kept')} out of (?:it|this)"
    rf"|\w+ (?:doesn't|does not|don't) want {_TOPIC.format('wants')} (?:brought up|mentioned|"
    r"raised|discussed|talked about)"
    rf"|uber {_TOPIC.format('about')} (?:bitte |(?:will|mag|mochte|darf|soll|wird|wollen|reden|"
    rf"sprechen|redet|spricht) )(?:\w+ ){{0,3}}?{_NO_MORE}"
    rf"|(?:auf|nach|von|zu|zum|zur) {_TOPIC.format('asked')} (?:bitte |(?:will|mag|mochte|darf|"
    rf"soll|"
    rf"sollst|wollen) )(?:\w+ ){{0,3}}?{_NO_MORE} (?:\w+ )?(?:eingehen|fragen|nachfragen|horen|"
    rf"wissen|"
    r"ansprechen|sprechen|bohren|kommen|sagen)"
    rf"|(?:das )?thema {_TOPIC.format('theme')} (?:bitte |lassen wir |ist |soll |wird )?(?:bitte )?"
    r"(?:diesmal |heute |auch |ganz )?(?:meiden|vermeiden|aussparen|auslassen|weglassen|"
    r"nicht ansprechen|nicht erwahnen|tabu|ruhen|weg\b|aus\b|aus+en vor|umgehen|lassen))"
)
"""Topics that stand first, or in the middle of what says so."""
_SHUN = re.compile(rf"{_BEFORE_IT}|{_AFTER_IT}")
_SHUN_END = re.compile(
    r"\s+(?:because|cause|cos|coz|since|on the (?:phone|call)|in front of|while|"
    r"please|at all|today|this time|any ?more|right now|at the moment|"
    r"again|but|and (?=he|she|we|i\b|no|it)|unless|as|so|when|if|or (?=he|she)|oh|with (?:her|"
    r"him|me|anyone|anybody)"
    r"|weil|am telefon|vor (?:den|der|ihr|sein)\w*|wahrend|"
    r"bitte|nicht|heute|diesmal|gerade|aber|und (?=er|sie|wir|ich|kein|bitte)|wenn|denn|"
    r"reden|sprechen|spricht|redet|erzahlen|ansprechen|erwahnen|fragen|oder (?=er|sie)|mehr|"
    r"meiden|vermeiden|aussparen|auslassen|weglassen|ist tabu|mit (?:ihr|ihm|mir))\b.*$"
)
_SHUN_NOTHING = re.compile(
    r"^(?:it|this|that|them|(?:her|him)self|themselves|sich|anything|everything|es|das|dies|"
    r"alles|nichts|also|bitte|and|but|so|then|how|what|wie|was|to|"
    r"zu|die stunde|me|mich)\b\s*$|^(?:being|having) "
)


_HEADING = re.compile(r"(?:das |the )?(?:thema|topic|subject)(?: of)?\s+")


def shunned(small: str) -> Iterator[Span]:
    """Where the words of topics stand that are to be left alone."""
    for match in _SHUN.finditer(small):
        group = next(name for name, value in match.groupdict().items() if value)
        start, end = match.span(group)
        if ending := _SHUN_END.search(small, start - 1 if start else 0, end):
            end = ending.start()
        if heading := _HEADING.match(small, start, end):
            start = heading.end()
        start, end = trimmed(small, start, max(start, end))
        if end - start >= 2 and not _SHUN_NOTHING.search(small[start:end]):
            yield start, end


_BEFORE_A_TOPIC = re.compile(
    r"(?:(?:auch|also|please|bitte|either|the|a|his|her|their|my|your|der|die|das|den|dem|des|"
    r"ein\w{0,2}|ihr\w{0,2}|sein\w{0,2}|mein\w{0,2}|topic|subject|thema|of|von|about|uber)\s+)+"
)
_AFTER_A_TOPIC = re.compile(
    r"\s+(?:either|too|myself|ourselves|selbst|selber|as well|please|bitte|auch|today|heute|mehr|"
    r"again)$"
)


def bare_topic(topic: str) -> str:
    """A topic as a bare noun, as guides name it: they speak of no "her phone"."""
    start = _BEFORE_A_TOPIC.match(folded(topic))
    topic = topic[start.end() :] if start else topic
    end = _AFTER_A_TOPIC.search(folded(topic))
    return (topic[: end.start()] if end else topic).strip(" .,;:!?")
