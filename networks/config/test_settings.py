"""What tests change: fast password hashing, tasks run at once, static files unhashed (uploads: see tests/conftest.py)."""

from networks.config.settings import *  # noqa: F403
from networks.config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "networks.uploads.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Each test has a register of its own, and their histories begin with the same numbers.
    "counts": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A pool outlives the test database it points at and keeps it from being dropped.
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
