"""Plans made by hand: two languages, one mentee and a group, a quarrel, and a limit."""

from __future__ import annotations

from typing import Any

from assistant.planning.plan import AgendaItem, Escalation, Line, SessionPlan, Source
from assistant.planning.request import SessionRequest


def lines(source: int, *texts: str) -> tuple[Line, ...]:
    """Lines of a guide, as if they stood there one after the other."""
    return tuple(
        Line(text=text, quote=text, source=source, start=at * 200, end=at * 200 + len(text))
        for at, text in enumerate(texts)
    )


def sources(language: str, *places: tuple[str, str]) -> tuple[Source, ...]:
    """Sources numbered from 1, each a (title, heading)."""
    return tuple(
        Source(
            number=number,
            guide_id=number,
            path=f"{language}/guide-{number}.md",
            title=title,
            heading_path=(title, heading),
            language=language,
            start=0,
            end=2_000,
        )
        for number, (title, heading) in enumerate(places, 1)
    )


def item(key: str, minutes: int, title: str, purpose: str, **more: Any) -> AgendaItem:
    """A part of a meeting."""
    return AgendaItem(key=key, minutes=minutes, title=title, purpose=purpose, **more)


SAMIRA = SessionPlan(
    language="en",
    request=SessionRequest(name="Samira", age=16, minutes=45, number=3, world="school"),
    title="Meeting 3 with Samira · 45 minutes",
    aim="Samira has told what happened with the two girls, and has chosen one small step.",
    escalation=Escalation(
        lowest=2,
        highest=3,
        words=("they argue every break", "one of them turned her back on her"),
        says="By your words, the quarrel seems to be at stages 2 to 3 of Glasl's nine: both can "
        "still win, and you can help.",
        lines=lines(
            2,
            "Signs that a quarrel is too hot for a mentor are friends who must pick a side, public "
            "shaming, and threats.",
        ),
    ),
    agenda=(
        item(
            "arrive",
            5,
            "Arrive",
            "So that you are both really there before anything serious begins.",
            how=lines(
                1,
                "Put your phone away, greet your mentee by name and say how long you have today.",
                "Start with something light, such as a drink, the way here or last night's match.",
            ),
            say=lines(1, "Good to see you. We have until a quarter to five."),
            ask=lines(1, "What was the best minute of your week?"),
        ),
        item(
            "dip",
            5,
            "How are our meetings?",
            "The third meeting often feels flat; saying so takes the weight off.",
            how=lines(
                4, "Name the dip as something that most pairs know, and ask what would help."
            ),
            ask=lines(4, "What would make our next meeting worth your way here?"),
        ),
        item(
            "listen",
            14,
            "Listen: a quarrel with classmates",
            "So that you understand how it looks to Samira before anybody thinks of solutions.",
            how=lines(
                2,
                "Let your mentee tell the quarrel from start to end before you ask about details.",
                "Sort facts from guesses: what was said and done, and what your mentee thinks was "
                "meant by it.",
                "Take your mentee's feelings seriously without saying who is to blame.",
            ),
            say=lines(
                2,
                "I'm on your side as a person, and I won't judge who is right.",
                "Do you want ideas from me, or do you want me to listen?",
            ),
            ask=lines(
                2,
                "What happened, in the order it happened?",
                "What were you thinking at the time, and what have you thought since?",
                "What matters most to you in all of this?",
            ),
            theme="quarrel",
        ),
        item(
            "activity",
            13,
            "Do together: a map of the break",
            "So that hands and heads do something other than talk.",
            note="Takes 20 minutes as written, you have 13: do what fits and leave out the rest.",
            needs="paper and two colours",
            how=lines(
                3,
                "Draw the schoolyard as seen from above, with everybody who matters in it.",
                "Mark with one colour where it is easy to be, and with the other where it isn't.",
                "Move one figure and say what would be different then.",
            ),
            theme="quarrel",
        ),
        item(
            "next_step",
            5,
            "One small step",
            "So that something from today lives on in the week.",
            how=lines(1, "Make the step so small that it takes less than half an hour."),
            say=lines(1, "It's fine if it doesn't work; then we know more."),
            ask=lines(1, "When and where will you do it?"),
        ),
        item(
            "close",
            3,
            "Close",
            "So that you part with a clear end and a date.",
            how=lines(1, "Fix the next date, and stop at the time you said."),
            ask=lines(1, "What do you take along from today?"),
        ),
    ),
    listening=lines(
        2,
        "Listen for words such as “always” and “everybody”: they show where it hurts.",
        "Silence after a question is often thinking; count to ten.",
    ),
    watch_out=lines(
        2,
        "Messages sent in anger feed a conflict; suggest that your mentee sleeps on the text "
        "before sending it.",
        "A mentor who passes on messages between two people soon becomes part of the quarrel.",
    ),
    limits=lines(
        2,
        "Hand over when your mentee is bullied, because bullying by a group is no quarrel between "
        "equals.",
    ),
    mentee_prompts=lines(
        2,
        "What did I want in this quarrel, and what did I need?",
        "Which of my own words or actions would I change?",
    ),
    mentor_prompts=lines(
        2,
        "Whose side did I take in my head?",
        "What in the story reminded me of a quarrel of my own?",
    ),
    prepare=(
        "Bring along: paper and two colours.",
        "Look up what you agreed: Samira says hello to Łucja first.",
        "Have the number of your programme's staff at hand.",
    ),
    agree=(
        "The one step that Samira takes until then, and what you do.",
        "When and where you meet next.",
    ),
    sources=sources(
        "en",
        ("A meeting from start to end", "Arriving"),
        ("When your mentee has a quarrel with someone", "How to do it"),
        ("Exercises side by side", "Activity"),
        ("When the air goes out", "How to do it"),
    ),
)

GROUP = SessionPlan(
    language="de",
    request=SessionRequest(
        language="de", minutes=90, people=5, stage="first", setting="outside", world="university"
    ),
    title="Erstes Treffen mit der Gruppe · 90 Minuten",
    aim="Die Gruppe fühlt sich willkommen, weiß, was unter euch bleibt und was nicht, und hat "
    "einen Termin fürs nächste Mal.",
    first="Nach dem, was du schreibst, geht es Đorđe gerade **sehr schlecht**. Das geht vor.\n\n"
    "- Eure Koordination: noch heute anrufen.\n"
    "- **Telefonseelsorge**: 0800 111 0 111 (rund um die Uhr)",
    agenda=(
        item(
            "round",
            15,
            "Anfangsrunde",
            "Damit jede Stimme einmal zu hören war, ohne Druck.",
            how=lines(
                1,
                "Alle antworten mit einem Satz auf eine leichte Frage, und wer nicht will, gibt "
                "weiter.",
                "Räum leere Stühle weg, lass keine zweite Reihe zu und nutz gleich die Namen.",
            ),
            say=lines(
                2,
                "Ein Wort von allen: Welches Wetter bringt ihr heute mit?",
                "Du kannst weitergeben und später noch einmal drankommen.",
            ),
            ask=lines(3, "Wann hätte sich diese Stunde für euch gelohnt?"),
        ),
        item(
            "get_to_know",
            30,
            "Gemeinsam tun: Das Wollknäuel",
            "Damit ihr etwas Gemeinsames findet, bevor es um Ziele geht.",
            note="Draußen: Redet unterwegs, nebeneinander.",
            needs="ein Wollknäuel, Karten und Stifte",
            how=lines(
                4,
                "Stellt euch in den Kreis; eine Person hält das Knäuel und nennt etwas, das sie "
                "kann oder mag.",
                "Wer dasselbe mag oder es lernen will, fängt das Knäuel und nennt das Nächste.",
                "Macht weiter, bis alle den Faden mindestens einmal halten.",
                "Eine Person zieht sacht am Faden, und ihr fragt, wer es gespürt hat.",
                "Alle schreiben auf eine Karte ein Angebot und einen Wunsch an die Gruppe.",
            ),
            people=6,
        ),
        item(
            "privacy",
            15,
            "Was unter euch bleibt",
            "Damit die Grenzen der Vertraulichkeit klar sind, bevor etwas Schweres erzählt wird.",
            how=lines(
                1,
                "Vier Regeln genügen: Nur eine Person spricht, man darf passen, Handys sind weg, "
                "Geschichten bleiben im Raum.",
            ),
            say=lines(2, "Was wir hier hören, bleibt hier, außer jemand ist in Gefahr."),
            ask=lines(3, "Was machen wir, wenn sich jemand nicht an die Regel hält?"),
        ),
        item("break", 10, "Pause", "Damit ihr durchatmen könnt; ein langes Gespräch braucht das."),
        item(
            "basics",
            15,
            "Das Wichtigste vereinbaren",
            "Damit Zeiten, Wege und ein Ausstieg ohne Vorwurf geklärt sind.",
            how=lines(
                1, "Sag, was die Gruppe am Ende in der Hand haben könnte, und frag, ob das passt."
            ),
            ask=lines(
                3,
                "Was könnt ihr bis zum nächsten Mal füreinander tun?",
                "Was wollen wir nächstes Mal anders machen?",
            ),
        ),
        item(
            "close_first",
            5,
            "Pünktlich aufhören",
            "Damit ein gutes letztes Wort und ein Termin mit nach Hause gehen.",
            how=lines(1, "Alle nennen eine Sache, die sie mitnehmen, und ihr hört pünktlich auf."),
            say=lines(2, "Noch fünf Minuten. Was nehmt ihr mit?"),
        ),
    ),
    listening=lines(1, "Gib Fragen an den Kreis zurück, und achte auf die Stillen."),
    watch_out=lines(
        5,
        "Lieblinge fallen sofort auf; zähl mit, wer deinen Blick und deine Zeit bekommt.",
        "Wer gefehlt hat, braucht zwei Minuten zum Aufholen, um wieder dazuzugehören.",
    ),
    limits=lines(
        5,
        "Geht es um Missbrauch, Suizid oder Gefahr, hol Hilfe und informiere am selben Tag die "
        "Koordination.",
    ),
    mentee_prompts=lines(6, "Wann habe ich dazugehört, und wann stand ich draußen?"),
    mentor_prompts=lines(6, "Wem habe ich am wenigsten zugehört?"),
    prepare=(
        "Bring mit: ein Wollknäuel, Karten und Stifte.",
        "Such einen ruhigen Weg aus, auf dem ihr jederzeit anhalten könnt, und sag, wo ihr seid.",
        "Frag die Koordination, wie die Namen ausgesprochen werden: Łukasz, Şeyma, Đorđe, Čedo, "
        "Ștefan und Frau Groß.",
    ),
    agree=(
        "Wann und wo ihr euch wiederseht.",
        "Was in der Gruppe bleibt, und was du weitergeben musst.",
    ),
    sources=sources(
        "de",
        ("Mit einer Gruppe arbeiten", "So geht es"),
        ("Mit einer Gruppe arbeiten", "Worte, die du sagen kannst"),
        ("Mit einer Gruppe arbeiten", "Fragen, die du stellen kannst"),
        ("Mit einer Gruppe arbeiten", "Übung"),
        ("Mit einer Gruppe arbeiten", "Worauf du achten solltest"),
        ("Mit einer Gruppe arbeiten", "Fragen zum Nachdenken"),
    ),
)

SHORT = SessionPlan(
    language="de",
    request=SessionRequest(language="de", name="Łukasz", minutes=15, setting="phone"),
    title="Treffen mit Łukasz · 15 Minuten",
    aim="Łukasz hat gesagt, was gerade wichtig ist, und geht mit einem kleinen Schritt nach Hause.",
    agenda=(
        item(
            "arrive",
            4,
            "Ankommen",
            "Damit ihr beide wirklich da seid, bevor etwas Ernstes beginnt.",
            ask=lines(1, "Kannst du gerade frei reden?"),
        ),
        item(
            "listen",
            8,
            "Das Thema finden und zuhören",
            "Damit dein Gegenüber entscheidet, wofür die Zeit da ist.",
            how=lines(2, "Stell eine Frage, warte länger als im Raum und sag dein „mhm“ laut."),
            say=lines(1, "Ich schaue kurz weg, weil ich mir etwas aufschreibe."),
            ask=lines(1, "Was beschäftigt dich heute am meisten?"),
        ),
        item(
            "close",
            3,
            "Abschluss",
            "Damit ihr mit klarem Ende und Termin auseinandergeht.",
            say=lines(1, "Noch ein Wort zu heute, dann legen wir zusammen auf."),
        ),
    ),
    prepare=("Klär, was ihr tut, wenn die Verbindung abbricht.",),
    agree=("Wann und wo ihr euch wiederseht.",),
    sources=sources(
        "de",
        ("Treffen online", "Worte, die du sagen kannst"),
        ("Treffen online", "So geht es"),
    ),
)

LIMIT = SessionPlan(
    kind="boundary",
    language="en",
    request=SessionRequest(name="Samira"),
    instead="I can't help to keep that secret.\n\n"
    "What I can do: go through with you whom you tell, and how.\n\n"
    "- **Your programme's staff**: today\n- The youth office",
)

PLANS = {"samira": SAMIRA, "group": GROUP, "short": SHORT}


def long_plan(minutes: int = 120) -> SessionPlan:
    """As much as a plan may hold: fourteen parts with all their lines, and a quarrel."""
    agenda = tuple(
        SAMIRA.agenda[2].model_copy(
            update={
                "key": f"part_{number}",
                "minutes": minutes // 14 + (number < minutes % 14),
                "how": SAMIRA.agenda[2].how[: 2 + number % 2],
                "say": SAMIRA.agenda[2].say[: 1 + number % 2],
            }
        )
        for number in range(14)
    )
    request = SAMIRA.request.model_copy(update={"minutes": minutes})
    title = f"Meeting 3 with Samira · {minutes} minutes"
    return SAMIRA.model_copy(
        update={
            "agenda": agenda,
            "request": request,
            "title": title,
            "sources": SAMIRA.sources * 5,
            "listening": SAMIRA.listening * 2,
            "watch_out": SAMIRA.watch_out * 2,
            "limits": SAMIRA.limits * 3,
            "mentor_prompts": SAMIRA.mentor_prompts * 2,
        }
    )
