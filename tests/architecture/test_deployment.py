"""The image and the composition of services name what exists, and set what the settings accept."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from app.settings import Settings, load
from tests.architecture.sources import ROOT

_GIVEN = {"SECRET_KEY": "a" * 48, "DATABASE_PASSWORD": "d" * 24}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    composition: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return composition


@pytest.fixture(scope="module")
def steps() -> list[list[str]]:
    """The Dockerfile's instructions, each as its words."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def interpolated(text: str) -> str:
    """As docker compose fills in `${NAME:-default}` and `${NAME:?message}` when only the secrets are given."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if kind == ":?":
            return _GIVEN[name]
        assert kind == ":-", f"{name} has neither a default nor a message"
        return str(rest)

    return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", fill, text)


def test_services_of_the_whole_product_are_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"proxy", "app", "migrate", "postgres", "valkey", "mail"}
    assert services["app"]["deploy"]["replicas"] == 2
    assert "app" in services["proxy"]["depends_on"]
    assert services["app"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["command"] == ["migrate"]


def test_services_refer_to_each_other_and_to_files_that_exist(compose: dict[str, Any]) -> None:
    services, volumes = compose["services"], compose["volumes"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in volumes, mount
    for service in (services["app"], services["migrate"]):
        assert (ROOT / service["build"] / "Dockerfile").is_file()


def test_who_waits_for_health_waits_for_something_that_tells_it(
    compose: dict[str, Any], steps: list[list[str]]
) -> None:
    has_own = any(step[0] == "HEALTHCHECK" for step in steps)
    for service in compose["services"].values():
        for awaited, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][awaited] or (awaited == "app" and has_own), awaited


def test_settings_of_the_services_are_accepted(compose: dict[str, Any]) -> None:
    given = {name: interpolated(value) for name, value in compose["services"]["app"]["environment"].items()}
    settings = load({**given, "VERKSTAD_DATA_DIR": "/var/lib/verkstad"})
    known = {f"VERKSTAD_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert set(given) <= known
    assert settings.database_url == f"postgresql://verkstad:{_GIVEN['DATABASE_PASSWORD']}@postgres/verkstad"
    assert not settings.demo
    for url in (settings.redis_url, settings.smtp_url, settings.database_url):
        assert urlsplit(url).hostname in compose["services"], url
    assert interpolated(compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"]) in settings.database_url


def test_examples_of_the_environment_are_what_compose_reads(compose: dict[str, Any]) -> None:
    offered = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    read = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert offered == read


def test_servers_believe_only_the_proxy(compose: dict[str, Any]) -> None:
    subnet = compose["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert compose["services"]["app"]["environment"]["VERKSTAD_TRUSTED_PROXIES"] == subnet
    assert "ports" not in compose["services"]["app"], "the servers are reached through the proxy only"


def test_image_is_built_from_files_that_exist_and_are_sent(steps: list[list[str]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    for step in steps:
        if step[0] != "COPY" or any(word.startswith("--from") for word in step):
            continue
        for source in step[1:-1]:
            assert (ROOT / source).exists(), source
            assert Path(source).parts[0] in sent, f"{source} is kept out by .dockerignore"


def test_image_has_a_front_end_stage_and_runs_as_nobody_in_particular(steps: list[list[str]]) -> None:
    stages = [step[-1] for step in steps if step[0] == "FROM" and "AS" in step]
    assert stages == ["frontend", "packages"]
    last = steps[max(i for i, step in enumerate(steps) if step[0] == "FROM") :]
    users = [step[1] for step in last if step[0] == "USER"]
    assert users == ["verkstad"]
    assert not any("npm" in step or "pip" in " ".join(step) for step in last)


def test_image_serves_with_the_python_that_the_locks_are_made_for(steps: list[list[str]]) -> None:
    images = {step[1] for step in steps if step[0] == "FROM" and step[1].startswith("python:")}
    assert len(images) == 1
    version = tuple(int(part) for part in images.pop().removeprefix("python:").split("-")[0].split("."))
    assert (3, 11) <= version <= (3, 13)


def test_proxy_passes_events_on_at_once_and_finds_every_server() -> None:
    text = (ROOT / "deploy/Caddyfile").read_text()
    assert "flush_interval -1" in text
    assert re.search(r"dynamic a \{\$UPSTREAM_HOST:app\} \{\$UPSTREAM_PORT:8000\}", text)


def test_proxy_keeps_the_metrics_from_the_world() -> None:
    assert "respond /metrics 404" in (ROOT / "deploy/Caddyfile").read_text()
