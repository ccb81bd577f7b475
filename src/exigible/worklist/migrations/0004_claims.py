from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A claim to declare in an insolvency is an act of the list; a list made before is made anew."""

    dependencies = [("worklist", "0003_cluster")]
    operations = [
        migrations.AlterField(
            "task",
            "act",
            models.CharField(
                max_length=16,
                choices=[
                    ("call", "Call"),
                    ("email", "Write"),
                    ("letter", "Send a letter"),
                    ("decide", "Decide"),
                    ("allocate", "Allocate"),
                    ("find-contact", "Find a contact"),
                    ("review-reminder", "Review the reminder"),
                    ("declare-claim", "Declare the claim"),
                ],
            ),
        ),
        migrations.RunSQL("UPDATE worklist_worklist SET cluster = 0", migrations.RunSQL.noop),
    ]
