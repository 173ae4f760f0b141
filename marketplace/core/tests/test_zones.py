import pytest

from marketplace.core.zones import find_zone


@pytest.mark.parametrize("name", ["Asia/Almaty", "Europe/London", "UTC"])
def test_find_zone_knows_iana_names(name: str) -> None:
    zone = find_zone(name)

    assert zone is not None
    assert zone.key == name


@pytest.mark.parametrize("name", ["", "Asia", "../../etc/passwd", "asia/almaty", "Mars/Olympus"])
def test_find_zone_refuses_what_is_none(name: str) -> None:
    assert find_zone(name) is None
