"""Plots are well-formed SVG that says its figures in words, whatever the rows hold."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from evals.plots import differences, dots_with_intervals, escaped, lines

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'Ü <script>alert("1")</script> & \x00\x08\ud800 \' ]]>'


def parsed(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title" and root[0].text
    assert root[1].tag == f"{SVG}desc"
    assert "nan" not in svg.lower() and "inf" not in svg.lower()
    return root


def circles(root: ElementTree.Element) -> list[float]:
    return [float(circle.get("cx") or "") for circle in root.iter(f"{SVG}circle")]


def texts(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_a_dot_stands_where_its_value_is_and_says_so():
    rows = [("None", 0.0, 0.0, 0.2, 5), ("Half", 0.5, 0.3, 0.7, 8), ("All", 1.0, 0.8, 1.0, 9)]
    root = parsed(dots_with_intervals(rows, title="Points"))
    none, half, whole = circles(root)
    assert half == pytest.approx((none + whole) / 2)
    assert none < half < whole
    assert {"Half", "0.50", "n 8"} <= set(texts(root))
    assert root[1].text == (
        "None: 0.00 (0.00 … 0.20), n 5; Half: 0.50 (0.30 … 0.70), n 8; All: 1.00 (0.80 … 1.00), n 9"
    )


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_a_figure_that_is_none_gets_a_dash_and_no_dot(value: float | None):
    root = parsed(dots_with_intervals([("Nothing", value, None, None, 0)], title="Points"))
    assert circles(root) == []
    assert {"–", "n 0"} <= set(texts(root))


def test_a_value_without_an_interval_is_a_dot_alone():
    plot = dots_with_intervals([("One", 0.5, None, None, 1)], title="Points")
    assert len(circles(parsed(plot))) == 1
    assert "stroke-linecap" not in plot


def test_what_lies_outside_the_axis_is_drawn_at_its_edge():
    rows = [("Low", -3.0, -9.0, -1.0, 1), ("High", 7.0, 5.0, 9.0, 1), ("End", 1.0, 1.0, 1.0, 1)]
    low, high, end = circles(parsed(dots_with_intervals(rows, title="Points")))
    assert low < high == end


def test_differences_stand_either_side_of_zero_and_are_filled_when_it_is_left_out():
    rows = [("Up", 0.2, 0.1, 0.3, 9), ("Down", -0.2, -0.3, -0.1, 9), ("Unsure", 0.1, -0.1, 0.3, 9)]
    plot = differences(rows, title="Change")
    up, down, _ = circles(parsed(plot))
    middle = (up + down) / 2
    assert f'x1="{middle:g}"' in plot, "there is a line at zero"
    fills = [c.get("fill") or "" for c in parsed(plot).iter(f"{SVG}circle")]
    assert ["ground" in fill for fill in fills] == [False, False, True]


def test_differences_of_nothing_are_drawn_too():
    assert "Same" in texts(parsed(differences([("Same", 0.0, 0.0, 0.0, 4)], title="Change")))
    assert "Change" in differences([], title="Change")


def test_a_long_label_is_cut_in_its_middle_and_still_there_whole():
    label = "A very long name of a kind of case · de"
    plot = dots_with_intervals([(label, 0.5, 0.4, 0.6, 3)], title="Points")
    shown = next(text for text in texts(parsed(plot)) if "…" in text)
    assert shown.startswith("A very") and shown.endswith("· de")
    assert f"<title>{label}</title>" in plot


def test_hostile_labels_stay_text():
    for plot in (
        dots_with_intervals([(HOSTILE, 0.5, 0.4, 0.6, 3)], title=HOSTILE),
        differences([(HOSTILE, 0.5, 0.4, 0.6, 3)], title=HOSTILE),
        lines({HOSTILE: [(0, 1), (1, 0)]}, title=HOSTILE, x_label=HOSTILE, y_label=HOSTILE),
    ):
        root = parsed(plot)
        assert list(root.iter(f"{SVG}script")) == []
        assert "alert(" in (root[0].text or "")


def test_lines_draw_every_series_with_a_name_and_end_at_the_last_step():
    series = {"loss": [(step, 1 / (step + 1)) for step in range(5000)], "held out": [(0, 1.0)]}
    root = parsed(lines(series, title="Loss", x_label="step"))
    drawn = [line.get("points", "").split() for line in root.iter(f"{SVG}polyline")]
    assert [len(points) <= 401 for points in drawn] == [True, True]
    assert {"loss", "held out", "step"} <= set(texts(root))
    rightmost = max(float(point.split(",")[0]) for point in drawn[0])
    assert float(drawn[0][-1].split(",")[0]) == rightmost
    dashes = {line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")}
    assert len(dashes) == 2, "told apart without colour"


@pytest.mark.parametrize(
    "points", [[], [(0, math.nan)], [(3, 2.0)], [(0, 1.0), (1, math.inf), (2, 1.0)]]
)
def test_lines_take_what_a_training_can_bring(points: list[tuple[float, float]]):
    drawn = lines({"loss": points}, title="Loss")
    assert "loss" in texts(parsed(drawn))
    assert "nan" not in drawn and "inf" not in drawn


def test_a_plot_loads_nothing():
    plot = lines({"a": [(0, 1), (1, 2)]}, title="t") + dots_with_intervals([], title="t")
    assert "href" not in plot and "url(" not in plot and "@import" not in plot


def test_escaped_text_fits_an_attribute():
    assert escaped("<a href=\"x\" title='y'>&") == (
        "&lt;a href=&quot;x&quot; title=&#x27;y&#x27;&gt;&amp;"
    )
