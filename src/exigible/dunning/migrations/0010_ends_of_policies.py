from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dunning", "0009_sending"), ("ledger", "0008_pauses_and_calendars_of_before")]

    operations = [
        migrations.RemoveConstraint(model_name="policy", name="dunning_policy_one_in_force"),
        migrations.AddField(
            model_name="policy",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("litigation", "Litigation"),
                    ("plan", "Plan"),
                    ("write_off", "Write Off"),
                    ("account_manager", "Account Manager"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="ending_days",
            field=models.PositiveSmallIntegerField(default=15, help_text="after the last step"),
        ),
        migrations.AddField(
            model_name="policy",
            name="kind",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="policy",
            name="maximum_minor",
            field=models.BigIntegerField(blank=True, help_text="above it a person decides", null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="restores",
            field=models.PositiveIntegerField(help_text="version that this one says again", null=True),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("company", "country", "segment", "kind"),
                name="dunning_policy_one_in_force",
            ),
        ),
    ]
