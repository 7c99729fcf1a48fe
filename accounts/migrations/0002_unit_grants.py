import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # apart from 0001: guardian's tables need the user, and the audit of grants needs guardian's

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('guardian', '0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitGrant',
            fields=[
            ],
            options={
                'verbose_name': '授权',
                'verbose_name_plural': '授权',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('guardian.userobjectpermission',),
        ),
        migrations.CreateModel(
            name='UnitGrantEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.IntegerField()),
                ('object_pk', models.CharField(max_length=255, verbose_name='object ID')),
                ('content_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
                ('permission', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.permission')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.unitgrant')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitgrant',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_unitgrantevent" ("content_type_id", "id", "object_pk", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."content_type_id", NEW."id", NEW."object_pk", NEW."permission_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='2acec83248415fb16f88a4f3839facf2417d4906', operation='INSERT', pgid='pgtrigger_insert_insert_6dd4a', table='guardian_userobjectpermission', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitgrant',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_unitgrantevent" ("content_type_id", "id", "object_pk", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."content_type_id", NEW."id", NEW."object_pk", NEW."permission_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='66dab1c37f27d1b2d6c0c2a381c2a54be95ba7de', operation='UPDATE', pgid='pgtrigger_update_update_9b38d', table='guardian_userobjectpermission', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitgrant',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_unitgrantevent" ("content_type_id", "id", "object_pk", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."content_type_id", OLD."id", OLD."object_pk", OLD."permission_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='b01c659805b314918e26b89268bc1a64c2959c0e', operation='DELETE', pgid='pgtrigger_delete_delete_83bff', table='guardian_userobjectpermission', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitgrantevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='57c4077c118b3f11c80958f80cfea43cfca8f5ba', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ca2eb', table='accounts_unitgrantevent', when='BEFORE')),
        ),
    ]
