"""How people get accounts: an administrator adds them; nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUpAdapter(DefaultAccountAdapter):
    """Keeps allauth's sign-up page shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
