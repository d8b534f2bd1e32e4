"""Plots as SVG text, drawn here: they stand in a page or a file of their own and load nothing.

Colours come from the page (``currentColor`` and ``--plot-…`` variables), so a plot reads in light
and dark. A plot is 420 units wide with letters of 13, which a narrow phone still shows legibly.
Every plot says its title and its figures in words too, for people who don't see it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.words import storable

Row = tuple[str, float | None, float | None, float | None, int]
"""What a line of a plot shows: label, value, low and high end of its interval, and n."""

WIDTH = 420
_LETTER = 6.8
"""About how wide a letter of size 13 is; only decides where a label is cut."""
_LABEL_END, _PLOT_FROM, _PLOT_TO, _VALUE_AT = 150, 164, 306, 372
_TOP, _ROW, _AXIS = 10, 28, 26
_MOST_POINTS = 400
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_STYLE = (
    ".tandem-lines{color:#2a2622}.tandem-lines .s0{stroke:#2f6a5c}.tandem-lines .s1{stroke:#b4532a}"
    ".tandem-lines .s2{stroke:#4a5fa5}.tandem-lines .s3{stroke:#8a6a1f}"
    "@media (prefers-color-scheme:dark){.tandem-lines{color:#ece6de}"
    ".tandem-lines .s0{stroke:#86c5b2}.tandem-lines .s1{stroke:#eb9a74}"
    ".tandem-lines .s2{stroke:#9fb0ec}.tandem-lines .s3{stroke:#dcb860}}"
)
_DASHES = ("", "7 3", "2 3", "9 3 2 3")


def printable(text: str) -> str:
    """Text without the characters that neither HTML nor XML may hold."""
    return _UNPRINTABLE.sub("", storable(text))


def escaped(text: object) -> str:
    """Text fit for HTML and XML, inside an element or an attribute."""
    return escape(printable(str(text)))


def dots_with_intervals(
    rows: Sequence[Row],
    low: float = 0.0,
    high: float = 1.0,
    *,
    title: str,
    show: Callable[[float], str] = "{:.2f}".format,
) -> str:
    """One row a figure: the value as a dot, its interval as a line, both and n in writing.

    What lies outside of `low` to `high` is drawn at the edge. A value of None gets a dash and no
    dot. `show` writes values, on the axis too.
    """
    return _rows_plot(rows, _Axis(low, high, _PLOT_FROM, _PLOT_TO), None, title, show)


def differences(
    rows: Sequence[Row],
    *,
    title: str,
    show: Callable[[float], str] = "{:+.2f}".format,
) -> str:
    """Differences around zero; a dot is filled where the interval leaves zero out."""
    ends = [abs(end) for row in rows for end in row[1:4] if end and _finite(end)]
    bound = _round_up(max(ends, default=0.0))
    axis = _Axis(-bound, bound, _PLOT_FROM, _PLOT_TO)
    return _rows_plot(rows, axis, 0.0, title, show)


def lines(
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
) -> str:
    """Named series of (x, y) as lines, told apart by colour and dashes; fit for a file of its own.

    Points that are no finite numbers are left out; a long series is thinned to about 400 points,
    its last one kept.
    """
    shown = {name: _thinned([p for p in points if all(map(_finite, p))]) for name, points in
             series.items()}  # fmt: skip
    points = [point for found in shown.values() for point in found]
    top = _TOP + 18 * len(shown) + 22
    across = _Axis(*_span([x for x, _ in points]), 48, WIDTH - 12)
    upward = _Axis(*_span([y for _, y in points]), top + 200, top)
    parts = [*_grid_lines(across, upward), *_axis_names(x_label, y_label, top)]
    for place, (name, found) in enumerate(shown.items()):
        parts += _series(place, name, found, across, upward)
    about = "; ".join(
        f"{name}: {found[0][1]:.4g} → {found[-1][1]:.4g} ({found[0][0]:g} → {found[-1][0]:g})"
        for name, found in shown.items()
        if found
    )
    body = f"<style>{_STYLE}</style>" + "".join(parts)
    return _svg("tandem-lines", top + 200 + 44, title, about, body)


@dataclass(frozen=True)
class _Axis:
    """Where a value lies between two places of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.start + min(1.0, max(0.0, part)) * (self.end - self.start), 1)


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _svg(name: str, height: float, title: str, about: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img" width="{WIDTH}"'
        f' height="{height:g}" viewBox="0 0 {WIDTH} {height:g}" font-size="13"'
        f' font-family="system-ui, sans-serif"><title>{escaped(title)}</title>'
        f"<desc>{escaped(about)}</desc>{body}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", faint: bool = False) -> str:
    faintly = ' opacity=".7" font-size="12"' if faint else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="currentColor"{faintly}>'
        f"{escaped(text)}</text>"
    )


def _stroke(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {look}/>'


_FAINT = 'stroke="currentColor" stroke-opacity=".18"'
_STRONG = 'stroke="currentColor" stroke-opacity=".55"'
_DOT = "var(--plot-dot, #2f6a5c)"


# -- rows ----------------------------------------------------------------------------------------


def _rows_plot(
    rows: Sequence[Row],
    axis: _Axis,
    zero: float | None,
    title: str,
    show: Callable[[float], str],
) -> str:
    bottom = _TOP + _ROW * len(rows)
    parts = []
    for tick in (axis.low, (axis.low + axis.high) / 2, axis.high):
        look = _STRONG if tick == zero else _FAINT
        parts.append(_stroke(axis(tick), _TOP, axis(tick), bottom, look))
        parts.append(_text(axis(tick), bottom + 16, show(tick), "middle", faint=True))
    for place, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * (place + 0.5), axis, zero, show)
    about = "; ".join(_in_words(row, show) for row in rows)
    return _svg("tandem-plot", bottom + _AXIS, title, about, "".join(parts))


def _row(
    row: Row, y: float, axis: _Axis, zero: float | None, show: Callable[[float], str]
) -> Iterable[str]:
    label, value, low, high, n = row
    yield _label(label, y + 4)
    yield _text(WIDTH, y + 4, f"n {n}", "end", faint=True)
    if value is None or not _finite(value):
        yield _text(_VALUE_AT, y + 4, "–", "end")
        return
    yield _text(_VALUE_AT, y + 4, show(value), "end")
    apart = True
    if low is not None and high is not None and _finite(low) and _finite(high):
        apart = zero is None or low > zero or high < zero
        look = f'stroke="{_DOT}" stroke-width="3" stroke-linecap="round" stroke-opacity=".45"'
        yield _stroke(axis(low), y, axis(high), y, look)
    fill = _DOT if apart else "var(--plot-ground, #fff)"
    yield (
        f'<circle cx="{axis(value):g}" cy="{y:g}" r="4.5" fill="{fill}" stroke="{_DOT}"'
        ' stroke-width="2"/>'
    )


def _label(label: str, y: float) -> str:
    """The label, cut where the plot begins; a pointer held on it shows it whole."""
    most = int(_LABEL_END / _LETTER)
    if len(label) <= most:
        return _text(0, y, label)
    # The end tells twins apart, so the middle goes.
    cut = _text(0, y, f"{label[: most - 7].rstrip()}…{label[-6:]}")
    return f"<g><title>{escaped(label)}</title>{cut}</g>"


def _in_words(row: Row, show: Callable[[float], str]) -> str:
    label, value, low, high, n = row
    if value is None or not _finite(value):
        return f"{label}: –, n {n}"
    between = ""
    if low is not None and high is not None and _finite(low) and _finite(high):
        between = f" ({show(low)} … {show(high)})"
    return f"{label}: {show(value)}{between}, n {n}"


# -- lines ---------------------------------------------------------------------------------------


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    every = max(1, math.ceil(len(points) / _MOST_POINTS))
    kept = list(points[::every])
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Round ends around the values."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 0.5, high + 0.5
    step = _step(high - low)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _step(width: float) -> float:
    """A round distance of ticks, of which three to six fit."""
    size = 10.0 ** math.floor(math.log10(width / 3))
    return max(step for step in (size, 2 * size, 2.5 * size, 5 * size) if step <= width / 3)


def _round_up(value: float) -> float:
    """A round number not below the value; 0.1 at least, so that tiny differences look tiny."""
    if value <= 0.1:
        return 0.1
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _ticks(axis: _Axis) -> Iterable[float]:
    step = _step(axis.high - axis.low)
    count = round((axis.high - axis.low) / step)
    return (axis.low + place * step for place in range(count + 1))


def _grid_lines(across: _Axis, upward: _Axis) -> Iterable[str]:
    for tick in _ticks(upward):
        y = upward(tick)
        yield _stroke(across.start, y, across.end, y, _FAINT)
        yield _text(across.start - 6, y + 4, f"{tick:.4g}", "end", faint=True)
    for tick in _ticks(across):
        x = across(tick)
        anchor = "end" if x == across.end else "middle"
        yield _stroke(x, upward.start, x, upward.start + 4, _STRONG)
        yield _text(x, upward.start + 18, f"{tick:g}", anchor, faint=True)


def _axis_names(x_label: str, y_label: str, top: float) -> Iterable[str]:
    yield _text(WIDTH - 12, top + 200 + 36, x_label, "end", faint=True)
    yield _text(8, top - 8, y_label, faint=True)


def _series(
    place: int, name: str, points: Sequence[tuple[float, float]], across: _Axis, upward: _Axis
) -> Iterable[str]:
    dashes = _DASHES[place % len(_DASHES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    look = f'class="s{place % len(_DASHES)}" stroke-width="2"{dashed}'
    y = _TOP + 18 * place + 4
    yield _stroke(8, y, 38, y, look)
    yield _text(46, y + 4, name)
    path = " ".join(f"{across(x):g},{upward(value):g}" for x, value in points)
    if path:
        yield f'<polyline points="{path}" fill="none" stroke-linejoin="round" {look}/>'
