"""The product's settings, but static files are gathered without being compressed, which takes most of a minute.

Only `collectstatic` runs under these; the served site reads the same manifest under the product's own settings.
"""

from networks.config.settings import *  # noqa: F403
from networks.config.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
