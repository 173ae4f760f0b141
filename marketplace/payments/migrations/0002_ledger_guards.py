"""The ledger's promises, kept by the database: entries stay as written, and sum to zero."""

from django.db import migrations

from marketplace.core.append_only import AppendOnly

# Checked at commit, when all entries of a transaction are there.
BALANCE = """
CREATE FUNCTION payments_ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject uuid;
BEGIN
    IF TG_TABLE_NAME = 'payments_ledgertransaction' THEN
        subject := NEW.id;
        IF NOT EXISTS (SELECT 1 FROM payments_ledgerentry WHERE transaction_id = subject) THEN
            RAISE EXCEPTION 'ledger transaction % has no entries', subject
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
        END IF;
    ELSE
        subject := NEW.transaction_id;
        IF EXISTS (
            SELECT 1 FROM payments_ledgerentry WHERE transaction_id = subject
            GROUP BY currency HAVING sum(amount_minor) <> 0
        ) THEN
            RAISE EXCEPTION 'ledger transaction % does not sum to zero', subject
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_ledger_entries_balance
    AFTER INSERT ON payments_ledgerentry
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_balances();
CREATE CONSTRAINT TRIGGER payments_ledger_transaction_has_entries
    AFTER INSERT ON payments_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_balances();
"""
UNBALANCE = """
DROP TRIGGER payments_ledger_transaction_has_entries ON payments_ledgertransaction;
DROP TRIGGER payments_ledger_entries_balance ON payments_ledgerentry;
DROP FUNCTION payments_ledger_balances();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        AppendOnly("payments_ledgertransaction"),
        AppendOnly("payments_ledgerentry"),
        migrations.RunSQL(BALANCE, UNBALANCE),
    ]
