"""The first tables: definitions, instances, tasks, the case file and the organisation."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "capacity",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("hundredths", NUMBER, nullable=False),
        sa.CheckConstraint("hundredths >= 0", name=op.f("ck_capacity_hundredths")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
        sa.UniqueConstraint("team", "valid_from", name=op.f("uq_capacity_team_valid_from")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("shared_id", NUMBER, nullable=True),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shared_id"], ["deployment.id"], name=op.f("fk_deployment_shared_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_index("ix_deployment_name", "deployment", ["name", "id"], unique=False)
    op.create_table(
        "failed_sign_in",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(op.f("ix_failed_sign_in_last_at"), "failed_sign_in", ["last_at"], unique=False)
    op.create_table(
        "id_block",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("next", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_id_block")),
    )
    op.create_table(
        "mandant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("absender", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandant")),
    )
    op.create_table(
        "occupancy",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("belegt", NUMBER, nullable=False),
        sa.CheckConstraint("belegt >= 0", name=op.f("ck_occupancy_belegt")),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_occupancy")),
    )
    op.create_table(
        "taken_message",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "correlation", "message_id", name=op.f("pk_taken_message")),
    )
    op.create_index("ix_taken_message_taken_at", "taken_message", ["taken_at"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant_id"], ["mandant.id"], name=op.f("fk_account_mandant_id_mandant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "candidate_group",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sees_sgb8", sa.Boolean(), nullable=False),
        sa.Column("sees_status", sa.Boolean(), nullable=False),
        sa.Column("portal_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant_id"], ["mandant.id"], name=op.f("fk_candidate_group_mandant_id_mandant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_group")),
    )
    op.create_table(
        "case",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fallbeginn", sa.Date(), nullable=False),
        sa.Column("fall_ende_datum", sa.Date(), nullable=True),
        sa.Column("beendigungsgrund", sa.Text(), nullable=True),
        sa.Column("zustaendige_person", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant_id"], ["mandant.id"], name=op.f("fk_case_mandant_id_mandant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    op.create_index(op.f("ix_case_mandant_id"), "case", ["mandant_id"], unique=False)
    op.create_table(
        "count",
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kennzahl", sa.Text(), nullable=False),
        sa.Column("merkmal", sa.Text(), nullable=False),
        sa.Column("anzahl", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant_id"], ["mandant.id"], name=op.f("fk_count_mandant_id_mandant")
        ),
        sa.PrimaryKeyConstraint(
            "mandant_id", "month", "kennzahl", "merkmal", name=op.f("pk_count")
        ),
    )
    op.create_table(
        "definition",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_definition_deployment_id_deployment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("process_id", "version", name=op.f("uq_definition_process_id_version")),
    )
    op.create_table(
        "parameter",
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandant_id"], ["mandant.id"], name=op.f("fk_parameter_mandant_id_mandant")
        ),
        sa.PrimaryKeyConstraint("mandant_id", "name", name=op.f("pk_parameter")),
    )
    op.create_table(
        "resource",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_resource_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("deployment_id", "name", name=op.f("uq_resource_deployment_id_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("case_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("position", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_audit_entry_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "bg",
        sa.Column("case_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("bg_nummer", sa.Text(), nullable=True),
        sa.Column("jobcenter_standort", sa.Text(), nullable=True),
        sa.Column("sgb2_bezug", sa.Boolean(), nullable=True),
        sa.Column("sgb2_bezug_ende", sa.Date(), nullable=True),
        sa.Column("familienform", sa.Text(), nullable=True),
        sa.Column("junger_elternteil", sa.Boolean(), nullable=True),
        sa.Column("schwanger", sa.Boolean(), nullable=True),
        sa.Column("schwangerschaftswoche", NUMBER, nullable=True),
        sa.Column("schwangerschaftswoche_am", sa.Date(), nullable=True),
        sa.Column("mehrbedarf_schwangerschaft_ab", sa.Date(), nullable=True),
        sa.Column("teilnahme_status", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_bg_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_bg")),
    )
    op.create_index(op.f("ix_bg_bg_nummer"), "bg", ["bg_nummer"], unique=False)
    op.create_table(
        "case_key",
        sa.Column("case_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("master_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_key_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_key")),
    )
    op.create_table(
        "document",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_document_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_case_id"), "document", ["case_id"], unique=False)
    op.create_table(
        "handled_job",
        sa.Column("job_key", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("outputs", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_handled_job_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_key", name=op.f("pk_handled_job")),
    )
    op.create_index(op.f("ix_handled_job_case_id"), "handled_job", ["case_id"], unique=False)
    op.create_table(
        "instance",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("definition_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_in", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("parent_id", NUMBER, nullable=True),
        sa.Column("parent_key", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_instance_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_instance_definition_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["instance.id"],
            name=op.f("fk_instance_parent_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_index("ix_instance_case_id", "instance", ["case_id"], unique=False)
    op.create_index(
        "ix_instance_definition_id", "instance", ["definition_id", "state"], unique=False
    )
    op.create_index("ix_instance_parent_id", "instance", ["parent_id"], unique=False)
    op.create_index("ix_instance_parent_key", "instance", ["parent_key"], unique=False)
    op.create_table(
        "involved_group",
        sa.Column("case_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_involved_group_case_id_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "group_id", name=op.f("pk_involved_group")),
    )
    op.create_table(
        "letter",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("vorlage", sa.Text(), nullable=False),
        sa.Column("ordered_at", UtcDateTime(), nullable=False),
        sa.Column("sealed_order", sa.LargeBinary(), nullable=True),
        sa.Column("rendered_at", UtcDateTime(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_pdf", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_letter_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_membership_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["candidate_group.id"],
            name=op.f("fk_membership_group_id_candidate_group"),
        ),
        sa.PrimaryKeyConstraint("account_id", "group_id", name=op.f("pk_membership")),
    )
    op.create_table(
        "message",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_message_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "name", "correlation", "message_id", name=op.f("uq_message_name_correlation_message_id")
        ),
    )
    op.create_index("ix_message_case_id", "message", ["case_id"], unique=False)
    op.create_index("ix_message_name", "message", ["name", "correlation"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_outbox_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "participation",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prioritaet", NUMBER, nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.Column("ueberbelegung", sa.Boolean(), nullable=False),
        sa.Column("reserved_at", UtcDateTime(), nullable=True),
        sa.Column("beginn", sa.Date(), nullable=True),
        sa.Column("ende", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_participation_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("case_id", "team", name=op.f("uq_participation_case_id_team")),
    )
    op.create_index(
        op.f("ix_participation_team_state"), "participation", ["team", "state"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("rolle", sa.Text(), nullable=False),
        sa.Column("vorname", sa.Text(), nullable=True),
        sa.Column("nachname", sa.Text(), nullable=True),
        sa.Column("geburtsdatum", sa.Date(), nullable=True),
        sa.Column("personensorgeberechtigt", sa.Boolean(), nullable=True),
        sa.Column("erziehungsberechtigt", sa.Boolean(), nullable=True),
        sa.Column("elb", sa.Boolean(), nullable=True),
        sa.Column("zustaendigkeit", sa.Text(), nullable=True),
        sa.Column("besucht_allgemeinbildende_schule", sa.Boolean(), nullable=True),
        sa.Column("schulende_datum", sa.Date(), nullable=True),
        sa.Column("lta_bedarf", sa.Text(), nullable=True),
        sa.Column("eingeschult", sa.Boolean(), nullable=True),
        sa.Column("betreuung", sa.Text(), nullable=True),
        sa.Column("stichtag_uesb", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_person_case_id_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_case_id"), "person", ["case_id"], unique=False)
    op.create_table(
        "protected_value",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
            name=op.f("fk_protected_value_case_id_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_value")),
    )
    op.create_index(
        op.f("ix_protected_value_case_id"), "protected_value", ["case_id"], unique=False
    )
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "einwilligung",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("einverstaendnis", sa.Text(), nullable=False),
        sa.Column("empfaenger", sa.Text(), nullable=True),
        sa.Column("zweck", sa.Text(), nullable=True),
        sa.Column("datenumfang", sa.Text(), nullable=True),
        sa.Column("richtung", sa.Text(), nullable=True),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("schriftlich", sa.Boolean(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=True),
        sa.Column("widerrufen_am", sa.Date(), nullable=True),
        sa.Column("dokument_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_einwilligung_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dokument_id"],
            ["document.id"],
            name=op.f("fk_einwilligung_dokument_id_document"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_einwilligung_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einwilligung")),
    )
    op.create_index(op.f("ix_einwilligung_case_id"), "einwilligung", ["case_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("element_key", NUMBER, nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("element_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_history_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_history_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index("ix_history_case_id", "history", ["case_id", "id"], unique=False)
    op.create_index("ix_history_instance_id", "history", ["instance_id", "id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_incident_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_incident_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "ix_incident_instance_id", "incident", ["instance_id", "resolved_at"], unique=False
    )
    op.create_index("ix_incident_open", "incident", ["resolved_at", "id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("retries", NUMBER, nullable=False),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_job_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_instance_id", "job", ["instance_id"], unique=False)
    op.create_index("ix_job_type", "job", ["type", "available_at", "id"], unique=False)
    op.create_table(
        "kontakt",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("kontakt_art", sa.Text(), nullable=False),
        sa.Column("teilnehmende", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("notiz_sgb2", sa.Text(), nullable=True),
        sa.Column("notiz_sgb8_id", NUMBER, nullable=True),
        sa.Column("anvertraut", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_kontakt_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notiz_sgb8_id"],
            ["protected_value.id"],
            name=op.f("fk_kontakt_notiz_sgb8_id_protected_value"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kontakt")),
    )
    op.create_index(op.f("ix_kontakt_case_id"), "kontakt", ["case_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("definition_id", NUMBER, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("instance_id", NUMBER, nullable=True),
        sa.Column("mandant_id", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_subscription_definition_id_definition"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_subscription_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_instance_id", "subscription", ["instance_id"], unique=False)
    op.create_index(
        "ix_subscription_message", "subscription", ["message", "correlation"], unique=False
    )
    op.create_table(
        "timer",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=True),
        sa.Column("definition_id", NUMBER, nullable=True),
        sa.Column("mandant_id", sa.Text(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("wake_at", UtcDateTime(), nullable=False),
        sa.Column("rounds", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_timer_definition_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_timer_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_definition_id", "timer", ["definition_id"], unique=False)
    op.create_index("ix_timer_instance_id", "timer", ["instance_id"], unique=False)
    op.create_index("ix_timer_wake_at", "timer", ["wake_at", "id"], unique=False)
    op.create_table(
        "user_task",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("definition_id", NUMBER, nullable=False),
        sa.Column("mandant_id", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("candidate_groups", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("candidate_users", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("follow_up_at", UtcDateTime(), nullable=True),
        sa.Column("priority", NUMBER, nullable=False),
        sa.Column("local", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_by", sa.Text(), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_user_task_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_user_task_definition_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_user_task_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_task")),
    )
    op.create_index("ix_user_task_case_id", "user_task", ["case_id", "state"], unique=False)
    op.create_index("ix_user_task_instance_id", "user_task", ["instance_id", "state"], unique=False)
    op.create_table(
        "draft",
        sa.Column("user_task_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("turn", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_draft_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"],
            ["user_task.id"],
            name=op.f("fk_draft_user_task_id_user_task"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_task_id", "account_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "inbox",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("due_ms", NUMBER, nullable=False),
        sa.Column("user_task_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_task_id"],
            ["user_task.id"],
            name=op.f("fk_inbox_user_task_id_user_task"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("principal", "due_ms", "user_task_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_user_task_id", "inbox", ["user_task_id"], unique=False)
    op.create_table(
        "uebermittlung",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("zeitpunkt", UtcDateTime(), nullable=False),
        sa.Column("von", sa.Text(), nullable=False),
        sa.Column("an", sa.Text(), nullable=False),
        sa.Column("kanal", sa.Text(), nullable=False),
        sa.Column("zweck", sa.Text(), nullable=False),
        sa.Column("inhalt_kategorie", sa.Text(), nullable=False),
        sa.Column("umfang", sa.Text(), nullable=True),
        sa.Column("auflage", sa.Text(), nullable=True),
        sa.Column("rechtsgrundlage", sa.Text(), nullable=False),
        sa.Column("einwilligung_id", NUMBER, nullable=True),
        sa.Column("familie_informiert", sa.Boolean(), nullable=False),
        sa.Column("adresse", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_uebermittlung_case_id_case"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["einwilligung_id"],
            ["einwilligung.id"],
            name=op.f("fk_uebermittlung_einwilligung_id_einwilligung"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uebermittlung")),
    )
    op.create_index(op.f("ix_uebermittlung_case_id"), "uebermittlung", ["case_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError
