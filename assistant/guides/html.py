"""Web pages: the page's own text, without navigation, footers, banners and scripts.

lxml parses; nothing that the page names is ever fetched.
"""

from __future__ import annotations

import re
from typing import Any

from assistant.guides.draft import Draft
from assistant.guides.markup import BlockWriter
from assistant.guides.templates import split_front_matter, strip_templates
from assistant.guides.unreadable import unreadable

_ALWAYS_OUT = {"script", "style", "noscript", "template", "nav", "iframe", "form", "dialog"}
_ROLES_OUT = {
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
}
_NAMES_OUT = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|side-?bar|side-?menu|breadcrumbs?|toc|"
    r"table-of-contents|cookies?|consent|gdpr|site-?footer|footer|page-?footer|pager|pagination|"
    r"prev-?next|share|sharing|social|skip-?link|skip-?to|sr-only|visually-hidden|advert\w*|"
    r"edit-?(?:this-?)?page|comments|disqus|related-posts|newsletter)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTROL_LINE = re.compile(
    r"^\W*(?:edit (?:this page|on git\w+)|back to top|skip to (?:main )?content|"
    r"(?:next|previous|prev)(?: page)?|(?:next|prev(?:ious)?)\s*:.*|improve this page|"
    r"nach oben|zum (?:seiten)?anfang|seite bearbeiten|(?:weiter|zurück)(?: zur? .{0,30})?|"
    r"zum inhalt springen)\W*$",
    re.IGNORECASE,
)
_MAIN_SHARE = 0.3


def read(text: str) -> Draft:
    """Read a page (or a part of one, as site generators keep them)."""
    front, text = split_front_matter(text)
    page = parse(strip_templates(text))
    if page is None:
        raise unreadable("empty")
    title = page.findtext(".//title") or ""
    if _is_redirect(page):
        raise unreadable("empty", "This page only leads on to another one; add that one instead.")
    remove_boilerplate(page)
    blocks = BlockWriter().walk(_main_part(page))
    return Draft(
        blocks, title=front.title, asked=front.asked, property_title=" ".join(title.split())
    )


def parse(text: str) -> Any:
    """The tree of an HTML text, or None when there is none in it."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8")
    try:
        return lxml_html.document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None
    except etree.XMLSyntaxError as error:  # it recovers from any HTML, but not without memory
        raise MemoryError from error


def remove_boilerplate(page: Any) -> None:
    """Take out what surrounds a page's text: by element, role, name and visibility."""
    for element in list(page.iter()):
        if element.getparent() is not None and _is_boilerplate(element):
            element.drop_tree()


def _is_boilerplate(element: Any) -> bool:
    tag = element.tag
    if tag in _ALWAYS_OUT or element.get("role") in _ROLES_OUT:
        return True
    if (
        tag in {"body", "main", "article", "h1"}
        or next(element.iter("main", "article"), None) is not None
    ):
        return False
    if tag == "footer" or (tag == "header" and next(element.iter("h1"), None) is None):
        return not any(parent.tag == "article" for parent in element.iterancestors())
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN_STYLE.search(element.get("style") or ""):
        return True
    if tag in {"p", "a", "li", "span", "div"} and _is_control(element):
        return True
    if tag not in {"div", "section", "aside", "ul", "ol", "header", "p", "span", "a", "table"}:
        return False
    return bool(_NAMES_OUT.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _is_control(element: Any) -> bool:
    """A link to edit the page, to the next page or back to the top."""
    if element.tag != "a" and next(element.iter("a"), None) is None:
        return False
    return bool(_CONTROL_LINE.match(" ".join(element.text_content().split())[:80]))


def _main_part(page: Any) -> Any:
    """The element that holds the page's text: what says so itself, if it holds enough of it."""
    whole = len(page.text_content())
    body = page.find("body")
    for query in (".//main", ".//*[@role='main']", ".//article"):
        found = page.findall(query)
        if len(found) == 1 and len(found[0].text_content()) > _MAIN_SHARE * whole:
            return found[0]
    return body if body is not None else page


def _is_redirect(page: Any) -> bool:
    for meta in page.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh" and "url" in (
            meta.get("content") or ""
        ).lower():
            return True
    return False
