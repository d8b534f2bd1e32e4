"""The project's own rules: who may import whom, what loads when, and what must be written down."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import ui.cli
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("ui", "evals", "assistant", "prompts", "knowledge")
"""In the order of the arrows: each may import itself and those after it."""

SCREENS = {"fastapi", "gradio", "rich", "starlette", "typer", "uvicorn"}
HEAVY = {
    "bm25s", "chromadb", "docx", "gradio", "langchain", "langchain_core", "langchain_huggingface",
    "lxml", "numpy", "odfdo", "pptx", "py3langid", "pypdf", "sentence_transformers", "sentencex",
    "tokenizers", "torch", "transformers",
}  # fmt: skip

MEETING_PLACES = {"app", "conversation", "conversations", "library"}
"""Modules of `assistant` that join its parts; the parts don't know them."""

SIDEWAYS = {
    ("answering", "retrieval.passage"): "an answer cites passages",
    ("answering", "retrieval.closeness"): "the type of what the weigh function returns",
    ("answering", "retrieval.fusion"): "one measure of near-identical text, for both",
    ("answering", "safety.concern"): "an answer carries the concern",
    ("answering", "guides.audience"): "an answer is led by a guide that speaks to whoever asks",
    ("retrieval", "guides.chunking"): "BM25 indexes the heading line that the encoder reads",
    ("retrieval", "store.catalogue"): "the database says what is indexed",
    ("retrieval", "store.tables"): "a passage is made from its rows",
    ("retrieval", "store.vectors"): "the database holds every vector",
}
"""The imports between siblings of `assistant` that are real, each with its reason."""


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        yield ".".join(file.relative_to(ROOT).with_suffix("").parts), file


@cache
def imported(file: Path) -> frozenset[str]:
    """Full names of what a file imports, wherever in it; `from a import b` gives a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names.add(str(node.module))
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(file)}


# -- arrows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_one_way(package):
    above = {*PACKAGES[: PACKAGES.index(package)], "tests"}
    wrong = {name: found for name, file in modules(package) if (found := roots(file) & above)}
    assert wrong == {}


def test_prompts_and_knowledge_are_data_only():
    for package in ("prompts", "knowledge"):
        assert [file.name for _, file in modules(package)] == ["__init__.py"]
        assert roots(ROOT / package / "__init__.py") == set()


def test_the_library_knows_no_screen():
    wrong = {name: found for name, file in modules("assistant") if (found := roots(file) & SCREENS)}
    assert wrong == {}


def test_siblings_meet_only_where_the_design_says():
    parts = {place.name for place in (ROOT / "assistant").iterdir() if place.is_dir()}
    seen = set()
    for name, file in modules("assistant"):
        _, part, *inside = name.split(".")
        # Planning is a place where the siblings meet; none of them may know it.
        if not inside or part not in parts or part == "planning":
            continue
        for target in imported(file):
            package, _, rest = target.partition(".")
            other = rest.split(".")[0]
            if package != "assistant" or other == part:
                continue
            assert other not in MEETING_PLACES, f"{name} imports {target}"
            if other in parts:
                seen.add((part, ".".join(rest.split(".")[:2])))
    assert seen == SIDEWAYS.keys()


def test_names_of_files_come_from_the_glossary_not_from_habit():
    vague = {"utils", "util", "helpers", "helper", "manager", "service", "base", "common", "misc"}
    named = {name.split(".")[-1] for package in PACKAGES for name, _ in modules(package)}
    assert named & vague == set()


# -- importing does nothing --------------------------------------------------------------------


def loaded_by(program: str) -> set[str]:
    """Top-level modules in memory after a program has run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('loaded', *sys.modules)"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_importing_the_library_costs_nothing():
    assert not loaded_by("import assistant") & {*HEAVY, *SCREENS, "pydantic", "sqlalchemy", "yaml"}


def test_help_loads_nothing_but_the_command_line():
    program = (
        "import sys\nfrom ui.cli import main\nsys.argv = ['tandem', '--help']\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code"
    )
    ours = {"assistant", "pydantic", "sqlalchemy", "yaml"}
    assert not loaded_by(program) & (HEAVY | (SCREENS - {"typer"}) | (ours - {"assistant"}))


def test_no_module_loads_anything_heavy():
    names = [name for package in PACKAGES for name, _ in modules(package)]
    program = "\n".join(f"import {name}" for name in names if ".migrations" not in name)
    assert not loaded_by(program) & HEAVY


# -- what must be written down -----------------------------------------------------------------


@cache
def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def docs() -> str:
    listed = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in listed)


def commands() -> dict[str, set[str]]:
    """Each command of `tandem` with its options, `--help` left out."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, name: str) -> None:
        for word, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {word}")
        if not getattr(command, "commands", None):
            options = {text for option in command.params for text in option.opts}
            found[name] = {text for text in options if text.startswith("--")} - {"--help"}

    walk(typer.main.get_command(ui.cli.app), "tandem")
    return found


def test_every_command_and_option_is_documented():
    missing = [name for name in commands() if name not in docs()]
    missing += [option for options in commands().values() for option in options - words(docs())]
    assert missing == []


def test_the_docs_name_no_command_or_option_that_is_not_there():
    inner = {name.split()[1] for name in commands()}
    named = re.findall(r"^ *tandem ([a-z]+)|`tandem ([a-z]+)", docs(), re.MULTILINE)
    assert {one or other for one, other in named} <= inner
    known = {option for options in commands().values() for option in options}
    others = {"--help", "--json", "--data", "--show", "--home", "--no-deps", "--no-baseline"}
    others |= {"--general", "--newest"}  # of commands that train
    assert {word for word in words(docs()) if word.startswith("--")} <= known | others


def test_every_setting_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `(TANDEM_[A-Z_]+)` \| (.*)$", docs(), re.MULTILINE))
    assert rows.keys() == {f"TANDEM_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default_factory is None and field.default != "":
            assert f"`{field.default}`" in rows[f"TANDEM_{name.upper()}"]


def words(text: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", text))


def test_every_link_of_the_readme_leads_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", read("README.md"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_changelog_has_this_version():
    assert f"## {project()['version']}" in read("CHANGELOG.md")


def test_the_licence_is_the_one_that_is_declared():
    assert project()["license"] == "Apache-2.0"
    assert read("LICENSE").split()[:4] == ["Apache", "License", "Version", "2.0,"]


# -- dependencies ------------------------------------------------------------------------------


@cache
def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))["project"]


def requirements() -> dict[str, str]:
    """The version that pyproject.toml asks for, "" for any, by normalised name."""
    listed = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
    found = (re.match(r"([\w.-]+)(?:\[[^\]]*\])?(.*)", line) for line in listed)
    return {normal(match.group(1)): match.group(2) for match in found if match}


def pinned() -> dict[str, str]:
    lines = re.findall(r"^([\w.-]+)==([^\s;]+)", read("requirements.lock"), re.MULTILINE)
    return {normal(name): version for name, version in lines}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned():
    assert requirements().keys() - pinned().keys() == set()
    for name, wanted in requirements().items():
        if wanted.startswith("=="):
            assert pinned()[name] == wanted[2:], name


def test_every_dependency_has_its_reason():
    reasons = {
        normal(name)
        for names in re.findall(r"^\| (`.*?`) \| .+ \|$", read("DECISIONS.md"), re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    }
    assert requirements().keys() - reasons == set()
    assert reasons - requirements().keys() == set()


# -- data --------------------------------------------------------------------------------------


def keys(value: Any, above: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {above}
    return {key for name, inner in value.items() for key in keys(inner, f"{above}/{name}")}


def test_both_languages_have_the_same_replies():
    english, german = (
        yaml.safe_load(read(f"prompts/replies/{language}.yaml")) for language in ("en", "de")
    )
    assert keys(english) == keys(german)


def test_replies_take_the_same_names_in_both_languages():
    fields = [
        re.findall(r"\{(\w+)\}", read(f"prompts/replies/{language}.yaml"))
        for language in ("en", "de")
    ]
    assert sorted(fields[0]) == sorted(fields[1])


@pytest.mark.parametrize(
    ("name", "pattern"), yaml.safe_load(read("knowledge/intents.yaml")).items()
)
def test_a_pattern_of_the_intents_compiles(name, pattern):
    assert re.compile(pattern), name
    assert pattern == pattern.lower() or re.search(r"\\[A-Z]", pattern), "matched in lower case"
