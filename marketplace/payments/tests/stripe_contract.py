"""Every request of the gateway against what the official SDK says that Stripe takes.

The SDK's parameters are TypedDicts made from Stripe's own description of its API. Where they allow
a list of words or any other text, only the words are let through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import UnionType
from typing import (
    Any,
    Final,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from unittest.mock import patch

from stripe._request_options import RequestOptions
from stripe._stripe_service import StripeService
from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    PaymentIntentRetrieveParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionRetrieveParams,
)
from typing_extensions import is_typeddict  # the SDK makes its own of this package

PARAMETERS: Final[dict[tuple[str, str], type]] = {
    ("post", r"/v1/checkout/sessions"): SessionCreateParams,
    ("get", r"/v1/checkout/sessions/\w+"): SessionRetrieveParams,
    ("post", r"/v1/checkout/sessions/\w+/expire"): SessionExpireParams,
    ("get", r"/v1/payment_intents/\w+"): PaymentIntentRetrieveParams,
    ("post", r"/v1/payment_intents/\w+/capture"): PaymentIntentCaptureParams,
    ("post", r"/v1/payment_intents/\w+/cancel"): PaymentIntentCancelParams,
    ("post", r"/v1/refunds"): RefundCreateParams,
    ("get", r"/v1/refunds"): RefundListParams,
    ("get", r"/v1/refunds/\w+"): RefundRetrieveParams,
}
# They go beside the parameters, not among them.
_OPTIONS: Final = frozenset(RequestOptions.__annotations__)
# Names that the SDK imports for type checkers alone.
_UNSEEN: Final[dict[str, Any]] = {
    "StripeContext": object,
    "UntypedStripeObject": list,
    "Mapping": Mapping,
}


class ContractBroken(AssertionError):
    """A request that Stripe would not take."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the gateway asked."""

    method: str
    path: str
    params: Mapping[str, Any]
    options: Mapping[str, Any]


@dataclass(slots=True)
class Recorder:
    """What was asked so far; each request was held against the contract as it came."""

    requests: list[Request] = field(default_factory=list)

    def asked(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and re.fullmatch(path, r.path)]


@contextmanager
def checked() -> Iterator[Recorder]:
    """Holds every request of the SDK against the contract, and lets it through."""
    recorder = Recorder()
    unwatched = StripeService._request

    def watch(
        self: StripeService,
        method: str,
        url: str,
        params: Any = None,
        options: Any = None,
        **rest: Any,
    ) -> Any:
        request = Request(method, url, params or {}, options or {})
        check(request)
        recorder.requests.append(request)
        return unwatched(self, method, url, params, options, **rest)

    with patch.object(StripeService, "_request", watch):
        yield recorder


def check(request: Request) -> None:
    """Raises ContractBroken for a request that the SDK's types do not allow."""
    for (method, path), parameters in PARAMETERS.items():
        if request.method == method and re.fullmatch(path, request.path):
            check_value(dict(request.params), parameters, "")
            break
    else:
        raise ContractBroken(f"{request.method} {request.path} is not in the contract")
    if request.method == "post" and not 0 < len(request.options.get("idempotency_key", "")) <= 255:
        raise ContractBroken(f"{request.path} has no idempotency key, or one that is too long")


def check_value(value: object, kind: Any, where: str) -> None:
    """Raises ContractBroken where a value is not of the kind, at any depth."""
    origin = get_origin(kind)
    if origin in {NotRequired, Required}:
        check_value(value, get_args(kind)[0], where)
    elif is_typeddict(kind):
        _check_table(value, kind, where)
    elif origin in {Union, UnionType}:
        _check_any(value, get_args(kind), where)
    elif origin is Literal:
        _must(value in get_args(kind), where, value)
    elif origin is list:
        _must(isinstance(value, list), where, value)
        for number, item in enumerate(value if isinstance(value, list) else ()):
            check_value(item, get_args(kind)[0], f"{where}[{number}]")
    elif origin is dict:
        _must(isinstance(value, dict), where, value)
        for name, item in (value if isinstance(value, dict) else {}).items():
            check_value(name, get_args(kind)[0], f"{where}.{name}")
            check_value(item, get_args(kind)[1], f"{where}.{name}")
    else:
        _must(type(value) is kind, where, value)


def _must(holds: bool, where: str, value: object) -> None:
    if not holds:
        raise ContractBroken(f"{where or 'request'}: {value!r}")


def _check_any(value: object, kinds: tuple[Any, ...], where: str) -> None:
    if any(get_origin(kind) is Literal for kind in kinds):
        kinds = tuple(kind for kind in kinds if kind is not str)
    for kind in kinds:
        try:
            return check_value(value, kind, where)
        except ContractBroken as failure:
            broken = failure
    raise broken


def _check_table(value: object, kind: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise ContractBroken(f"{where}: {value!r}")
    hints = get_type_hints(kind, localns=_UNSEEN, include_extras=True)
    hints = {name: hint for name, hint in hints.items() if name not in _OPTIONS}
    for name in value:
        if name not in hints:
            raise ContractBroken(f"{where}.{name} is unknown")
    for name, hint in hints.items():
        if name in value:
            check_value(value[name], hint, f"{where}.{name}")
        elif get_origin(hint) is not NotRequired:
            raise ContractBroken(f"{where}.{name} is missing")
