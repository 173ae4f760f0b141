"""Words of a notification, in the language and by the clock of the person told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import timezone, translation

from marketplace.core.zones import find_zone

from .attachments import Attachment, attachment_of
from .kinds import find_kind
from .models import Delivery, Notification
from .sms import written_short


@dataclass(frozen=True, slots=True)
class Letter:
    """An email's subject, its two parts, equal in content, and the file that comes with it."""

    subject: str
    text: str
    html: str
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A notification in the list on the site, and the page that it leads to."""

    title: str
    text: str
    path: str


def render_sms(delivery: Delivery) -> str:
    """In as few parts as it can be: long names may be cut, typographic signs plain."""
    told = delivery.notification
    name = f"sms/{_name(told)}.txt"
    with _as_read_by(told):
        return written_short(
            lambda facts: _plain(name, facts), _facts(told), names=find_kind(told.kind).names
        )


def render_email(delivery: Delivery) -> Letter:
    """The subject is the first line of the text template (its `subject` block).

    Its first paragraph is what a list of emails shows beside the subject.
    """
    told = delivery.notification
    name = _name(told)
    kind = find_kind(told.kind)
    maker = kind.attachment
    with _as_read_by(told):
        facts = _facts(told) | {"why": str(kind.why)}
        subject, _, text = _plain(f"emails/{name}.txt", facts).partition("\n")
        told_first = text.strip().partition("\n\n")[0]
        facts |= {"subject": subject.strip(), "preview": " ".join(told_first.split())}
        html = get_template(f"emails/{name}.html").render(facts)
        attachment = attachment_of(maker, told.context) if maker else None
    return Letter(
        subject=subject.strip(), text=text.strip() + "\n", html=html, attachment=attachment
    )


def render_in_app(told: Notification) -> Line:
    """In the language of the page and by the clock of its visitor: both may have changed since.

    The kind's title, what happened, and as the template's last line the path.
    """
    words, _, path = _plain(f"in_app/{_name(told)}.txt", _facts(told)).rpartition("\n")
    return Line(title=str(find_kind(told.kind).title), text=" ".join(words.split()), path=path)


def _name(told: Notification) -> str:
    kind = find_kind(told.kind)
    return kind.template or kind.code


@contextmanager
def _as_read_by(told: Notification) -> Iterator[None]:
    zone = find_zone(told.time_zone) or timezone.get_default_timezone()
    with translation.override(told.language), timezone.override(zone):
        yield


def _facts(told: Notification) -> dict[str, Any]:
    return {
        **told.context,
        "told_at": told.created_at,
        "site_url": settings.SITE_URL,
        "operator": settings.OPERATOR,
        "LANGUAGE_CODE": translation.get_language(),
    }


def _plain(name: str, facts: dict[str, Any]) -> str:
    """A text template without HTML escaping."""
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(facts, autoescape=False))).strip()
