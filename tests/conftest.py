import os
from collections.abc import Iterator

import pytest
from django.test import override_settings

# Playwright's synchronous API runs an event loop in the test's own thread, where Django would refuse its ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True, scope="session")
def uploads_in_a_folder_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload and make away from what people did."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("uploads")):
        yield
