"""Judging answers by a chat model: optional, never needed, and counted before it costs anything.

One criterion a call. A verdict counts only with evidence that stands in the answer; each answer is
read three times and the spread is shown; a pair is read in both orders, and a model that changes
its mind with the order says nothing. Every reply is kept, so nothing is asked twice.

What is sent, to the one address that TANDEM_JUDGE_MODEL and TANDEM_JUDGE_URL name and to no other:
the criterion, the case's turns, the answer and, for a criterion about sources, the passages that
the answer cites. Nothing else: no other part of a case or a guide, no journal, no ratings. A model
on this computer is reached directly, past any proxy.

What it does not know: whether the model is right. An answer can't get out of the lines that fence
it in, but a model may still obey what it reads; `usable_in_gate` says whether to rely on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import ChatModelUnavailable, SettingsError
from evals.chat_models import KeptChat, Refused
from evals.metrics.wording import words
from evals.running import Progress
from evals.scores import Score, failed, scored
from evals.verdicts import (
    BEST,
    WORST,
    Choice,
    Criterion,
    Mark,
    Message,
    Reading,
    Unusable,
    Verdict,
    choosing,
    criteria,
    judge_texts,
    marking,
    read_verdict,
    unasked,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings
    from evals.agreement import Agreement
    from evals.cases import Case
    from evals.outcomes import Outcome

DRAWS = 3
CHARACTERS_A_TOKEN = 4
"""A rule of thumb; German takes somewhat more tokens than that."""

TOKENS_A_REPLY = 150
_TRIES = 2
_PARALLEL = 4


@dataclass(frozen=True)
class Estimate:
    """What judging will take: `calls` to be made, tokens of those calls, readings known already.

    A rule of thumb: four characters a token, and a second call for each reply that can't be used
    comes on top.
    """

    calls: int
    cached: int
    tokens_in: int
    tokens_out: int


class Judge:
    """A chat model that judges answers; `cache` is the file that keeps its replies.

    `chat` is the model to ask, by default the one that the settings name. Nothing is sent before
    `judge` or `prefer`. Raises `SettingsError` where no model is set.
    """

    def __init__(self, settings: Settings, cache: Path, chat: BaseChatModel | None = None) -> None:
        self._texts = judge_texts(settings.language)
        self._chat = KeptChat(settings, cache, chat)

    def estimate(
        self, cases: Iterable[Case], outcomes: Iterable[Outcome], criteria: Sequence[str]
    ) -> Estimate:
        """What `judge` would take, counted without a request."""
        calls = cached = characters = 0
        for _, _, reading in self._readings(cases, outcomes, criteria):
            if isinstance(reading, Score):
                continue
            settled = [self._settled(reading, draw, self._chat.known) for draw in range(DRAWS)]
            due = settled.count(None)
            calls, cached = calls + due, cached + DRAWS - due
            characters += due * sum(len(text) for _, text in reading.messages)
        tokens = -(-characters // CHARACTERS_A_TOKEN)
        return Estimate(calls, cached, tokens, calls * TOKENS_A_REPLY)

    def in_words(self, estimate: Estimate) -> str:
        """An estimate as a sentence that also says where the texts go."""
        place = self._chat.place
        where = self._texts["stays" if place.here else "leaves"].format(where=place.where)
        return str(self._texts["cost"].format(**vars(estimate), model=place.model, where=where))

    def judge(
        self,
        cases: Iterable[Case],
        outcomes: Iterable[Outcome],
        criteria: Sequence[str],
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> list[Score]:
        """A score "judge:<criterion>" of each case that has an outcome, 0 to 1, for each criterion.

        The value is the mean of three readings; `details` say their spread, evidence and reasons.
        One reading without a usable verdict makes the score an error. Raises `SettingsError` for
        an unknown criterion and `ChatModelUnavailable`, after keeping what was judged so far.
        """
        readings = list(self._readings(cases, outcomes, criteria))
        asked = [each for _, _, each in readings if isinstance(each, Reading)]
        drawn = iter(self._drawn(asked, progress))
        return [
            each if isinstance(each, Score) else self._score(case, metric, next(drawn))
            for case, metric, each in readings
        ]

    def prefer(
        self, case: Case, answer_a: Outcome, answer_b: Outcome, criterion: str
    ) -> Literal["a", "b", "tie"]:
        """Which of two runs' answers to a case is better by a criterion.

        "tie" also where the model's choice depends on which it reads first. Equal answers are a
        tie and an empty one loses, both without asking. Raises `ChatModelUnavailable`, also where
        the model gives no usable verdict.
        """
        (known,) = self._chosen([criterion], case.language)
        a, b = (words(answer.text) for answer in (answer_a, answer_b))
        if a == b:
            return "tie"
        if not a or not b:
            return "a" if a else "b"
        forth = self._choice(case, known, answer_a, answer_b)
        back = self._choice(case, known, answer_b, answer_a)
        if (forth, back) == ("first", "second"):
            return "a"
        return "b" if (forth, back) == ("second", "first") else "tie"

    # -- what is asked -------------------------------------------------------------------------

    def _chosen(self, keys: Sequence[str], language: str) -> list[Criterion]:
        known = {criterion.key: criterion for criterion in criteria(language)}
        for key in keys:
            if key not in known:
                said = self._texts["errors"]["no_criterion"]
                raise SettingsError(said.format(name=key, known=", ".join(known)))
        return [known[key] for key in keys]

    def _readings(
        self, cases: Iterable[Case], outcomes: Iterable[Outcome], keys: Sequence[str]
    ) -> Iterator[tuple[str, str, Reading | Score]]:
        """Each case and metric with what is asked, or with the score that needs no asking."""
        found = {outcome.case: outcome for outcome in outcomes}
        self._chosen(keys, "en")  # a criterion that isn't there is an error without a case, too
        for case in cases:
            for criterion in self._chosen(keys, case.language) if case.id in found else ():
                metric = f"judge:{criterion.key}"
                outcome = found[case.id]
                score = unasked(case, outcome, criterion, metric)
                yield case.id, metric, score or marking(case, outcome, criterion)

    def _choice(self, case: Case, criterion: Criterion, first: Outcome, second: Outcome) -> str:
        verdict = self._answered(choosing(case, criterion, first, second), 0)
        if isinstance(verdict, Unusable):
            problem = self._problem(verdict, self._texts)
            said = self._texts["errors"]["pair"]
            model = self._chat.place.model
            raise ChatModelUnavailable(said.format(case=case.id, model=model, problem=problem))
        assert isinstance(verdict, Choice), "what is asked of a pair"
        return verdict.better

    # -- what comes back -----------------------------------------------------------------------

    def _drawn(
        self, readings: Sequence[Reading], progress: Callable[[Progress], None]
    ) -> list[list[Verdict | Unusable]]:
        """The verdicts on each reading, in order."""
        total = len(readings) * DRAWS
        started = time.monotonic()
        with ThreadPoolExecutor(max_workers=1 if self._chat.place.here else _PARALLEL) as pool:
            due = [
                pool.submit(self._answered, reading, draw)
                for reading in readings
                for draw in range(DRAWS)
            ]
            try:
                for number, one in enumerate(as_completed(due), start=1):
                    one.result()
                    rate = (time.monotonic() - started) / number
                    progress(Progress(number, total, rate * (total - number)))
            finally:
                pool.shutdown(cancel_futures=True)
        verdicts = [one.result() for one in due]
        return [verdicts[start : start + DRAWS] for start in range(0, total, DRAWS)]

    def _answered(self, reading: Reading, draw: int) -> Verdict | Unusable:
        try:
            verdict = self._settled(reading, draw, self._chat.ask)
        except Refused as refusal:
            return Unusable("refused", str(refusal))
        assert verdict is not None, "a model that is asked replies"
        return verdict

    def _settled(
        self,
        reading: Reading,
        draw: int,
        ask: Callable[[Sequence[Message], int], str | None],
    ) -> Verdict | Unusable | None:
        """The verdict, after one more try where the first can't be used; None without a reply."""
        messages = reading.messages
        texts = judge_texts(reading.language)
        for _ in range(_TRIES):
            reply = ask(messages, draw)
            if reply is None:
                return None
            found = read_verdict(reply, reading)
            if not isinstance(found, Unusable):
                break
            again = texts["prompt"]["again"].format(problem=self._problem(found, texts))
            messages = (*messages, ("ai", reply), ("human", again))
        return found

    def _score(self, case: str, metric: str, drawn: Sequence[Verdict | Unusable]) -> Score:
        texts = self._texts["scores"]
        for place, verdict in enumerate(drawn, start=1):
            if isinstance(verdict, Unusable):
                problem = self._problem(verdict, self._texts)
                said = texts["unusable"].format(draw=place, draws=len(drawn), problem=problem)
                return failed(case, metric, said)
        marked = [verdict for verdict in drawn if isinstance(verdict, Mark)]
        marks = [verdict.mark for verdict in marked]
        mean = sum(marks) / len(marks)
        spread = texts["spread"].format(
            marks=", ".join(str(mark) for mark in marks),
            mean=f"{mean:.1f}".replace(".", texts["decimals"]),
            low=min(marks),
            high=max(marks),
        )
        said = dict.fromkeys(texts["verdict"].format(**vars(verdict)) for verdict in marked)
        return scored(case, metric, (mean - WORST) / (BEST - WORST), spread, *said)

    @staticmethod
    def _problem(unusable: Unusable, texts: Mapping[str, Any]) -> str:
        return str(texts["problems"][unusable.problem].format(detail=unusable.detail))


def usable_in_gate(judge_vs_people: Agreement, people: Agreement) -> bool:
    """Whether a judge may decide in a gate: it agrees with people at least as they do themselves.

    Never where either agreement is unknown.
    """
    if judge_vs_people.value is None or people.value is None:
        return False
    return judge_vs_people.value >= people.value
