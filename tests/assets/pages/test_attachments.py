import io
import zipfile

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.actions.attachments import add_attachment, remove_attachment
from assets.imports.attachment_file import MOST_BYTES, NotTaken, clean_name, content_type_of
from assets.models import Attachment
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts, person
from tests.sweeps.reading import body

PDF = b"%PDF-1.7\n%some bytes"
MAIL = b"From: a@example.org\r\nSubject: Contract\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nHello"


def office(part: str, *more: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return target.getvalue()


GOOD = {
    "a.pdf": PDF,
    "A.PDF": PDF,
    "a.png": b"\x89PNG\r\n\x1a\n....",
    "a.jpg": b"\xff\xd8\xff\xe0....",
    "a.jpeg": b"\xff\xd8\xff\xe0....",
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.txt": "Prüfbericht £5".encode(),
    "latin.txt": "Prüfbericht £5".encode("cp1252"),
    "a.csv": b"a,b\r\n1,2",
    "a.eml": MAIL,
}
BAD = {
    "a.exe": (b"MZ\x90\x00\x03", "not a kind of file"),
    "a.pdf": (b"MZ\x90\x00\x03", "not a kind of file"),
    "a.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Rename it"),
    "a.html": (b"<script>alert(1)</script>", "Rename it"),
    "b.pdf": (b"\x89PNG\r\n\x1a\n....", "the file is .png"),
    "noending": (PDF, "the file is .pdf"),
    "a.xlsx": (office("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
    "a.docx": (office("other.xml"), "not a kind of file"),
    "b.docx": (b"PK\x03\x04 and then nothing", "not a kind of file"),
    "a.eml": (b"just text", "not a kind of file"),
    "a.txt": (b"\x00\x01\x02", "not a kind of file"),
    "empty.pdf": (b"", "empty"),
}


class TestWhatIsTaken:
    @pytest.mark.parametrize("name", GOOD)
    def test_by_its_own_bytes(self, name):
        file = io.BytesIO(GOOD[name])
        assert "/" in content_type_of(file, name, len(GOOD[name]))
        assert file.tell() == 0

    @pytest.mark.parametrize("name", BAD)
    def test_the_rest_is_refused_in_words(self, name):
        content, words = BAD[name]
        with pytest.raises(NotTaken, match=words):
            content_type_of(io.BytesIO(content), name, len(content))

    def test_too_large(self):
        with pytest.raises(NotTaken, match="more than the 20 MB"):
            content_type_of(io.BytesIO(PDF), "a.pdf", MOST_BYTES + 1)

    @pytest.mark.parametrize(
        ("name", "clean"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\report.pdf", "report.pdf"),
            ("a\r\nb.pdf", "ab.pdf"),
            ("", "file"),
            ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ],
    )
    def test_names_lose_folders_and_control_characters(self, name, clean):
        assert clean_name(name) == clean


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def orgs(self):
        return network_of_trusts("Ash", "Beech")

    @pytest.fixture
    def asset(self, orgs):
        return AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])

    @pytest.fixture
    def manager(self, client: Client, orgs):
        client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth"))
        return client

    def add(self, client, asset, name="report.pdf", content=PDF, **given):
        data = {
            "file": SimpleUploadedFile(name, content),
            "kind": "certificate",
            "description": "QA 2026",
        } | given
        return client.post(reverse("attachment_add", args=[asset.pk]), data)

    def attached(self, orgs, asset, kind=Attachment.Kind.PHOTO, content=PDF) -> Attachment:
        return add_attachment(
            by=actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
            asset=asset,
            file=ContentFile(content, name="secret.pdf"),
            kind=kind,
            description="",
            at=timezone.now(),
        )

    def test_added_under_a_name_of_our_own_and_sent_under_its_own(self, manager, asset, orgs):
        assert self.add(manager, asset, name="Prüfbericht 1.pdf").status_code == 302
        attachment = Attachment.objects.get()
        assert attachment.file.name.startswith("attachments/")
        assert "bericht" not in attachment.file.name
        assert (attachment.content_type, attachment.size_bytes) == ("application/pdf", len(PDF))
        assert (settings.MEDIA_ROOT / attachment.file.name).read_bytes() == PDF
        text = manager.get(reverse("attachment_list", args=[asset.pk])).content.decode()
        assert "Prüfbericht 1.pdf" in text
        assert "QA 2026" in text
        response = manager.get(reverse("attachment_download", args=[attachment.pk]))
        assert b"".join(response.streaming_content) == PDF
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"]
        event = Event.objects.get(action="attachment.added")
        assert (event.subject_id, event.trust_id) == (asset.pk, orgs["Ash"].pk)

    def test_a_bad_file_is_said_and_what_was_typed_is_kept(self, manager, asset):
        response = self.add(manager, asset, name="x.pdf", content=b"MZ\x90\x00")
        text = response.content.decode()
        assert "There is a problem" in text
        assert "not a kind of file that is kept" in text
        assert "QA 2026" in text
        assert not Attachment.objects.exists()

    def test_the_same_file_once(self, manager, asset):
        self.add(manager, asset)
        assert (
            "has the same file already as “report.pdf”"
            in self.add(manager, asset, name="b.pdf").content.decode()
        )
        manager.post(reverse("attachment_remove", args=[Attachment.objects.get().pk]), {"reason": ""})
        assert self.add(manager, asset).status_code == 302

    def test_removed_for_good_with_its_row_kept(self, manager, asset, django_capture_on_commit_callbacks):
        self.add(manager, asset)
        attachment = Attachment.objects.get()
        place = settings.MEDIA_ROOT / attachment.file.name
        url = reverse("attachment_remove", args=[attachment.pk])
        assert "cannot be brought back" in manager.get(url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            assert manager.post(url, {"reason": "A patient is seen"}).status_code == 302
        assert not place.exists()
        assert manager.get(reverse("attachment_download", args=[attachment.pk])).status_code == 404
        text = manager.get(reverse("attachment_list", args=[asset.pk])).content.decode()
        assert "Removed" in text
        assert "Asha Ashworth" in text
        assert Event.objects.get(action="attachment.removed").reason == "A patient is seen"

    def test_nothing_is_left_of_a_file_whose_row_could_not_be_written(self, orgs, asset, monkeypatch):
        monkeypatch.setattr("assets.actions.attachments.record", lambda **_: 1 / 0)
        before = set((settings.MEDIA_ROOT / "attachments").glob("*"))
        with pytest.raises(ZeroDivisionError):
            self.attached(orgs, asset)
        assert set((settings.MEDIA_ROOT / "attachments").glob("*")) == before
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize(
        ("role", "where", "reads"),
        [
            (Role.FINANCE, "Ash", True),
            (Role.PROCUREMENT_LEAD, "Northern", True),
            (Role.MODALITY_LEAD, "Ash", True),
            (Role.EQUIPMENT_MANAGER, "Beech", False),
            (Role.FINANCE, "Beech", False),
        ],
    )
    def test_who_reads_and_who_changes(self, orgs, asset, role, where, reads):
        attachment = self.attached(orgs, asset)
        client = Client()
        client.force_login(person(role, orgs[where]))
        response = client.get(reverse("attachment_download", args=[attachment.pk]))
        assert response.status_code == (200 if reads else 404)
        body(response)
        if role is not Role.MODALITY_LEAD:
            assert self.add(client, asset, content=PDF + b"2").status_code in (403, 404)
            removal = client.post(reverse("attachment_remove", args=[attachment.pk]), {"reason": ""})
            assert removal.status_code in (403, 404)
            assert Attachment.objects.kept().count() == 1

    def test_a_contract_goes_to_those_who_see_what_equipment_cost(self, orgs, asset):
        contract = self.attached(orgs, asset, Attachment.Kind.CONTRACT)
        client = Client()
        client.force_login(person(Role.MODALITY_LEAD, orgs["Ash"]))
        assert client.get(reverse("attachment_download", args=[contract.pk])).status_code == 404
        assert "secret.pdf" not in client.get(reverse("attachment_list", args=[asset.pk])).content.decode()
        assert not Event.objects.filter(changes__icontains="secret.pdf").exists()
        with pytest.raises(NotAllowed):
            remove_attachment(
                by=actor(Role.MODALITY_LEAD, orgs["Ash"]), attachment=contract, at=timezone.now()
            )
        manager = Client()
        manager.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
        response = manager.get(reverse("attachment_download", args=[contract.pk]))
        assert b"".join(response.streaming_content) == PDF

    def test_a_file_lost_from_the_folder_is_said(self, manager, orgs, asset):
        attachment = self.attached(orgs, asset)
        (settings.MEDIA_ROOT / attachment.file.name).unlink()
        assert manager.get(reverse("attachment_download", args=[attachment.pk])).status_code == 404
