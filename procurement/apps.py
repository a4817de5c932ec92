from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "procurement"

    def ready(self) -> None:
        """Hand the register a way to read the prices of new machines, which it scores costs against."""
        from assets.queries.replacement_prices import provide_prices
        from procurement.queries.replacement_prices import unit_prices

        provide_prices(unit_prices)
