"""Settings: where they come from, which one wins, and what a bad one says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from assistant.errors import SettingsError
from assistant.settings import (
    QUIET_SWITCHES,
    Contact,
    Settings,
    is_hub_id,
    load_settings,
    quiet,
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    """No variable, no tandem.toml, and a home of one's own."""
    for name in [*QUIET_SWITCHES, *os.environ]:
        if name.startswith("TANDEM_") or name in QUIET_SWITCHES:
            monkeypatch.delenv(name, raising=False)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "home"))


def write(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "tandem.toml").write_text(text, encoding="utf-8")


def test_without_anything_set_the_page_is_for_this_computer_only():
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.embedding_model == "built-in"


def test_the_default_home_is_the_users_data_folder(monkeypatch):
    monkeypatch.delenv("TANDEM_HOME")
    home = load_settings().home
    assert home.is_absolute()
    assert home.name == "tandem"


def test_an_argument_wins_over_a_variable_and_a_variable_over_the_files(monkeypatch, tmp_path):
    write(tmp_path / "home", "port = 1\nlanguage = 'de'\ncountry = 'AT'\nmax_file_mb = 7")
    write(tmp_path / "here", "port = 2\nlanguage = 'de'\ncountry = 'CH'")
    monkeypatch.setenv("TANDEM_PORT", "3")
    monkeypatch.setenv("TANDEM_LANGUAGE", "en")
    settings = load_settings(port=4)
    assert settings.port == 4
    assert settings.language == "en"
    assert settings.country == "CH"
    assert settings.max_file_mb == 7


def test_an_argument_that_is_none_was_not_given(monkeypatch):
    monkeypatch.setenv("TANDEM_PORT", "3")
    assert load_settings(port=None).port == 3


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("TANDEM_PORT", "")
    monkeypatch.setenv("TANDEM_HOME", "")
    assert load_settings().port == 7860
    assert load_settings().home.name == "tandem"


def test_the_home_given_as_an_argument_brings_its_own_file(tmp_path):
    write(tmp_path / "other", "country = 'UK'")
    assert load_settings(home=tmp_path / "other").country == "UK"
    assert Settings(home=str(tmp_path / "other")).country == "UK"


def test_the_home_named_in_the_current_folder_brings_its_own_file(monkeypatch, tmp_path):
    monkeypatch.delenv("TANDEM_HOME")
    write(tmp_path / "here", f"home = '{tmp_path / 'other'}'")
    write(tmp_path / "other", "country = 'UK'")
    settings = load_settings()
    assert settings.home == tmp_path / "other"
    assert settings.country == "UK"


def test_the_home_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("TANDEM_HOME", "somewhere")
    assert load_settings().home == tmp_path / "here" / "somewhere"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TANDEM_HOME", "~/mine")
    assert load_settings().home == tmp_path / "mine"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "eighty", "integer"),
        ("port", "70000", "65535"),
        ("language", "fr", "'en' or 'de'"),
        ("country", "Atlantis", "'AT'"),
        ("max_file_mb", "0", "1"),
        ("read_seconds", "-3", "1"),
    ],
)
def test_a_bad_value_is_named_with_what_it_may_be(monkeypatch, name, value, said):
    monkeypatch.setenv(f"TANDEM_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"TANDEM_{name.upper()} can't be used") as caught:
        load_settings()
    assert said in str(caught.value)


def test_a_bad_value_in_a_file_is_named_too(tmp_path):
    write(tmp_path / "home", "port = 'eighty'")
    with pytest.raises(SettingsError, match="TANDEM_PORT"):
        load_settings()


def test_a_misspelt_name_in_a_file_is_not_passed_over(tmp_path):
    write(tmp_path / "home", "prot = 8000")
    with pytest.raises(SettingsError, match=r"no setting 'prot'.* port,"):
        load_settings()


def test_contacts_are_tables_in_a_file(tmp_path):
    write(
        tmp_path / "home",
        "port = 1\n[[contacts]]\nname = ' Kim  Weber'\nreach = '030 1234567'\n"
        "[[contacts]]\nname = 'Alex'\nreach = 'alex@example.org'\nhours = '9 to 17'\n"
        "languages = ['Deutsch', 'Türkçe', ' ']",
    )
    kim, alex = load_settings().contacts
    assert kim == Contact(name="Kim Weber", reach="030 1234567")
    assert alex.languages == ("Deutsch", "Türkçe")
    assert alex.told == "9 to 17; Deutsch, Türkçe"
    assert load_settings().port == 1


def test_contacts_are_json_in_a_variable(monkeypatch, tmp_path):
    write(tmp_path / "home", "[[contacts]]\nname = 'Kim'\nreach = '1'")
    monkeypatch.setenv("TANDEM_CONTACTS", '[{"name": "Alex", "reach": "2"}]')
    assert [contact.name for contact in load_settings().contacts] == ["Alex"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 1\n[[contacts]]\nname = 'Kim'\nreach = ''", "line 4, contact 1.* reach: .*empty"),
        ("[[contacts]]\nname = 'Kim'", "line 1, contact 1.* reach: .*missing"),
        ("[[contacts]]\nname = 'a'\nreach = '1'\n\n[[contacts]]\nreach = '2'\nname = 5",
         "line 7, contact 2.* name: write it in quotes"),
        ("[[contacts]]\nname = 'a'\nreach = '1'\nphone = '2'", "line 4, contact 1.* phone: "),
        ("[[contacts]]\nname = 'a'\nreach = '1'\nport = 8000", "line 4, contact 1.* port: "),
        ("[[contacts]]\nname = 'a'\nreach = '" + "1" * 121 + "'", "line 3.* longer than 120"),
        ("port = 1\ncontacts = 'Kim'", "line 2 .*list"),
        ("[[contacts]]\nname = 'a'\nreach = '1'\nlanguages = 'de'", "line 4.*list"),
    ],
)  # fmt: skip
def test_a_wrong_contact_is_named_with_its_line(tmp_path, text, said):
    write(tmp_path / "home", text)
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings()
    assert str(tmp_path / "home" / "tandem.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('[{"name": "Kim"}]', "TANDEM_CONTACTS, contact 1 .*reach: it is missing"),
        ('[{"name": "Kim"', "TANDEM_CONTACTS can't be used: it is not JSON"),
        ("5", "TANDEM_CONTACTS can't be used: .*list"),
    ],
)
def test_wrong_contacts_in_a_variable_are_named(monkeypatch, value, said):
    monkeypatch.setenv("TANDEM_CONTACTS", value)
    with pytest.raises(SettingsError, match=said):
        load_settings()


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe\x00"])
def test_a_file_that_is_no_toml_is_named(tmp_path, content):
    write(tmp_path / "home", "")
    file = tmp_path / "home" / "tandem.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(file) in str(caught.value)


def test_a_home_of_nobody_is_a_settings_error(monkeypatch):
    monkeypatch.setenv("TANDEM_HOME", "~nobody-of-that-name/tandem")
    with pytest.raises(SettingsError, match="~nobody-of-that-name"):
        load_settings()


@pytest.mark.parametrize("name", ["plain", "with space", "a?b#c%41", "ümlaut"])
def test_the_database_lies_in_the_home_folder_whatever_its_name(tmp_path, name):
    settings = load_settings(home=tmp_path / name)
    assert make_url(settings.database).database == str(tmp_path / name / "tandem.db")


def test_another_database_can_be_named(monkeypatch):
    monkeypatch.setenv("TANDEM_DATABASE_URL", "postgresql://db/tandem")
    assert load_settings().database == "postgresql://db/tandem"


@pytest.mark.parametrize(
    ("model", "hub"),
    [
        ("built-in", False),
        (".", False),
        ("/no/such/folder", False),
        ("./no-such-folder", False),
        ("~/no-such-folder", False),
        ("C:\\no\\such\\folder", False),
        ("intfloat/multilingual-e5-small", True),
        ("all-MiniLM-L6-v2", True),
    ],
)
def test_only_a_hub_id_is_taken_for_one(model, hub):
    assert is_hub_id(model) is hub


def test_telemetry_is_off_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    quiet(load_settings())
    assert {name: os.environ[name] for name in QUIET_SWITCHES} == QUIET_SWITCHES


def test_the_network_is_allowed_only_for_a_hub_model(monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    quiet(load_settings())
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    quiet(load_settings(embedding_model="intfloat/multilingual-e5-small"))
    assert os.environ["HF_HUB_OFFLINE"] == "0"
