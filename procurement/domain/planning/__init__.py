"""Which scanner is replaced in which year: the plan as an optimisation problem, solved, checked and explained.

Read in this order: ``problem`` (what is asked), ``result`` (what is answered), ``exposure`` (what is
minimised), ``settle`` (exact money), ``baseline`` (the spreadsheet rule), ``model`` and ``solve`` (HiGHS),
``verify`` (an independent check), ``explain`` (words) and ``profile`` (ages year by year).
"""
