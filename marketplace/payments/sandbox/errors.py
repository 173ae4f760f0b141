"""How the sandbox says no, in the provider's own words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer of the API that is not 2xx. `body` is what Stripe's says then."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        param: str = "",
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.status = status
        self.kind = kind

    @property
    def body(self) -> dict[str, Any]:
        error = {"type": self.kind, "message": self.message}
        if self.code:
            error["code"] = self.code
        if self.param:
            error["param"] = self.param
        return {"error": error}


class Invalid(Refused):
    """Parameters that the API does not take. Unlike other answers, not kept under the key."""


def missing(kind: str, identity: str) -> Refused:
    return Refused(f"No such {kind}: '{identity}'", code="resource_missing", param="id", status=404)
