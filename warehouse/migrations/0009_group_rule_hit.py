"""Add which alert rules fired for which group; earlier runs have no rows there."""

from django.db import migrations, models

SQL = """
        run bigint NOT NULL,
        month integer,
        group_code text NOT NULL,
        rule text NOT NULL,
        name text NOT NULL,
        city_code text NOT NULL,
        county_code text NOT NULL,
        account_manager_code text NOT NULL,
        industry_code text NOT NULL,
        size_band smallint,
        n_members bigint,
        total_income_li bigint,
        effective_grade text NOT NULL,
        weight smallint,
        value double precision,
        reference double precision,
        threshold double precision,
        threshold_source text NOT NULL,
        detail text NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0008_group_due'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'CREATE TABLE mart_group_rule_hit ({SQL}) PARTITION BY LIST (run)',
                    'DROP TABLE mart_group_rule_hit',
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name='GroupRuleHit',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('group_code', models.TextField()),
                        ('rule', models.TextField()),
                        ('name', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('industry_code', models.TextField()),
                        ('size_band', models.SmallIntegerField(null=True)),
                        ('n_members', models.BigIntegerField(null=True)),
                        ('total_income_li', models.BigIntegerField(null=True)),
                        ('effective_grade', models.TextField()),
                        ('weight', models.SmallIntegerField(null=True)),
                        ('value', models.FloatField(null=True)),
                        ('reference', models.FloatField(null=True)),
                        ('threshold', models.FloatField(null=True)),
                        ('threshold_source', models.TextField()),
                        ('detail', models.TextField()),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'group_code', 'rule', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '预警命中',
                        'verbose_name_plural': '预警命中',
                        'db_table': 'mart_group_rule_hit',
                    },
                ),
            ],
        ),
    ]
