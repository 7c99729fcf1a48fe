"""Add the quartiles of similar groups 同类集团; runs made before have none, and pages say so."""

from django.db import migrations, models

PEER_MONTH = """CREATE TABLE mart_peer_month (
    run bigint NOT NULL,
    month integer,
    industry_code text NOT NULL,
    size_band smallint NOT NULL,
    n_groups bigint,
    score_q1 double precision,
    score_q2 double precision,
    score_q3 double precision,
    n_members_q1 double precision,
    n_members_q2 double precision,
    n_members_q3 double precision,
    total_income_li_q1 double precision,
    total_income_li_q2 double precision,
    total_income_li_q3 double precision
) PARTITION BY LIST (run)"""
MEASURES = ("score", "n_members", "total_income_li")


class Migration(migrations.Migration):

    dependencies = [
        ('warehouse', '0011_audit'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(PEER_MONTH, 'DROP TABLE mart_peer_month'),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='PeerMonth',
                    fields=[
                        ('month', models.IntegerField(null=True)),
                        ('industry_code', models.TextField()),
                        ('size_band', models.SmallIntegerField()),
                        ('n_groups', models.BigIntegerField(null=True)),
                        *(
                            (f'{name}_q{place}', models.FloatField(null=True))
                            for name in MEASURES
                            for place in (1, 2, 3)
                        ),
                        ('run', models.BigIntegerField(verbose_name='运行')),
                        ('pk', models.CompositePrimaryKey('run', 'industry_code', 'size_band', blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': '同类集团',
                        'verbose_name_plural': '同类集团',
                        'db_table': 'mart_peer_month',
                    },
                ),
            ],
        ),
    ]
