"""Keeping secrets out of the logs."""

import logging
import re

_SECRET = re.compile(r"(/calendar/)[^/\s\"'?]+(\.ics)")


class HideSecrets(logging.Filter):
    """Blots out the secret of a calendar's address in whatever is logged: a 404 or a fault is logged with its path."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _SECRET.search(message):
            record.msg, record.args = _SECRET.sub(r"\1…\2", message), None
        return True
