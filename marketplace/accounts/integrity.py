"""What must hold over all people, beyond what the database's own constraints refuse."""

from collections.abc import Iterator

from marketplace.core.integrity import Breach, breaches_by_sql, check


@check("accounts.email_is_verified")
def email_is_verified() -> Iterator[Breach]:
    """A person's email is the one address that they verified, and a verified one is theirs."""
    yield from breaches_by_sql(
        "accounts.email_is_verified",
        """
        SELECT person.id, person.email, coalesce(address.email, '')
        FROM accounts_user person
        LEFT JOIN account_emailaddress address
            ON address.user_id = person.id AND address.verified AND address."primary"
        WHERE person.email <> coalesce(address.email, '')
        ORDER BY person.id
        """,
        "the account says {0!r}, verified is {1!r}",
    )


@check("accounts.unverified_email_unkept")
def unverified_email_unkept() -> Iterator[Breach]:
    """An address is written down only once it is verified."""
    yield from breaches_by_sql(
        "accounts.unverified_email_unkept",
        'SELECT user_id, email FROM account_emailaddress WHERE NOT (verified AND "primary")'
        " ORDER BY user_id, email",
        "{0!r} is kept though it is not the verified address",
    )
