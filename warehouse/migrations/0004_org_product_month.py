"""Add the totals of each product by unit; runs made before have no rows there."""

from django.db import migrations, models

ORG_PRODUCT_MONTH = """CREATE TABLE mart_org_product_month (
    run bigint NOT NULL,
    month integer,
    level text NOT NULL,
    city_code text NOT NULL,
    county_code text NOT NULL,
    account_manager_code text NOT NULL,
    industry_code text NOT NULL,
    size_band smallint NOT NULL,
    product_code text NOT NULL,
    n_groups_using bigint,
    users bigint,
    member_users bigint,
    billed_users bigint,
    amount_li bigint,
    group_paid_li bigint,
    member_paid_li bigint,
    outsider_paid_li bigint,
    users_q1 double precision,
    users_median double precision,
    users_q3 double precision
) PARTITION BY LIST (run)"""


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0003_group_alert'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ORG_PRODUCT_MONTH, 'DROP TABLE mart_org_product_month'),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='OrgProductMonth',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('level', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('industry_code', models.TextField()),
                        ('size_band', models.SmallIntegerField()),
                        ('product_code', models.TextField()),
                        ('n_groups_using', models.BigIntegerField(null=True)),
                        ('users', models.BigIntegerField(null=True)),
                        ('member_users', models.BigIntegerField(null=True)),
                        ('billed_users', models.BigIntegerField(null=True)),
                        ('amount_li', models.BigIntegerField(null=True)),
                        ('group_paid_li', models.BigIntegerField(null=True)),
                        ('member_paid_li', models.BigIntegerField(null=True)),
                        ('outsider_paid_li', models.BigIntegerField(null=True)),
                        ('users_q1', models.FloatField(null=True)),
                        ('users_median', models.FloatField(null=True)),
                        ('users_q3', models.FloatField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'level', 'city_code', 'county_code', 'account_manager_code', 'industry_code', 'size_band', 'product_code', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '产品汇总',
                        'verbose_name_plural': '产品汇总',
                        'db_table': 'mart_org_product_month',
                    },
                ),
            ],
        ),
    ]
