"""How people get accounts: an administrator adds them; nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUpAdapter(DefaultAccountAdapter):
    """Keeps allauth's sign-up page shut, and refuses a sign-in in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again or reset your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
