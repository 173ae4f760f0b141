"""The words every listing is described with: categories, cities, districts and amenities.

Names are English message ids (`gettext_noop` marks them for the catalogues); the models' `label`
translates them when shown. `manage.py load_reference` writes them to the database. A slug, once
released, never changes: listings, addresses and saved links hold on to it. The order here is the
order on the page.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """One kind of venue. `minimum_minutes` is the shortest booking unless a space asks for more."""

    slug: str
    name: str
    plural_name: str
    tagline: str
    minimum_minutes: int
    icon: str


@dataclass(frozen=True, slots=True)
class DistrictSeed:
    slug: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class CitySeed:
    """A city with its districts. Coordinates are the middle of what a map should show first."""

    slug: str
    name: str
    country: str
    currency: str
    time_zone: str
    latitude: float
    longitude: float
    districts: tuple[DistrictSeed, ...]


@dataclass(frozen=True, slots=True)
class AmenitySeed:
    slug: str
    name: str
    group: str
    icon: str


CATEGORIES: Final = (
    CategorySeed(
        slug="event-hall",
        name=_("Event hall"),
        plural_name=_("Event halls"),
        tagline=_("Weddings, banquets, concerts and company evenings"),
        minimum_minutes=4 * HOUR,
        icon="party-popper",
    ),
    CategorySeed(
        slug="loft",
        name=_("Loft"),
        plural_name=_("Lofts"),
        tagline=_("Birthdays, dinners and evenings with friends"),
        minimum_minutes=4 * HOUR,
        icon="sofa",
    ),
    CategorySeed(
        slug="photo-studio",
        name=_("Photo studio"),
        plural_name=_("Photo studios"),
        tagline=_("Portraits, catalogues and video with light ready to use"),
        minimum_minutes=2 * HOUR,
        icon="camera",
    ),
    CategorySeed(
        slug="conference-room",
        name=_("Meeting room"),
        plural_name=_("Meeting rooms"),
        tagline=_("Negotiations, workshops, interviews and board meetings"),
        minimum_minutes=HOUR,
        icon="presentation",
    ),
    CategorySeed(
        slug="rooftop",
        name=_("Rooftop"),
        plural_name=_("Rooftops"),
        tagline=_("Summer evenings with the city or the mountains around you"),
        minimum_minutes=4 * HOUR,
        icon="sunset",
    ),
    CategorySeed(
        slug="lecture-hall",
        name=_("Lecture hall"),
        plural_name=_("Lecture halls"),
        tagline=_("Talks, courses, screenings and premieres"),
        minimum_minutes=2 * HOUR,
        icon="graduation-cap",
    ),
    CategorySeed(
        slug="coworking",
        name=_("Coworking"),
        plural_name=_("Coworking spaces"),
        tagline=_("A desk for the day or a floor for a hackathon"),
        minimum_minutes=HOUR,
        icon="laptop",
    ),
    CategorySeed(
        slug="kitchen-studio",
        name=_("Kitchen studio"),
        plural_name=_("Kitchen studios"),
        tagline=_("Cookery classes, team dinners and food shoots"),
        minimum_minutes=2 * HOUR,
        icon="chef-hat",
    ),
    CategorySeed(
        slug="art-studio",
        name=_("Art studio"),
        plural_name=_("Art studios"),
        tagline=_("Painting, ceramics and classes where things may get messy"),
        minimum_minutes=2 * HOUR,
        icon="palette",
    ),
    CategorySeed(
        slug="podcast-studio",
        name=_("Podcast studio"),
        plural_name=_("Podcast studios"),
        tagline=_("Conversations, voice-over and music, recorded properly"),
        minimum_minutes=2 * HOUR,
        icon="mic",
    ),
    CategorySeed(
        slug="exhibition",
        name=_("Exhibition space"),
        plural_name=_("Exhibition spaces"),
        tagline=_("Shows, fairs, launches and auctions"),
        minimum_minutes=4 * HOUR,
        icon="frame",
    ),
    CategorySeed(
        slug="sport-court",
        name=_("Sports court"),
        plural_name=_("Sports courts"),
        tagline=_("Badminton, basketball and company tournaments"),
        minimum_minutes=HOUR,
        icon="volleyball",
    ),
)

CITIES: Final = (
    CitySeed(
        slug="almaty",
        name=_("Almaty"),
        country="KZ",
        currency="KZT",
        time_zone="Asia/Almaty",
        latitude=43.2383,
        longitude=76.9286,
        districts=(
            DistrictSeed("alatau", _("Alatau"), 43.2860, 76.8290),
            DistrictSeed("almaly", _("Almaly"), 43.2530, 76.9230),
            DistrictSeed("auezov", _("Auezov"), 43.2260, 76.8570),
            DistrictSeed("bostandyk", _("Bostandyk"), 43.2180, 76.9160),
            DistrictSeed("zhetysu", _("Zhetysu"), 43.2960, 76.9290),
            DistrictSeed("medeu", _("Medeu"), 43.2390, 76.9640),
            DistrictSeed("nauryzbay", _("Nauryzbay"), 43.1970, 76.8010),
            DistrictSeed("turksib", _("Turksib"), 43.3360, 76.9760),
        ),
    ),
    # Kazakhstan has had one time zone (UTC+5) since 1 March 2024; Asia/Almaty names it everywhere.
    CitySeed(
        slug="astana",
        name=_("Astana"),
        country="KZ",
        currency="KZT",
        time_zone="Asia/Almaty",
        latitude=51.1430,
        longitude=71.4360,
        districts=(
            DistrictSeed("almaty-district", _("Almaty district"), 51.1530, 71.4930),
            DistrictSeed("baikonur", _("Baikonur"), 51.1800, 71.4500),
            DistrictSeed("yesil", _("Yesil"), 51.1240, 71.4300),
            DistrictSeed("nura", _("Nura"), 51.1070, 71.3830),
            DistrictSeed("saryarka", _("Saryarka"), 51.1740, 71.4010),
            DistrictSeed("saraishyk", _("Saraishyk"), 51.1240, 71.5080),
        ),
    ),
)

AMENITIES: Final = (
    AmenitySeed("wifi", _("Fast Wi-Fi"), "basics", "wifi"),
    AmenitySeed("tables-and-chairs", _("Tables and chairs"), "basics", "armchair"),
    AmenitySeed("air-conditioning", _("Air conditioning"), "basics", "air-vent"),
    AmenitySeed("heating", _("Heating"), "basics", "heater"),
    AmenitySeed("restroom", _("Restroom on the floor"), "basics", "toilet"),
    AmenitySeed("cloakroom", _("Cloakroom"), "basics", "shirt"),
    AmenitySeed("sockets", _("Sockets at every seat"), "basics", "plug"),
    AmenitySeed("drinking-water", _("Drinking water"), "basics", "glass-water"),
    AmenitySeed("daylight", _("Daylight"), "comfort", "sun"),
    AmenitySeed("blackout", _("Blackout blinds"), "comfort", "blinds"),
    AmenitySeed("lounge", _("Lounge corner"), "comfort", "sofa"),
    AmenitySeed("terrace", _("Terrace or balcony"), "comfort", "umbrella"),
    AmenitySeed("mountain-view", _("Mountain view"), "comfort", "mountain"),
    AmenitySeed("sound-insulation", _("Sound insulation"), "comfort", "volume-x"),
    AmenitySeed("phone-booths", _("Phone booths"), "comfort", "phone"),
    AmenitySeed("dressing-room", _("Dressing room"), "comfort", "door-closed"),
    AmenitySeed("showers", _("Showers"), "comfort", "shower-head"),
    AmenitySeed("lockers", _("Lockers"), "comfort", "lock"),
    AmenitySeed("projector", _("Projector and screen"), "equipment", "projector"),
    AmenitySeed("display", _("Large display"), "equipment", "tv"),
    AmenitySeed("whiteboard", _("Whiteboard"), "equipment", "square-pen"),
    AmenitySeed("flipchart", _("Flipchart"), "equipment", "clipboard"),
    AmenitySeed("video-calls", _("Video-call equipment"), "equipment", "video"),
    AmenitySeed("printer", _("Printer and scanner"), "equipment", "printer"),
    AmenitySeed("cyclorama", _("Cyclorama"), "equipment", "box"),
    AmenitySeed("backdrops", _("Paper backdrops"), "equipment", "scroll"),
    AmenitySeed("easels", _("Easels"), "equipment", "brush"),
    AmenitySeed("pottery-wheels", _("Pottery wheels and kiln"), "equipment", "flame"),
    AmenitySeed("hanging-system", _("Picture hanging system"), "equipment", "image"),
    AmenitySeed("sports-gear", _("Balls and rackets"), "equipment", "volleyball"),
    AmenitySeed("scoreboard", _("Scoreboard"), "equipment", "timer"),
    AmenitySeed("sound-system", _("Sound system"), "sound_and_light", "speaker"),
    AmenitySeed("microphones", _("Microphones"), "sound_and_light", "mic"),
    AmenitySeed("stage", _("Stage"), "sound_and_light", "theater"),
    AmenitySeed("stage-light", _("Stage lighting"), "sound_and_light", "lightbulb"),
    AmenitySeed("studio-light", _("Studio flashes and softboxes"), "sound_and_light", "lamp"),
    AmenitySeed("track-light", _("Track spotlights"), "sound_and_light", "lamp-ceiling"),
    AmenitySeed("recording", _("Multitrack recording"), "sound_and_light", "audio-lines"),
    AmenitySeed("live-stream", _("Live-stream set"), "sound_and_light", "radio"),
    AmenitySeed("piano", _("Piano"), "sound_and_light", "piano"),
    AmenitySeed("coffee", _("Coffee and tea"), "food_and_drink", "coffee"),
    AmenitySeed("kitchen", _("Kitchen"), "food_and_drink", "cooking-pot"),
    AmenitySeed("fridge", _("Fridge"), "food_and_drink", "refrigerator"),
    AmenitySeed("tableware", _("Tableware"), "food_and_drink", "utensils-crossed"),
    AmenitySeed("bar", _("Bar counter"), "food_and_drink", "martini"),
    AmenitySeed("own-catering", _("Own catering allowed"), "food_and_drink", "utensils"),
    AmenitySeed("own-alcohol", _("Own alcohol allowed"), "food_and_drink", "wine"),
    AmenitySeed("parking", _("Parking"), "access", "car"),
    AmenitySeed("step-free", _("Step-free entrance"), "access", "accessibility"),
    AmenitySeed("lift", _("Lift"), "access", "arrow-up-down"),
    AmenitySeed("loading", _("Loading entrance"), "access", "truck"),
    AmenitySeed("metro", _("Metro within ten minutes on foot"), "access", "train-front"),
    AmenitySeed("any-hour", _("Access at any hour"), "access", "clock"),
    AmenitySeed("pets", _("Pets welcome"), "access", "paw-print"),
    AmenitySeed("administrator", _("Administrator on site"), "staff", "concierge-bell"),
    AmenitySeed("technician", _("Technician on request"), "staff", "headphones"),
    AmenitySeed("security", _("Security"), "staff", "shield"),
    AmenitySeed("cleaning", _("Cleaning after the event"), "staff", "sparkles"),
)
