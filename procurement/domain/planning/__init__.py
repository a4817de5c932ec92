"""Which scanner is replaced in which year: the plan as an optimisation problem, solved, checked and explained.

Read in this order: ``problem`` (what is asked), ``result`` (what is answered), ``exposure`` (what is minimised),
``settle`` and ``funding`` (exact money), ``evaluate`` (figures of any schedule), ``baseline`` (the spreadsheet rule),
``solve`` (the whole way through), ``stages``, ``price_breaks``, ``model``, ``engine`` and ``start`` (HiGHS),
``exchange`` (like for like), ``verify`` (an independent check), ``explain`` and ``binding`` (words).
How sure the figures are: ``ranges`` (what is not known), ``uncertain_points``, ``uncertain_money``, ``uncertain_draws``,
``uncertain_order`` (would a decision change) and ``uncertainty``.
Ages year by year with and without a plan are in ``procurement/domain/plan_ages.py``.
"""
