"""Says when the server starts that PDF files cannot be made, instead of when somebody waits for one."""

from typing import Any

from django.core import checks

from networks.documents.pdf import why_unavailable


@checks.register()
def pdf_can_be_made(**_: Any) -> list[checks.CheckMessage]:
    """Warn, naming what to install, where this machine lacks what PDF files need. Everything else works without it."""
    reason = why_unavailable()
    return [checks.Warning(reason, id="networks.W001")] if reason else []
