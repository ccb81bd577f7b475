"""A fault of ours: logged with a reference, and the person is given that reference."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from exigible.runtime import errors
from exigible.runtime.logs import configure


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("no such page")


urlpatterns = [path("broken", broken)]
handler500 = errors.server_error


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.MIDDLEWARE = []
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
def test_the_page_and_the_log_bear_the_same_reference(
    visitor: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXIGIBLE_LOG", "json")
    configure()
    answer = visitor.get("/broken", headers={"Accept": "text/html"})
    line = json.loads(next(line for line in capsys.readouterr().err.splitlines() if "fault" in line))
    assert answer.status_code == 500
    assert line["reference"] in answer.content.decode()
    assert line["path"] == "/broken"
    assert "ZeroDivisionError" in json.dumps(line)
    assert "no such page" not in answer.content.decode()


@pytest.mark.urls(__name__)
def test_a_program_gets_it_as_json_and_a_part_of_a_page_as_a_part(visitor: Client) -> None:
    document = visitor.get("/broken", headers={"Accept": "application/json"}).json()
    assert re.fullmatch(r"[0-9a-f]{8}", document["reference"])
    part = visitor.get("/broken", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<p role=")
