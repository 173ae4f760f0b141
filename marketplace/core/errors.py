from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the marketplace said no.

    `message` is a sentence for the person who asked, translated when it is shown;
    `code` is for programs and tests and never changes with the language.
    """

    code: ClassVar[str] = "refused"
    default_message: ClassVar[str | Promise] = _("That is not possible.")

    def __init__(self, message: str | Promise | None = None) -> None:
        self.message: str | Promise = self.default_message if message is None else message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class IllegalTransition(DomainError):
    """The table of transitions has no way from the state that was found to the one wanted."""

    code = "illegal_transition"
    default_message = _("This has changed in the meantime. Reload the page to see its state now.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        subject: str = "",
        from_state: str = "",
        to_state: str = "",
    ) -> None:
        super().__init__(message)
        self.subject = subject
        self.from_state = from_state
        self.to_state = to_state

    def __repr__(self) -> str:
        return f"IllegalTransition({self.subject}: {self.from_state!r} → {self.to_state!r})"
