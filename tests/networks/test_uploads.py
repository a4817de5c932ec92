"""Files on their way in: refused before they are read, and under their name only once whole."""

import os
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from networks import uploads
from networks.domain.access import Role
from networks.uploads import WholeFileStorage
from tests.factories.networks import network_of_trusts, person


@pytest.fixture
def storage(tmp_path) -> WholeFileStorage:
    return WholeFileStorage(location=tmp_path)


def names(storage: WholeFileStorage) -> list[str]:
    return sorted(os.listdir(storage.location))


def read(storage: WholeFileStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return bytes(file.read())


@pytest.mark.django_db
def test_a_request_far_too_large_is_refused_before_it_is_read(settings, monkeypatch):
    settings.UPLOAD_MAX_BYTES = 1_000
    monkeypatch.setattr(uploads, "LENIENCE_BYTES", 1_000)
    client = Client()
    address = reverse("account_login")
    response = client.post(address, {"login": "x" * 2_500})
    assert response.status_code == 413
    text = response.content.decode()
    assert "The file is too large" in text
    assert "Nothing was saved" in text
    assert "Content-Security-Policy" in response.headers
    assert client.post(address, {"login": "x" * 1_500}).status_code == 200


@pytest.mark.django_db
def test_a_file_a_little_too_large_is_refused_by_its_form(settings, client):
    settings.UPLOAD_MAX_BYTES = 1_000
    client.force_login(person(Role.EQUIPMENT_MANAGER, network_of_trusts("Ash")["Ash"]))
    response = client.post(reverse("import_new"), {"file": ContentFile(b"x" * 1_200, name="fleet.csv")})
    assert response.status_code == 200
    assert "the largest taken is" in response.content.decode()


def test_a_file_is_there_once_it_is_whole(storage):
    assert storage.save("a.pdf", ContentFile(b"whole")) == "a.pdf"
    assert read(storage, "a.pdf") == b"whole"
    assert names(storage) == ["a.pdf"]


def test_writing_that_is_cut_short_leaves_nothing_under_the_name(storage):
    class Killed(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Any:
            yield b"half"
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage.save("a.pdf", Killed(b"whole"))
    assert names(storage) == []
    assert storage.save("a.pdf", ContentFile(b"whole")) == "a.pdf"


def test_of_two_files_that_come_to_one_name_each_keeps_its_own(storage, monkeypatch):
    storage.save("upload", ContentFile(b"first"))
    # As if the other had not been there yet when the name was looked for.
    first = iter(["upload"])
    found = storage.get_available_name
    monkeypatch.setattr(
        storage, "get_available_name", lambda name, **more: next(first, None) or found(name, **more)
    )
    second = storage.save("upload", ContentFile(b"second"))
    assert second != "upload"
    assert (read(storage, "upload"), read(storage, second)) == (b"first", b"second")
    assert len(names(storage)) == 2
