"""What the API answers when it refuses: the same decisions as the pages, as JSON."""

from typing import Any

from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from networks.domain.access import NotAllowed


class VersionNeeded(exceptions.APIException):
    """428: a change was asked for without saying of which version."""

    status_code = 428
    default_code = "version_needed"
    default_detail = (
        'Say which version you are changing: send If-Match with the ETag you read, for example If-Match: "3".'
    )


class VersionChanged(exceptions.APIException):
    """412: the row is no longer at the version named."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "version_changed"
    default_detail = (
        "Somebody has changed this since you read it. Read it again, then send your change with its new ETag."
    )


def refused(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception as JSON; NotAllowed, raised by whatever decides permission, as 403 in its own words."""
    if isinstance(exception, NotAllowed):
        exception = exceptions.PermissionDenied(str(exception))
    return exception_handler(exception, context)
