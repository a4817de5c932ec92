"""Pages of API lists: keyed on the last row seen, so that rows added meanwhile neither repeat nor hide others."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class KeysetPagination(CursorPagination):
    """100 rows a page, up to 500 with `page_size`. More than that is refused, never quietly cut."""

    ordering = "pk"
    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page, from 1 to 500; 100 unless told."
    cursor_query_description = "Where the page begins; taken from next or previous, never made up."

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= self.max_page_size):
            raise ValidationError(
                {self.page_size_query_param: [f"Ask for 1 to {self.max_page_size} rows on a page."]}
            )
        return int(asked)

    def decode_cursor(self, request: Request) -> Any:
        """Return where the page begins; 404 for a cursor that was made up: all of ours name a row by its number."""
        cursor = super().decode_cursor(request)
        # A text, whatever its annotation says: it is read out of the address.
        position = str(cursor.position) if cursor and cursor.position is not None else "0"
        if not (position.isascii() and position.isdigit()):
            raise NotFound(self.invalid_cursor_message)
        return cursor
