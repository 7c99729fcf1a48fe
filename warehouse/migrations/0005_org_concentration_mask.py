"""Add what the largest groups of a unit bring, and which units' amounts are masked.

Runs made before have no rows in either: pages say so, and show management no masked amounts.
"""

from django.db import migrations, models

ORG_CONCENTRATION = """CREATE TABLE mart_org_concentration (
    run bigint NOT NULL,
    month integer,
    level text NOT NULL,
    city_code text NOT NULL,
    county_code text NOT NULL,
    account_manager_code text NOT NULL,
    point smallint NOT NULL,
    n_groups bigint,
    n_top bigint,
    income_li bigint,
    top_li bigint
) PARTITION BY LIST (run)"""
ORG_MASK = """CREATE TABLE mart_org_mask (
    run bigint NOT NULL,
    month integer,
    level text NOT NULL,
    city_code text NOT NULL,
    county_code text NOT NULL,
    account_manager_code text NOT NULL,
    masked smallint
) PARTITION BY LIST (run)"""


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0004_org_product_month'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ORG_CONCENTRATION, 'DROP TABLE mart_org_concentration'),
                migrations.RunSQL(ORG_MASK, 'DROP TABLE mart_org_mask'),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='OrgConcentration',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('level', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('point', models.SmallIntegerField()),
                        ('n_groups', models.BigIntegerField(null=True)),
                        ('n_top', models.BigIntegerField(null=True)),
                        ('income_li', models.BigIntegerField(null=True)),
                        ('top_li', models.BigIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'level', 'city_code', 'county_code', 'account_manager_code', 'point', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '收入集中度',
                        'verbose_name_plural': '收入集中度',
                        'db_table': 'mart_org_concentration',
                    },
                ),
                migrations.CreateModel(
                    name='OrgMask',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('level', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('masked', models.SmallIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'level', 'city_code', 'county_code', 'account_manager_code', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '小单元屏蔽',
                        'verbose_name_plural': '小单元屏蔽',
                        'db_table': 'mart_org_mask',
                    },
                ),
            ],
        ),
    ]
