"""The product's settings for measuring in one process: pages name their static files without a manifest, the log is quiet."""

from networks.config.settings import *  # noqa: F403
from networks.config.settings import LOGGING, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["root"] = {"handlers": ["console"], "level": "ERROR"}
