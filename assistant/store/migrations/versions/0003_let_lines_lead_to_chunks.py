"""Let lines lead to chunks"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chunks", sa.Column("leads_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM chunks WHERE leads_to IS NOT NULL")
    with op.batch_alter_table("chunks", table_kwargs={"sqlite_autoincrement": True}) as chunks:
        chunks.drop_column("leads_to")
