from django.db import migrations

from marketplace.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_cases")]

    operations = [AppendOnly("trust_caseentry"), AppendOnly("trust_requestedchange")]
