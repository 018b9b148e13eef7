"""Who of the users is whom at which provider of OpenID Connect, and the sessions that were opened there."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE identity (
        issuer text,
        subject text,
        user_id uuid NOT NULL CONSTRAINT fk_identity_user_id_user_account REFERENCES user_account,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_sign_in_at timestamptz NOT NULL,
        CONSTRAINT pk_identity PRIMARY KEY (issuer, subject),
        CONSTRAINT uq_identity_user_id_issuer UNIQUE (user_id, issuer)
    )
    """,
    """
    CREATE TABLE identity_session (
        session_id uuid CONSTRAINT pk_identity_session PRIMARY KEY
            CONSTRAINT fk_identity_session_session_id_session REFERENCES session ON DELETE CASCADE,
        provider text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        sid text,
        opened_by text NOT NULL CONSTRAINT uq_identity_session_opened_by UNIQUE,
        sealed text,
        recheck_at timestamptz
    )
    """,
    "CREATE INDEX ix_identity_session_issuer_subject ON identity_session (issuer, subject)",
]


def upgrade() -> None:
    run(_TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE identity_session")
    op.execute("DROP TABLE identity")
