"""Files that come in or are made: never more than can be taken, and under their name only once they are whole."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LENIENCE_BYTES = 50 * 1024 * 1024
"""A file not more than this over the largest taken is still read, so that its form can refuse it and keep what was typed."""


DRAINED_BYTES = 1024**3
"""A browser shows an answer only once it has sent all; of what is larger than this it is not waited for."""
_CHUNK = 1 << 16


class UploadLimitMiddleware:
    """Answers a request that is far too large with the 413 page, before any of it is looked at or kept on the disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        size, limit = int(said) if said.isdecimal() else 0, settings.UPLOAD_MAX_BYTES
        if size > limit + LENIENCE_BYTES:
            while size <= DRAINED_BYTES and request.read(_CHUNK):
                pass
            return render(request, "413.html", {"limit": limit, "size": size}, status=413)
        return self.get_response(request)


class WholeFileStorage(FileSystemStorage):
    """Writes a file under a name of its own, waits until it is on the disk, and only then gives it its name.

    A process killed while it writes, or a full disk, leaves nothing under a name that anybody would read.
    """

    def _save(self, name: str, content: Any) -> str:
        part_name = f"{name}.{uuid4().hex}.part"
        part = self.path(part_name)
        try:
            super()._save(part_name, content)  # type: ignore[misc]
            with open(part, "rb") as written:
                os.fsync(written.fileno())
            while True:
                try:
                    os.link(part, self.path(name))
                except FileExistsError:
                    name = self.get_available_name(name)
                else:
                    return name
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)
