"""Add where grades went, by unit and by group; earlier runs have no rows there."""

from django.db import migrations, models

SQL = {
    "mart_grade_flow_month": """
        run bigint NOT NULL,
        month integer,
        from_month integer,
        level text NOT NULL,
        city_code text NOT NULL,
        county_code text NOT NULL,
        account_manager_code text NOT NULL,
        from_grade text NOT NULL,
        to_grade text NOT NULL,
        way text NOT NULL,
        n_groups bigint
    """,
    "mart_group_grade_change": """
        run bigint NOT NULL,
        month integer,
        from_month integer,
        group_code text NOT NULL,
        name text NOT NULL,
        city_code text NOT NULL,
        county_code text NOT NULL,
        account_manager_code text NOT NULL,
        industry_code text NOT NULL,
        from_grade text NOT NULL,
        to_grade text NOT NULL,
        way text NOT NULL,
        prev_score double precision,
        score double precision,
        total_income_li bigint
    """,
}


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0006_elasticity'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'CREATE TABLE {table} ({columns}) PARTITION BY LIST (run)',
                    f'DROP TABLE {table}',
                )
                for table, columns in SQL.items()
            ],
            state_operations=[
                migrations.CreateModel(
                    name='GradeFlowMonth',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('from_month', models.IntegerField(null=True)),
                        ('level', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('from_grade', models.TextField()),
                        ('to_grade', models.TextField()),
                        ('way', models.TextField()),
                        ('n_groups', models.BigIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'level', 'city_code', 'county_code', 'account_manager_code', 'from_grade', 'to_grade', 'way', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '等级变动',
                        'verbose_name_plural': '等级变动',
                        'db_table': 'mart_grade_flow_month',
                    },
                ),
                migrations.CreateModel(
                    name='GroupGradeChange',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('from_month', models.IntegerField(null=True)),
                        ('group_code', models.TextField()),
                        ('name', models.TextField()),
                        ('city_code', models.TextField()),
                        ('county_code', models.TextField()),
                        ('account_manager_code', models.TextField()),
                        ('industry_code', models.TextField()),
                        ('from_grade', models.TextField()),
                        ('to_grade', models.TextField()),
                        ('way', models.TextField()),
                        ('prev_score', models.FloatField(null=True)),
                        ('score', models.FloatField(null=True)),
                        ('total_income_li', models.BigIntegerField(null=True)),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'group_code', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '变动集团',
                        'verbose_name_plural': '变动集团',
                        'db_table': 'mart_group_grade_change',
                    },
                ),
            ],
        ),
    ]
