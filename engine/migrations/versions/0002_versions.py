"""Versions of decisions, their requirement graphs and forms; tasks name a form of elsewhere."""

import json
from collections import Counter
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FORM_FOLDER = "forms/"
MARK = b"\xef\xbb\xbf"
Row = dict[str, Any]
VERSION_TAG = "{http://camunda.org/schema/zeebe/1.0}versionTag"


def upgrade() -> None:
    requirements = op.create_table(
        "decision_requirements",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("requirements_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_decision_requirements_deployment_id_deployment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_requirements")),
        sa.UniqueConstraint(
            "requirements_id",
            "version",
            name=op.f("uq_decision_requirements_requirements_id_version"),
        ),
        sa.UniqueConstraint(
            "deployment_id", "file", name=op.f("uq_decision_requirements_deployment_id_file")
        ),
    )
    decisions = op.create_table(
        "decision_definition",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("requirements_key", NUMBER, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_decision_definition_deployment_id_deployment"),
        ),
        sa.ForeignKeyConstraint(
            ["requirements_key"],
            ["decision_requirements.id"],
            name=op.f("fk_decision_definition_requirements_key_decision_requirements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_definition")),
        sa.UniqueConstraint(
            "decision_id", "version", name=op.f("uq_decision_definition_decision_id_version")
        ),
        sa.UniqueConstraint(
            "deployment_id",
            "decision_id",
            name=op.f("uq_decision_definition_deployment_id_decision_id"),
        ),
    )
    forms = op.create_table(
        "form_definition",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_form_definition_deployment_id_deployment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_definition")),
        sa.UniqueConstraint("form_id", "version", name=op.f("uq_form_definition_form_id_version")),
        sa.UniqueConstraint(
            "deployment_id", "form_id", name=op.f("uq_form_definition_deployment_id_form_id")
        ),
    )
    # In one statement, because SQLite would otherwise copy the table and, dropping the old one,
    # delete the inbox and the drafts with it. An empty key means: the form of the definition.
    op.add_column(
        "user_task",
        sa.Column(
            "form_key",
            NUMBER,
            sa.ForeignKey("form_definition.id", name=op.f("fk_user_task_form_key_form_definition")),
            nullable=True,
        ),
        inline_references=True,
    )
    _Recording(op.get_bind()).fill(requirements, decisions, forms)


class _Recording:
    """Gives what was deployed before its versions, in the order of the deployments."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.number = connection.scalar(sa.text("SELECT next FROM id_block")) or 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def fill(self, requirements: sa.Table, decisions: sa.Table, forms: sa.Table) -> None:
        query = "SELECT deployment_id, name, content FROM resource ORDER BY deployment_id, name"
        for deployment_id, files in groupby(
            self.connection.execute(sa.text(query)).all(), key=lambda row: row.deployment_id
        ):
            contents = {row.name: bytes(row.content) for row in files}
            graphs = [
                self.graph(name, contents[name]) for name in contents if name.endswith(".dmn")
            ]
            self.insert(requirements, deployment_id, [graph for graph, _ in graphs])
            self.insert(decisions, deployment_id, [row for _, rows in graphs for row in rows])
            self.insert(forms, deployment_id, self.forms(contents))
        self.connection.execute(sa.text("UPDATE id_block SET next = :next"), {"next": self.number})

    def insert(self, table: sa.Table, deployment_id: int, rows: list[Row]) -> None:
        if rows:
            new = [{**row, "deployment_id": deployment_id} for row in rows]
            self.connection.execute(table.insert(), new)

    def versioned(self, kind: str, name: str) -> Row:
        self.number += 1
        self.counts[kind, name] += 1
        return {"id": self.number - 1, f"{kind}_id": name, "version": self.counts[kind, name]}

    def graph(self, file: str, content: bytes) -> tuple[Row, list[Row]]:
        """Return the rows of a DMN file that was found sound when it was deployed."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(content.removeprefix(MARK), parser)
        dmn = f"{{{etree.QName(root).namespace}}}"
        graph_id = root.get("id") or root.get("name") or file
        graph = self.versioned("requirements", graph_id)
        rows = []
        for decision in root.findall(f"{dmn}decision"):
            key = decision.get("id") or decision.get("name") or ""
            tag = decision.find(f"{dmn}extensionElements/{VERSION_TAG}")
            row = {
                "requirements_key": graph["id"],
                "name": decision.get("name") or key,
                "version_tag": (tag.get("value") or None) if tag is not None else None,
            }
            rows.append(self.versioned("decision", key) | row)
        return graph | {"name": root.get("name") or graph_id, "file": file}, rows

    def forms(self, contents: dict[str, bytes]) -> list[Row]:
        """Return the rows of forms; one outside the folder of forms says its id itself."""
        found: dict[str, Row] = {}
        for file in sorted(contents, key=lambda name: (not name.startswith(FORM_FOLDER), name)):
            said = json.loads(contents[file].decode("utf-8-sig")) if file.endswith(".form") else {}
            in_folder = file.startswith(FORM_FOLDER)
            named = file.removeprefix(FORM_FOLDER).removesuffix(".form")
            form_id = named if in_folder else said.get("id")
            if said and form_id and form_id not in found:
                tag = said.get("versionTag")
                row = {"version_tag": tag if isinstance(tag, str) and tag else None, "file": file}
                found[form_id] = self.versioned("form", form_id) | row
        return list(found.values())
