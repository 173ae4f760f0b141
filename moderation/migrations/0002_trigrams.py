from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_claims")]

    operations = [TrigramExtension()]
