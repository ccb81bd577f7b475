from django.db import migrations


class Migration(migrations.Migration):
    """A customer's pause was copied beside its dated rows; the rows alone say it now."""

    dependencies = [("ledger", "0008_pauses_and_calendars_of_before")]

    operations = [
        migrations.RemoveField(model_name="customer", name="dunning_paused_until"),
        migrations.RemoveField(model_name="customer", name="dunning_pause_reason"),
    ]
