"""Departments, sites and teams of companies, and the month in which their fiscal years start."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = [
    "ALTER TABLE company ADD fiscal_year_start_month bigint NOT NULL DEFAULT 1",
    """
    CREATE TABLE department (
        id uuid CONSTRAINT pk_department PRIMARY KEY,
        company_id uuid NOT NULL CONSTRAINT fk_department_company_id_company REFERENCES company,
        parent_id uuid,
        name text NOT NULL,
        code text,
        active boolean NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT uq_department_company_id_id UNIQUE (company_id, id),
        CONSTRAINT uq_department_company_id_code UNIQUE (company_id, code),
        CONSTRAINT fk_department_company_id_parent_id_department FOREIGN KEY (company_id, parent_id)
            REFERENCES department (company_id, id)
    )
    """,
    "CREATE INDEX ix_department_name ON department (company_id, name, id)",
    "CREATE INDEX ix_department_parent_id ON department (parent_id, name, id)",
    """
    CREATE TABLE site (
        id uuid CONSTRAINT pk_site PRIMARY KEY,
        company_id uuid NOT NULL CONSTRAINT fk_site_company_id_company REFERENCES company,
        name text NOT NULL,
        address text,
        country text,
        active boolean NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_site_name ON site (company_id, name, id)",
    """
    CREATE TABLE team (
        id uuid CONSTRAINT pk_team PRIMARY KEY,
        company_id uuid NOT NULL CONSTRAINT fk_team_company_id_company REFERENCES company,
        name text NOT NULL,
        active boolean NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT uq_team_company_id_id UNIQUE (company_id, id)
    )
    """,
    "CREATE INDEX ix_team_name ON team (company_id, name, id)",
    """
    CREATE TABLE team_member (
        team_id uuid,
        user_id uuid CONSTRAINT fk_team_member_user_id_user_account REFERENCES user_account,
        company_id uuid NOT NULL,
        CONSTRAINT pk_team_member PRIMARY KEY (team_id, user_id),
        CONSTRAINT fk_team_member_company_id_team_id_team FOREIGN KEY (company_id, team_id)
            REFERENCES team (company_id, id)
    )
    """,
    "CREATE INDEX ix_team_member_user_id ON team_member (user_id)",
    """
    CREATE TABLE user_department (
        user_id uuid CONSTRAINT fk_user_department_user_id_user_account REFERENCES user_account,
        company_id uuid,
        department_id uuid NOT NULL,
        CONSTRAINT pk_user_department PRIMARY KEY (user_id, company_id),
        CONSTRAINT fk_user_department_company_id_department_id_department FOREIGN KEY (company_id, department_id)
            REFERENCES department (company_id, id)
    )
    """,
    "CREATE INDEX ix_user_department_department_id ON user_department (department_id)",
]
_MANAGED = ("manage",)
_UNITS = ("department", "site", "team")
_LINKS = ("team_member", "user_department")


def upgrade() -> None:
    run(_TABLES)
    for table in _UNITS:
        run(protect(table, read=["units"], insert=_MANAGED, update=_MANAGED))
    for table in _LINKS:
        run(protect(table, read=["units"], insert=_MANAGED, update=_MANAGED, delete=_MANAGED))


def downgrade() -> None:
    for table in (*_LINKS, *_UNITS):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE company DROP fiscal_year_start_month")
