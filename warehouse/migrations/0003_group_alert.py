"""Add what the anomaly rules say of each group, and its counts by unit.

The counts are added to the parent of ``mart_org_month`` and so to every partition: months published
before this read null there, which pages show as not computed then, never as 0.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

GROUP_ALERT = """CREATE TABLE mart_group_alert (
    run bigint NOT NULL,
    month integer,
    group_code text NOT NULL,
    name text NOT NULL,
    city_code text NOT NULL,
    county_code text NOT NULL,
    account_manager_code text NOT NULL,
    industry_code text NOT NULL,
    size_band smallint,
    n_members bigint,
    total_income_li bigint,
    effective_grade text NOT NULL,
    fired smallint,
    state_evaluable smallint,
    state_fired smallint,
    state_by_share smallint,
    state_by_jump smallint,
    n_abnormal bigint,
    state_base bigint,
    state_share double precision,
    state_lower double precision,
    state_median double precision,
    state_share_limit double precision,
    state_jump_limit double precision,
    state_series double precision[],
    state_reason text NOT NULL,
    call_evaluable smallint,
    call_fired smallint,
    call_dropped smallint,
    call_rose smallint,
    call_silent smallint,
    call_level double precision,
    call_median double precision,
    call_z double precision,
    call_change_limit double precision,
    n_silent_members bigint,
    silent_share double precision,
    silent_share_limit double precision,
    call_series double precision[],
    n_call_history smallint,
    call_reason text NOT NULL,
    min_members bigint
) PARTITION BY LIST (run)"""


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0002_marts'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(GROUP_ALERT, 'DROP TABLE mart_group_alert'),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='GroupAlert',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('group_code', models.TextField()),
                        ('name', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('industry_code', models.TextField()),
                        ('size_band', models.SmallIntegerField(null=True)),
                        ('n_members', models.BigIntegerField(null=True)),
                        ('total_income_li', models.BigIntegerField(null=True)),
                        ('effective_grade', models.TextField()),
                        ('fired', models.SmallIntegerField(null=True)),
                        ('state_evaluable', models.SmallIntegerField(null=True)),
                        ('state_fired', models.SmallIntegerField(null=True)),
                        ('state_by_share', models.SmallIntegerField(null=True)),
                        ('state_by_jump', models.SmallIntegerField(null=True)),
                        ('n_abnormal', models.BigIntegerField(null=True)),
                        ('state_base', models.BigIntegerField(null=True)),
                        ('state_share', models.FloatField(null=True)),
                        ('state_lower', models.FloatField(null=True)),
                        ('state_median', models.FloatField(null=True)),
                        ('state_share_limit', models.FloatField(null=True)),
                        ('state_jump_limit', models.FloatField(null=True)),
                        ('state_series', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), null=True, size=None)),
                        ('state_reason', models.TextField()),
                        ('call_evaluable', models.SmallIntegerField(null=True)),
                        ('call_fired', models.SmallIntegerField(null=True)),
                        ('call_dropped', models.SmallIntegerField(null=True)),
                        ('call_rose', models.SmallIntegerField(null=True)),
                        ('call_silent', models.SmallIntegerField(null=True)),
                        ('call_level', models.FloatField(null=True)),
                        ('call_median', models.FloatField(null=True)),
                        ('call_z', models.FloatField(null=True)),
                        ('call_change_limit', models.FloatField(null=True)),
                        ('n_silent_members', models.BigIntegerField(null=True)),
                        ('silent_share', models.FloatField(null=True)),
                        ('silent_share_limit', models.FloatField(null=True)),
                        ('call_series', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), null=True, size=None)),
                        ('n_call_history', models.SmallIntegerField(null=True)),
                        ('call_reason', models.TextField()),
                        ('min_members', models.BigIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'group_code', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '集团异常检测',
                        'verbose_name_plural': '集团异常检测',
                        'db_table': 'mart_group_alert',
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='orgmonth',
            name='n_state_evaluable',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='orgmonth',
            name='n_state_abnormal',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='orgmonth',
            name='n_call_evaluable',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='orgmonth',
            name='n_call_abnormal',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='orgmonth',
            name='n_abnormal_groups',
            field=models.BigIntegerField(null=True),
        ),
    ]
