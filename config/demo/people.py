"""The people of the demo. Everyone logs in with a code that arrives in the sandbox outbox."""

from dataclasses import dataclass
from typing import Final

from marketplace.accounts.enums import Role


@dataclass(frozen=True, slots=True)
class PersonSeed:
    phone: str
    name: str
    role: Role = Role.MEMBER
    email: str = ""
    joined_days_ago: int = 200


@dataclass(frozen=True, slots=True)
class BusinessSeed:
    """Who is paid for venues. `slug` is the name that the venues' files use."""

    slug: str
    name: str
    owner: str


RENTER: Final = "+77010000001"
DANIYAR: Final = "+77010000002"
MADINA: Final = "+77010000003"
MODERATOR: Final = "+77010000004"
ADMINISTRATOR: Final = "+77010000005"
VIEWER: Final = "+77010000006"

PEOPLE: Final = (
    PersonSeed(ADMINISTRATOR, "Saule Nurlanova", Role.ADMINISTRATOR, "saule@joytop.example", 240),
    PersonSeed(MODERATOR, "Timur Bekov", Role.MODERATOR, "timur@joytop.example", 235),
    PersonSeed(DANIYAR, "Daniyar Akhmetov", email="daniyar@dala.example", joined_days_ago=210),
    PersonSeed(MADINA, "Madina Omarova", email="madina@omarova.example", joined_days_ago=205),
    PersonSeed(RENTER, "Aigerim Sadykova", email="aigerim@mail.example", joined_days_ago=50),
    PersonSeed(VIEWER, "Dana Akhmetova", joined_days_ago=90),
    PersonSeed("+77010000011", "Zhibek Iskakova"),
    PersonSeed("+77010000012", "Ruslan Kim"),
    PersonSeed("+77010000013", "Arman Seitkaliyev"),
    PersonSeed("+77010000014", "Gulnara Tulegenova"),
    PersonSeed("+77010000015", "Alina Pak"),
    PersonSeed("+77010000016", "Sergei Melnikov"),
    PersonSeed("+77010000017", "Madi Yesenov", joined_days_ago=12),
    PersonSeed("+77010000021", "Alina Sergeyeva"),
    PersonSeed("+77010000022", "Yerlan Dzhaksybekov"),
    PersonSeed("+77010000023", "Kamila Rakhimova"),
    PersonSeed("+77010000024", "Tomiris Abenova"),
    PersonSeed("+77010000025", "Olzhas Turarov"),
    PersonSeed("+77010000026", "Vera Tsoi"),
    PersonSeed("+77010000027", "Nurbolat Kassenov"),
    PersonSeed("+77010000028", "Anna Weber"),
    PersonSeed("+77010000029", "Dias Mukhamedov"),
    PersonSeed("+77010000030", "Leila Orazbay"),
)

# Renters without a part of their own, whose bookings fill the calendars.
REGULARS: Final = tuple(f"+770100000{number}" for number in range(21, 31))

BUSINESSES: Final = (
    BusinessSeed("dala-spaces", "Dala Spaces", DANIYAR),
    BusinessSeed("omarova-studios", "Omarova Studios", MADINA),
    BusinessSeed("zhibek-house", "Zhibek House", "+77010000011"),
    BusinessSeed("kim-family-halls", "Kim Family Halls", "+77010000012"),
    BusinessSeed("north-bank-rooms", "North Bank Rooms", "+77010000013"),
    BusinessSeed("esil-workrooms", "Esil Workrooms", "+77010000014"),
    BusinessSeed("quiet-signal", "Quiet Signal", "+77010000015"),
    BusinessSeed("court-and-net", "Court & Net", "+77010000016"),
    BusinessSeed("madi-and-sons", "Madi and Sons", "+77010000017"),
)
