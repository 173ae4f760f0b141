"""Tables whose rows, once written, stay as they are."""

from typing import Any

from django.db.migrations.operations import RunSQL


class AppendOnly(RunSQL):
    """Migration operation: a trigger that refuses UPDATE and DELETE on `table`.

    The refusal is SQLSTATE 23001, Django's `IntegrityError`. TRUNCATE stays possible: it is how
    test databases are emptied, and no code path of the site issues it. Reversible.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        name = f"{table}_append_only"
        super().__init__(
            sql=f"""
CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
END $$;
CREATE TRIGGER "{name}" BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION "{name}"();
""",
            reverse_sql=f'DROP TRIGGER "{name}" ON "{table}"; DROP FUNCTION "{name}"();',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [self.table], {})

    def describe(self) -> str:
        return f"Refuse UPDATE and DELETE on {self.table}"
