"""ETag and If-Match over a row's version, so that nobody overwrites what they have not seen (RFC 9110, section 13)."""

from rest_framework.request import Request

from networks.api.errors import VersionChanged, VersionNeeded


def etag(version: int) -> str:
    """Return a version as an ETag: `"3"`."""
    return f'"{version}"'


def require_version(request: Request, version: int) -> int:
    """Return `version`, the row's own, where the request's If-Match names it.

    `*` names whatever version there is. Raises VersionNeeded without the header, VersionChanged where it names others; a
    weak ETag (W/) never matches.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise VersionNeeded
    named = [part.strip() for part in header.split(",")]
    if header != "*" and etag(version) not in named:
        raise VersionChanged
    return version
