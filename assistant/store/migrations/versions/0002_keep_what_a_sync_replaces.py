"""Keep what a sync replaces"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "guides", sa.Column("stage", sa.String(length=10), nullable=False, server_default="staged")
    )
    op.execute("UPDATE guides SET stage = 'live' WHERE live")
    op.drop_index("ix_guides_place", table_name="guides")
    with op.batch_alter_table("guides", table_kwargs={"sqlite_autoincrement": True}) as guides:
        guides.drop_column("live")
        guides.alter_column("stage", server_default=None)
    op.create_index("ix_guides_place", "guides", ["collection_id", "path", "stage"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM guides WHERE stage = 'replaced'")
    op.add_column(
        "guides", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE guides SET live = true WHERE stage = 'live'")
    op.drop_index("ix_guides_place", table_name="guides")
    with op.batch_alter_table("guides", table_kwargs={"sqlite_autoincrement": True}) as guides:
        guides.drop_column("stage")
        guides.alter_column("live", server_default=None)
    op.create_index("ix_guides_place", "guides", ["collection_id", "path", "live"], unique=True)
