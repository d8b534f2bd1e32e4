"""What is said of its own accord: a machine, a break; and that a goodbye is only a goodbye."""

from datetime import datetime, timedelta, timezone

import pytest

from assistant.answering.answer import Answer
from assistant.answering.understanding import understand
from assistant.conversation import Conversing
from assistant.safety.pauses import AWAY, Use, is_night, pauses, said, used
from assistant.settings import Settings
from assistant.words import reply
from tests.planning.shelves import finds_nothing

HOME = timezone(timedelta(hours=1))
EVENING = datetime(2026, 11, 27, 22, 30, tzinfo=HOME)
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=HOME)


def every(minutes: int, count: int, since: datetime) -> list[tuple[int, tuple[str, ...]]]:
    """(minute, what was said) for questions at even intervals in one conversation."""
    use, told = None, []
    for number in range(count):
        now = since + timedelta(minutes=minutes * number)
        use = used(use, now)
        due = pauses(use, now, starts=number == 0)
        use = said(use, due, now)
        if due:
            told.append((minutes * number, due))
    return told


def test_at_the_start_of_each_conversation_it_says_that_it_is_a_machine():
    use = said(used(None, NOON), ("machine",), NOON)
    later = NOON + timedelta(minutes=5)
    assert pauses(used(use, later), later, starts=False) == ()
    assert pauses(used(use, later), later, starts=True) == ("machine",)


def test_by_day_it_says_so_again_every_three_hours_and_nothing_else():
    assert every(20, 20, NOON - timedelta(hours=4)) == [
        (0, ("machine",)), (180, ("machine_again",)), (360, ("machine_again",)),
    ]  # fmt: skip


def test_at_night_a_break_is_suggested_after_an_hour_and_at_most_once_an_hour():
    assert every(20, 11, EVENING) == [
        (0, ("machine",)), (60, ("break",)), (120, ("break",)), (180, ("machine_again", "break")),
    ]  # fmt: skip


def test_somebody_who_began_in_the_afternoon_hears_it_once_it_is_night():
    told = every(10, 20, EVENING - timedelta(hours=2))
    assert [minute for minute, due in told if "break" in due] == [90, 150]


def test_whoever_was_away_begins_anew():
    use = used(used(None, EVENING), EVENING + timedelta(minutes=29))
    assert use.began == EVENING
    back = use.seen + AWAY + timedelta(seconds=1)
    assert used(use, back).began == back
    assert pauses(said(used(use, back), ("machine",), back), back, starts=False) == ()


def test_a_break_isnt_suggested_again_within_the_hour_after_being_away():
    use = Use(EVENING - timedelta(hours=2), EVENING, EVENING, break_said=EVENING)
    now = EVENING + timedelta(minutes=20)
    assert pauses(used(use, now), now, starts=False) == ()


def test_a_clock_that_was_set_back_harms_nothing():
    use = used(None, EVENING)
    earlier = EVENING - timedelta(days=1)
    assert used(use, earlier).began == earlier
    assert "break" not in pauses(used(use, earlier), earlier, starts=False)


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False)],
)
def test_night_is_from_ten_to_six(hour, minute, night):
    assert is_night(NOON.replace(hour=hour, minute=minute)) is night


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_asks_a_person_to_stay(language):
    for pause in ("machine", "machine_again", "break"):
        text = reply(language, "pauses", pause)
        assert len(text) < 200
        assert "!" not in text
    assert not {"stay", "bleib", "warte", "wait"} & set(reply(language, "goodbye").lower().split())


GOODBYES = (
    "bye", "Bye Tandem!", "ok bye", "Thanks for now, bye", "I have to go now, bye",
    "see you tomorrow", "good night 🌙", "I'm off to bed. Good night!", "gotta go", "take care",
    "Goodbye and thank you for your help", "that's all for today, thanks, bye", "talk to you later",
    "Tschüss", "Danke, tschüss!", "Ok, danke dir, bis morgen!", "Ich muss los, ciao",
    "Ich geh jetzt schlafen, gute Nacht", "bin dann mal weg", "Mach's gut", "Auf Wiedersehen!",
    "das war's für heute, danke und tschüss", "Ich mach für heute Schluss, bis bald",
)  # fmt: skip


@pytest.mark.parametrize("text", GOODBYES)
def test_a_goodbye_is_answered_with_a_goodbye(text):
    assert understand([{"role": "user", "content": text}], "en").reply == "goodbye"
    conversing = Conversing(
        finds_nothing, None, Settings(), lambda *_: Answer("a plan", "en", "session_plan")
    )
    before = [{"role": "user", "content": "Plan 45 minutes"}, {"role": "assistant", "content": "x"}]
    (answer,) = conversing.respond([*before, {"role": "user", "content": text}], None)
    assert answer.text in (reply("en", "goodbye"), reply("de", "goodbye")), "even after a plan"
    assert answer.kind == "small_talk"


@pytest.mark.parametrize(
    "text",
    [
        "Goodbye forever", "Das war's. Tschüss.", "Ich mache jetzt Schluss, tschüss", "Farewell",
        "How do I say goodbye?", "bye world", "thanks", "ok", "Danke",
        "Mein Mentee sagt immer tschüss und geht", "Ich mache Schluss mit ihm", "Ich bin weg davon",
        "I have to go to the meeting, how do I prepare?", "Gute Nacht Geschichten für uns",
    ],
)  # fmt: skip
def test_what_only_speaks_of_leaving_is_no_goodbye(text):
    assert understand([{"role": "user", "content": text}], "en").reply != "goodbye"
