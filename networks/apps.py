from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"

    def ready(self) -> None:
        from networks.documents import checks  # noqa: F401  (importing it registers the system check)
