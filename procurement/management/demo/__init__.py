"""The demonstration: fictional trusts with equipment, prices and plans, the same for the same seed and day."""
