from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "procurement"

    def ready(self) -> None:
        from procurement.documents import checks  # noqa: F401  (importing it registers the system check)
