"""Sending in photos, many at once, and saying what they show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from marketplace.venues.models import VenuePhoto
from marketplace.venues.services import MAXIMUM_PHOTOS

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"


class ManyFilesInput(forms.ClearableFileInput):
    """The browser's own input, for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of files; what they hold is judged by `store_photo`."""

    widget = ManyFilesInput(attrs={"accept": ACCEPTED, "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file is checked as Django checks one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files if file] or [
            super().clean(None, initial)
        ]


class UploadForm(forms.Form):
    """Photos of a listing."""

    photos = ManyFilesField(
        label=_("Add photos"),
        help_text=_(
            "JPEG, PNG, WebP or AVIF, up to 10 MB each, at least 1000 pixels on the long side."
        ),
        error_messages={
            "required": _("Choose at least one photo."),
            "empty": _("One of these files is empty."),
        },
    )

    def clean_photos(self) -> list[UploadedFile[Any]]:
        """No more at once than a listing has room for."""
        files: list[UploadedFile[Any]] = self.cleaned_data["photos"]
        if len(files) > MAXIMUM_PHOTOS:
            raise forms.ValidationError(
                _("Send at most %(count)d photos at once.") % {"count": MAXIMUM_PHOTOS}
            )
        return files


class DescribeForm(forms.Form):
    """What one photo shows, for those who cannot see it."""

    alt_text = forms.CharField(
        label=_("What it shows"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Say it in 200 characters at most.")},
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("The hall seen from the door")}),
    )

    @classmethod
    def of(cls, photo: VenuePhoto, data: QueryDict | None = None) -> DescribeForm:
        """The form under one photo, with what was typed into it."""
        return cls(data, initial={"alt_text": photo.alt_text}, auto_id=f"id_%s_{photo.pk}")
