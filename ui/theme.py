"""How the page looks to Gradio: system fonts, warm neutrals, one accent.

The page's own colours and measures are in static/tandem.css; this theme only keeps Gradio's parts
from bringing their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.themes.base import Base

FONTS = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif")
MONO = ("ui-monospace", "Cascadia Mono", "Menlo", "Liberation Mono", "monospace")


def theme() -> Base:
    """The theme; every colour refers to a variable of tandem.css, so light and dark follow it."""
    from gradio.themes import Base
    from gradio.themes.utils import colors, sizes

    plain = Base(
        primary_hue=colors.stone,
        neutral_hue=colors.stone,
        spacing_size=sizes.spacing_md,
        radius_size=sizes.radius_md,
        text_size=sizes.text_md,
        font=FONTS,
        font_mono=MONO,
    )
    pairs = {
        "body_background_fill": "var(--ground)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--muted)",
        "background_fill_primary": "var(--surface)",
        "background_fill_secondary": "var(--ground)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "color_accent_soft": "var(--accent-soft)",
        "link_text_color": "var(--accent)",
        "block_background_fill": "transparent",
        "block_border_color": "transparent",
        "block_label_background_fill": "transparent",
        "input_background_fill": "var(--surface)",
        "input_border_color": "var(--line)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--muted)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-strong)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--surface)",
        "button_secondary_background_fill_hover": "var(--hover)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--line)",
    }
    both = pairs | {f"{name}_dark": value for name, value in pairs.items()}
    return plain.set(
        color_accent="var(--accent)",
        block_border_width="0px",
        block_shadow="none",
        block_padding="0",
        layout_gap="0",
        form_gap_width="0px",
        input_shadow="none",
        input_shadow_focus="none",
        **both,
    )
