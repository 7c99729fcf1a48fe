"""Name the field that says which threshold it is, apart from its value."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_audit_rows_before'),
    ]

    operations = [
        migrations.AlterField(
            model_name='thresholdchange',
            name='code',
            field=models.CharField(max_length=30, verbose_name='阈值名称'),
        ),
        migrations.AlterField(
            model_name='thresholdchangeevent',
            name='code',
            field=models.CharField(max_length=30, verbose_name='阈值名称'),
        ),
    ]
