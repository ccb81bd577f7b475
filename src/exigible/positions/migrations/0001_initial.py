import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0002_invariants'),
        ('team', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField()),
                ('known_at', models.DateTimeField(null=True)),
                ('basis', models.CharField(max_length=5)),
                ('bounds', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('computed_at', models.DateTimeField(auto_now_add=True)),
                ('cluster', models.BigIntegerField(default=0, help_text='the database server whose transactions are meant')),
                ('snapshot', models.TextField(help_text='the pg_snapshot of the computation; empty: not computed yet')),
                ('transaction', models.BigIntegerField(default=0, help_text='the transaction that computed it')),
                ('last_movement', models.BigIntegerField(help_text='no movement up to this id is still unseen', null=True)),
                ('totals', models.JSONField(default=dict, help_text='by currency: the amounts, the unallocated, the rows')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.company')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('company', 'as_of', 'basis', 'bounds', 'known_at'), name='positions_report_once', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReportRow',
            fields=[
                ('pk', models.CompositePrimaryKey('report_id', 'customer_id', 'currency', blank=True, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='one for each bucket, not due first', size=None)),
                ('unallocated', models.BigIntegerField()),
                ('overdue', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('oldest_on', models.DateField(help_text='the date of the oldest overdue debt that is open', null=True)),
                ('weighted_overdue', models.DecimalField(decimal_places=0, help_text='sum of overdue amount times days overdue', max_digits=38)),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.customer')),
                ('report', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rows', to='positions.report')),
            ],
            options={
                'verbose_name': 'row of a report',
            },
        ),
    ]
