"""How many mentees come, as a request tells it.

Works on text as `telling.folded` spells it, with every character in its place. What it does not
know: a group of which only its name is told.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.planning.figures import Figure
from assistant.planning.numerals import number_of, number_source

MOST = 30
"""Mentees that a plan can be for."""

_COMING = (
    r"(?:mentees|pupils|students|undergrads|postgrads|graduates|freshers|first-years|learners|kids|"
    r"children|teens|teenagers|adolescents|youths|youngsters|young (?:people|men|women|adults)|"
    r"people|persons|adults|apprentices|trainees|interns|participants|members|boys|girls|lads|"
    r"lasses|guys|men|women|siblings|sisters|brothers|inmates|prisoners|refugees|newcomers|"
    r"pensioners|seniors|(?:class )?reps|representatives|prefects|volunteers|"
    r"schuler\w*|schulis|jugendliche\w*|teenies|kinder\w*|madchen|madels|jungs|jungen|buben|"
    r"burschen|azubis|auszubildende\w*|lehrlinge|lernende\w*|studierende\w*|student\w*|studis|"
    r"erstis|praktikant\w*|leuten?|pers\b\.?|teilnehme\w*|teilnis|mitglieder\w*|personen|frauen|"
    r"mannern?|erwachsene\w*|gefluchtete\w*|neuzugewanderte\w*|haftlinge|gefangene\w*|insassen|"
    r"bewohner\w*|geschwister\w*|schwestern|brudern?|schutzlinge|senioren|"
    r"\w{3,}(?:sprecher|vertreter)n?|(?!(?:freund|mitschul|klassenkam|kolleg|arbeitskol|mitbew|"
    r"nachbar|lehrer|chef|betreuer|mentor|cousin))\w{3,}(?:[:*_/]-?)?innen)"
)
"""Who may come; in German any word that ends in "innen"."""
_OTHERS = re.compile(
    r"\b(?:quarrel\w*|argu\w*|fight\w*|fought|row|trouble|problem\w*|bull\w*|conflict\w*|fell out|"
    r"insult\w*|beaten|chased|streit\w*|gestritten|zoff\w*|krach|stress|arger|konflikt\w*|"
    r"mobb\w*|gemobbt|front|vor|leads|leitet|runs|manages|has|(?<!i )(?<!we )ha(?:ve|d)|hat|"
    r"hatte|against|gegen|lives? with|wohnt|"
    r"lebt|looks after|cares for|kummert|versorgt|friends?|freunde)\b[^.;!?()]{0,20}$"
    r"|\b(?:by|von|of|other|anderen?|only|ihre|seine|her|his)\s+$"
)
"""Words before, by which somebody else is counted."""
_AGAINST = re.compile(
    r"(?:\s+(?:in|from|aus|auf|an|at|of|von)(?:\s+\w+){1,2}?)?\s+(?:have |had |haben |hat "
    r")?(?:been )?"
    r"(?:bull|laugh|tease|pick|beat|hit|kick|push|threat|ignor|exclud|annoy|mock|gossip|whisper|"
    r"insult|"
    r"verprugel|verhau|schlagen|schlagt|hansel|laster|lach|mobb|arger|schubs|bedroh|ignorier|grenz|nerv|"
    r"tuschel|"
    r"beleidig|beschimpf|left|leave|live|leben|wohnen|sitzen neben|sit next)\w*"
)
"""What they do of whom the mentee's story tells."""
_ELSEWHERE = re.compile(
    r"\s+(?:(?:in|from) (?:her|his|a|the) (?:\w+ )?(?:class|school|flat|house|family|team|year|"
    r"household|flatshare)|(?:aus|in) (?:ihrer|seiner|der|einer)\s+(?:wg|klasse|schule|familie|"
    r"wohnung|firma|clique|abteilung)|zu ?hause|daheim|at home|at work|im (?:haushalt|team|betrieb|"
    r"buro|zimmer))\b"
)
_TOO_MANY = 2 * MOST
"""From here on they are no mentees but a school or an audience."""
_KIN = re.compile(
    r".*\b(?:siblings|sisters|brothers|kids|children|kinder\w*|geschwister\w*|schwestern|brudern?)$"
)
_CHILDREN = re.compile(r".*\b(?:kids|children|kinder\w*)$")
_OF_AN_ADULT = re.compile(
    r"(?:[,(] ?[2-6]\d(?: (?:jahre|years(?: old)?|j\.?))?\s*[,)]|\bmutter|\bvater|\bmother|"
    r"\bfather|single (?:mum|mom|dad|parent)|alleinerziehend\w*)[^.;!?]{0,30}$"
)
"""The mentee is grown up, and the children are theirs: "Zahra, 34, three children"."""
_OTHER_GROUP = re.compile(
    r"\b(?:project|study|work|football|sports?|dance|friend\w*|her|his|ihrer?|seiner?)[\s-]$"
)
_AT_WORK = re.compile(r"\b(?:in|leads|runs|manages|leitet|fuhrt|joined|joins)\s+(?:\w+\s+)?$")
_AND = re.compile(r"\b(?:and|und)\s+$")
_GROUP = r"(?:groups?|gruppe|team|class|klasse|runde|kreis|kleingruppe|mentoringgruppe)"
_TOGETHER = {"dritt": 2, "viert": 3, "funft": 4, "sechst": 5, "siebt": 6, "acht": 7}
"""Mentees where mentor and mentees are so many."""
_SETS = {
    "zweier": 2, "dreier": 3, "vierer": 4, "funfer": 5, "sechser": 6, "siebener": 7, "achter": 8,
    "neuner": 9, "zehner": 10, "pair": 2, "couple": 2, "paar": 2, "duo": 2, "trio": 3,
    "half a dozen": 6, "halbes dutzend": 6, "dozen": 12, "dutzend": 12,
}  # fmt: skip


def people_in(text: str) -> Figure | None:
    """How many mentees come, where a figure or a word for a number tells."""
    for match in _people_pattern().finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        kind, written = next((key, value) for key, value in match.groupdict().items() if value)
        if kind != "together" and _are_others(kind, before, match[0]):
            continue
        known = _TOGETHER if kind == "together" else _SETS if kind.startswith("set") else {}
        value = known[written] if known else int(number_of(written))
        value -= kind == "of_us"
        if _says_more(kind, value, text[match.end() :], match[0]):
            continue
        if value >= 1:
            return Figure(min(value, MOST), *match.span())
    return None


def _says_more(kind: str, value: int, after: str, counted: str) -> bool:
    """Whether what follows says that they don't come: "two girls in her class laugh at her"."""
    if kind in _ELLIPTIC and not 2 <= value <= MOST:
        return True
    if kind.startswith(("group", "of_group", "together")):
        return False
    if value > _TOO_MANY and "mentee" not in counted:
        return True
    return bool(_AGAINST.match(after) or _ELSEWHERE.match(after))


def _are_others(kind: str, before: str, counted: str) -> bool:
    """Whether they are people of whom the mentee's story tells: "his mum and two sisters"."""
    if kind == "group":
        in_team = counted.startswith("team") and _AT_WORK.search(before)
        return bool(in_team or _OTHER_GROUP.search(before))
    if _CHILDREN.match(counted) and _OF_AN_ADULT.search(before):
        return True
    is_family = _KIN.match(counted) is not None and _AND.search(before) is not None
    return is_family or _OTHERS.search(before) is not None


@cache
def _people_pattern() -> re.Pattern[str]:
    number = number_source()
    stops = (
        r"(?=\s*(?:[,.;:!?)]|(?:on|at|tomorrow|tmrw|today|tonight|next|for|again|this|treffe|"
        r"sehe|am|"
        r"um|morgen|heute|nachste|im|in|und|and|for|are|sind|kommen|die|who)\b))"
    )
    sets = "|".join(sorted(_SETS, key=len, reverse=True))
    kind = r"(?:\w+e[rn]?|new|shy|young|my|our|of my|female|male|first|year|class|school)"
    not_there = r"(?!\s+(?:(?:in|from) (?:her|his)|(?:aus|in) (?:ihrer|seiner)|at work))"
    return re.compile(
        rf"(?<![\w.,])(?:{_GROUP}\s*(?:of|von|mit|aus|with|:|\(|a\b)\s*(?:about |etwa |ca\.? )?"
        rf"(?P<group>{number})(?!\s*(?:min|-?jahr|year|stund|hour|h\b|uhr))"
        rf"|(?:mentees|schuler|schulerinnen|jugendlichen?|pupils|students|kids|"
        rf"teens)\s?\((?P<listed>[2-9])\)"
        rf"|(?:^|(?<=[.,;:(]\s))(?P<them>{number}) (?:of them|of us|stuck)(?=\s*[,.;)]|\s*$)"
        rf"|(?P<of_group>{number})[\s-]?(?:er|person)[\s-]?(?:gruppe|group|team)"
        rf"|gruppe,?\s+(?P<in_group>{number})\s+(?:person|leute|mentees|jugend)"
        rf"|(?P<headed>{'|'.join(_HEADED)})kopfige"
        rf"|(?:an? |the |ein |eine |my |meine |unser |"
        rf"unsere )?(?P<set_group>{sets})[\s-]?(?:gruppe|"
        rf"team|group)"
        rf"|(?:an? |the |ein |my )?(?P<set_of>{sets})s?,? (?:of (?:my |the )?)?(?:\w+ )?{_COMING}\b"
        rf"|(?:ein )?\w*(?:geschwister|bruder|schwestern)(?P<set_kin>paar)\b"
        rf"|(?P<set_alone>trio|duo)(?=\s*[,.;:)]|\s*$)"
        rf"|(?P<coming>{number})\s+(?:{kind}\s+){{0,2}}(?:{_COMING}|{_DOERS})\b{not_there}"
        rf"|(?:{_BUNCH})\s+(?:of|von|aus|mit|a)\s+(?P<bunch>{number})\b(?!\s*%)"
        rf"|(?P<of_those>(?!an?\b|one\b){number}) of (?:the|our|these|those) (?:\w+ ){{0,2}}"
        rf"(?:{_COMING})\b{not_there}"
        rf"|(?:only |just |nur )?(?P<group_able>{number}) of them (?:can|will|could|come)\b"
        rf"|\bthe (?P<all_of_them>{number}) of them\b"
        rf"|(?P<of_us>{number}) of us\b(?= including| with me| counting)"
        rf"|(?P<of_mine>(?!an?\b|one\b|ein\w*\b){number})\s+(?:of mine|(?:of my|von meinen|von "
        rf"unseren|"
        rf"von den|aus (?:dem|der))(?!\s+(?:meeting|session|treffen|termin|stunde|frage|friend|"
        rf"freund|"
        rf"question|lehr|teacher|other|ander))\s+\w+)"
        rf"|\b(?:my|our|meine[nr]?|unsere[nr]?)\s+(?P<mine>(?!an?\b|one\b|ein\w*\b){number}){stops}"
        rf"|\b(?:meinen|unseren|allen|den) (?P<headed_mine>{'|'.join(_HEADED)})en\b"
        rf"|\b(?:there will be|there'll be|there'll only be|es kommen|es werden)\s+"
        rf"(?P<be>(?!an?\b|one\b|ein\w*\b){number})(?=\s*(?:$|[,.;!?)]))"
        rf"|(?:^|(?<=[.,;:(] ))(?P<are>(?!an?\b|one\b|ein\w*\b){number}) (?:are|will be|sind|"
        rf"werden) "
        rf"(?:coming|there|dabei|da sein|kommen)\b"
        rf"|(?:there(?:'s|'re| are| is| will be)|es sind|sind|we are|they're|all|with|the) "
        rf"(?P<of_them>{number})(?: of them|(?= (?:leute|personen|stuck)))"
        rf"|(?<!auf )(?:alle[nr]?|mit) (?P<all>{'|'.join(_HEADED)})(?:e[rn]?)\b"
        rf"|zu (?P<together>{'|'.join(_TOGETHER)})(?![a-z])(?! (?:im|in einem|"
        rf"in der|in einer) (?:zimmer|wohnung|wg)\b)(?!.{{0,25}}\b{number}\s+mentees))"
    )


_DOERS = (
    r"(?!(?:hours|others|papers|numbers|letters|quarters|corners|meters|answers|flowers|brothers|"
    r"teachers|managers|customers|orders|offers|helpers|mothers|fathers|matters|chapters|lovers|"
    r"sisters|employers|doctors|colours|mentors|weeks|grandparents|restaurants|plants|giants)\b)"
    r"(?:\w{2,}(?:ers|ists|asts|ants|lings|ians|ors)|scouts|cadets|recruits|cubs|"
    r"(?:\w+ )?(?:girls|boys|kids)|ministranten|messdiener\w*|pfadfinder\w*|konfis|konfirmand\w*|"
    r"firmlinge|\w{3,}(?:isten|anten|enten|linge)|azubinen|jungsters|kicker\w*|"
    r"\w{2,}(?:baller|spieler|sportler|laufer|schwimmer|turner|ruderer|tanzer|sanger|blaser|"
    r"bursch)n?)"
)
"""Those who do something together: in a sport, a choir, a club."""
_BUNCH = r"bunch|crew|handful|squad|circle|trupp|haufen|schar|lot|mob|posse"
_ELLIPTIC = ("bunch", "all_of_them", "of_mine", "mine", "headed_mine", "be", "are")
"""Kinds of which only a number is told, so that one alone would be nobody in particular."""
_HEADED = ("zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn")
"""Numbers that German words begin with: "fünfköpfig", "allen vieren"."""
