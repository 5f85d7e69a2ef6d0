"""The Swedish catalog is a complete translation of what the code and the templates say."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from tests.architecture.sources import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """bin/catalog.py, which is a command and no package."""
    spec = importlib.util.spec_from_file_location("catalog", ROOT / "bin" / "catalog.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalog"] = module
    spec.loader.exec_module(module)
    return module


def test_swedish_is_complete(tool: ModuleType) -> None:
    faults = sorted(map(str, tool.faults(tool.extract(), tool.read(tool.SWEDISH))))
    assert not faults, "make catalog adds what is missing, untranslated:\n" + "\n".join(faults)


def test_faults_of_a_catalog_are_noticed(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "web" / "templates" / "page.html").write_text(
        '{{ _("Sign in") }} {{ _("Hello {name}", name="Astrid") }} {{ ngettext("{n} demand", "{n} demands", 2) }}'
    )
    (tmp_path / "web" / "words.py").write_text('N_("Only in code")\n_("Said well")\n')
    used = tool.extract(tmp_path)
    assert set(used) == {"Sign in", "Hello {name}", ("{n} demand", "{n} demands"), "Only in code", "Said well"}

    catalog = Catalog(locale="sv")
    catalog.add("Said well", "Väl sagt")
    catalog.add("Hello {name}", "Hej {namn}")
    catalog.add(("{n} demand", "{n} demands"), ("en att-sats", "{n} att-satser"))
    catalog.add("Only in code", "Bara i koden", flags=["fuzzy"])
    catalog.add("Left over", "Kvarglömd")
    found = {(fault.msgid, fault.what.partition(" in ")[0]) for fault in tool.faults(used, catalog)}
    assert found == {
        ("Sign in", "is not translated"),
        ("Hello {name}", "its placeholders differ"),
        ("Only in code", "is fuzzy"),
        ("Left over", "is not used any more"),
    }


def test_update_takes_translations_and_drops_what_is_unused(tool: ModuleType) -> None:
    catalog, fragment = Catalog(locale="sv"), Catalog(locale="sv")
    catalog.add("Left over", "Kvarglömd")
    catalog.add("Write", "Skriv")
    fragment.add("Sign in", "Logga in")
    fragment.add("Write", "Knacka")
    updated = tool.update({"Sign in": "x", "Write": "x", "New": "x"}, catalog, [fragment])
    assert {message.id: message.string for message in updated if message.id} == {
        "Sign in": "Logga in",
        "Write": "Skriv",
        "New": "",
    }
