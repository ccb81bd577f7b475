from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("registered", "0002_kept")]

    operations = [
        migrations.AddField(
            model_name="registeredletter",
            name="address",
            field=models.TextField(blank=True, default="", help_text="of the customer, when the letter was begun"),
            preserve_default=False,
        ),
    ]
