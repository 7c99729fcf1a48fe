"""Add what falls due at the groups: ends of contracts, birthdays; earlier runs have no rows there."""

from django.db import migrations, models

SQL = """
    run bigint NOT NULL,
    month integer,
    group_code text NOT NULL,
    kind text NOT NULL,
    line integer NOT NULL,
    name text NOT NULL,
    city_code text NOT NULL,
    county_code text NOT NULL,
    account_manager_code text NOT NULL,
    due_date date,
    month_day text NOT NULL,
    product_code text NOT NULL,
    detail text NOT NULL,
    person text NOT NULL,
    amount_li bigint
"""


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0007_grade_flow'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'CREATE TABLE mart_group_due ({SQL}) PARTITION BY LIST (run)',
                    'DROP TABLE mart_group_due',
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name='GroupDue',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('group_code', models.TextField()),
                        ('kind', models.TextField()),
                        ('line', models.IntegerField()),
                        ('name', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('due_date', models.DateField(null=True)),
                        ('month_day', models.TextField()),
                        ('product_code', models.TextField()),
                        ('detail', models.TextField()),
                        ('person', models.TextField()),
                        ('amount_li', models.BigIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'group_code', 'kind', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '到期事项',
                        'verbose_name_plural': '到期事项',
                        'db_table': 'mart_group_due',
                    },
                ),
            ],
        ),
    ]
