"""How bad a severity is, beside its code: lists are sorted by it.

The copies of entries are taken anew, for those that are here already do not tell it.
"""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The owner is behind the walls too. What has no version is older than whatever comes.
_OPEN = "SELECT set_config('app.copy_all', '%s', true), set_config('app.view_all', '%s', true)"


def upgrade() -> None:
    run(
        [
            "ALTER TABLE directory_ref ADD rank bigint",
            _OPEN % ("on", "on"),
            "UPDATE directory_ref SET version = 0",
            "DELETE FROM projection WHERE name = 'directory_entry'",
            _OPEN % ("", ""),
        ]
    )


def downgrade() -> None:
    op.execute("ALTER TABLE directory_ref DROP rank")
