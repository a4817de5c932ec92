import os

# Playwright's synchronous API runs an event loop in the test's own thread, where Django would refuse its ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
