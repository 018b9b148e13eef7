"""The policies by which a purge reaches the tables that came after it; the first purge need not make them any more."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = ("incident_review", "incident_action_item", "incident_indicator", "indicator", "incident_asset")
_OPEN = "(SELECT current_setting('app.purge_all', true) = 'on')"


def upgrade() -> None:
    for table in _TABLES:
        made = f"CREATE POLICY {table}_purge ON {table} USING ({_OPEN})"
        run([f"DROP POLICY IF EXISTS {table}_purge ON {table}", made])


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DROP POLICY IF EXISTS {table}_purge ON {table}")
