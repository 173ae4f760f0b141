"""Every write of the venues room. The caller has checked who may; here is what can be."""

from marketplace.venues.services.booking_terms import TermsImpossible
from marketplace.venues.services.drafting import create_draft, update_basics, update_terms
from marketplace.venues.services.editing import (
    apply_edit,
    decline_edit,
    request_edit_changes,
    resubmit_edit,
    withdraw_edit,
)
from marketplace.venues.services.gallery import (
    MAXIMUM_PHOTOS,
    add_photos,
    describe_photos,
    move_photo,
    remove_photo,
    reorder_photos,
)
from marketplace.venues.services.hours import set_opening_hours
from marketplace.venues.services.listing import (
    archive_listing,
    pause_listing,
    publish_listing,
    reinstate_listing,
    reject_listing,
    reopen_listing,
    request_changes,
    resume_listing,
    submit_listing,
    suspend_listing,
    transition_to,
)
from marketplace.venues.services.parts import PartOfAnother, PartsImpossible
from marketplace.venues.services.spaces import (
    SpaceDetails,
    add_space,
    remove_space,
    update_space,
)
from marketplace.venues.services.writing import (
    BreaksListing,
    HasContactDetails,
    ListingLocked,
    Saved,
)

__all__ = [
    "MAXIMUM_PHOTOS",
    "BreaksListing",
    "HasContactDetails",
    "ListingLocked",
    "PartOfAnother",
    "PartsImpossible",
    "Saved",
    "SpaceDetails",
    "TermsImpossible",
    "add_photos",
    "add_space",
    "apply_edit",
    "archive_listing",
    "create_draft",
    "decline_edit",
    "describe_photos",
    "move_photo",
    "pause_listing",
    "publish_listing",
    "reinstate_listing",
    "reject_listing",
    "remove_photo",
    "remove_space",
    "reopen_listing",
    "reorder_photos",
    "request_changes",
    "request_edit_changes",
    "resubmit_edit",
    "resume_listing",
    "set_opening_hours",
    "submit_listing",
    "suspend_listing",
    "transition_to",
    "update_basics",
    "update_space",
    "update_terms",
    "withdraw_edit",
]
