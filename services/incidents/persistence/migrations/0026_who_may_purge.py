"""Functions that run with the rights of the tables' owner: nobody calls them but whom the service connects as, and no
temporary table takes the place of one that they name.
"""

from chassis.migrations.mechanisms import run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_FUNCTIONS = {
    "purge_incident(uuid)": ("pg_catalog, public, pg_temp", "pg_catalog, public"),
    "search_incidents(tsquery, uuid[], bigint)": ("public, pg_temp", "public, pg_temp"),
}


def upgrade() -> None:
    """After each migration the user of the service is given the right to call what is there."""
    for function, (path, _) in _FUNCTIONS.items():
        run(
            [
                f"ALTER FUNCTION {function} SET search_path = {path}",
                f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC",
            ]
        )


def downgrade() -> None:
    for function, (_, path) in _FUNCTIONS.items():
        run(
            [
                f"GRANT EXECUTE ON FUNCTION {function} TO PUBLIC",
                f"ALTER FUNCTION {function} SET search_path = {path}",
            ]
        )
