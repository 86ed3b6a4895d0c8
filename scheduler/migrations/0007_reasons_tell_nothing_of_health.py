"""Whether somebody is ill is nobody's business here: the reason says that something came up."""

from django.db import migrations, models


def forget_illness(apps, schema_editor):
    apps.get_model("scheduler", "Appointment").objects.filter(cancel_reason="ill").update(
        cancel_reason="hindered"
    )


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0006_messages_rest_on_consent_or_task")]
    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hindered", "Something came up"),
                    ("no_time", "No time"),
                    ("not_needed", "No longer needed"),
                    ("staff_absent", "Caseworker not there"),
                    ("duplicate", "Booked twice"),
                    ("other", "Other"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(forget_illness, migrations.RunPython.noop, elidable=True),
    ]
