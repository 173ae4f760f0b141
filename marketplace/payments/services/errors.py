"""What people are told when money cannot go the way that was asked for."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError


class NotPayable(DomainError):
    """The payment is closed, failed or being closed: a new one may be opened."""

    code = "not_payable"
    default_message = _("This payment is closed. Please start again.")


class AlreadyPaid(DomainError):
    """The money is authorised or here."""

    code = "already_paid"
    default_message = _("This is paid already.")


class CheckoutRefused(DomainError):
    """The provider will not open this checkout, however often it is asked."""

    code = "checkout_refused"
    default_message = _("The payment could not be started. You have not been charged.")


class NotAuthorised(DomainError):
    """There is no authorised money that could be taken, or it is being released."""

    code = "not_authorised"
    default_message = _("The money for this is no longer reserved.")


class RefundTooLarge(DomainError):
    """More than what is left of the payment."""

    code = "refund_too_large"
    default_message = _("That is more than what is left of the payment.")


class NotToBeRetried(DomainError):
    """The refund has not failed, or is being tried again already."""

    code = "not_to_be_retried"
    default_message = _("This refund has not failed, or is being tried again already.")
