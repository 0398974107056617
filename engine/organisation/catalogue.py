"""The Mandanten and candidate groups that the procedures name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.model.group import CandidateGroup
from engine.model.inserting import insert_absent
from engine.model.mandant import Mandant

#: id, name, sender line of its letters
MANDANTEN = (
    ("goe", "Landkreis Göttingen", "Landkreis Göttingen · Fachbereich Jobcenter (56)"),
    ("bo", "Stadt Bochum", "Stadt Bochum · Jugendamt · Kita-Sozialarbeit"),
    ("of", "Kreis Offenbach", "Kreis Offenbach · Familienmanagement"),
    ("anker", "ANKER-Netzwerk", "ANKER · Koordination"),
    ("ham", "Stadt Hamm", "Stadt Hamm · Jugendamt"),
)

#: Mandant, id, name; no Mandant: the same role exists in every one
GROUPS = (
    ("goe", "goe_ifk", "Integrationsfachkraft"),
    ("goe", "goe_ifk_kibiz", "Integrationsfachkraft KiBiZ"),
    ("goe", "goe_ifk_uesb", "Integrationsfachkraft Übergang Schule–Beruf"),
    ("goe", "goe_ifk_reha", "Integrationsfachkraft Reha"),
    ("goe", "goe_teamleitung", "Teamleitung"),
    ("goe", "goe_asd", "Allgemeiner Sozialer Dienst (Fachbereich 51)"),
    ("bo", "bo_ksa", "Kita-Sozialarbeit"),
    ("bo", "bo_ksa_mitte", "Kita-Sozialarbeit Bezirk Mitte"),
    ("bo", "bo_ksa_wattenscheid", "Kita-Sozialarbeit Bezirk Wattenscheid"),
    ("bo", "bo_ksa_nord", "Kita-Sozialarbeit Bezirk Nord"),
    ("bo", "bo_ksa_ost", "Kita-Sozialarbeit Bezirk Ost"),
    ("bo", "bo_ksa_sued", "Kita-Sozialarbeit Bezirk Süd"),
    ("bo", "bo_ksa_suedwest", "Kita-Sozialarbeit Bezirk Südwest"),
    ("bo", "bo_sd", "Sozialer Dienst"),
    ("bo", "bo_sd_leitung", "Leitung Sozialer Dienst"),
    ("bo", "bo_fachgremium", "Fachgremium (kollegiale Reflexion)"),
    ("bo", "bo_fachberatung_ktp", "Fachberatung Kindertagespflege"),
    ("bo", "bo_eb", "Erziehungsberatung"),
    ("bo", "bo_kita", "Kindertageseinrichtung"),
    ("bo", "bo_sgl", "Sachgebietsleitung"),
    ("bo", "bo_abtl", "Abteilungsleitung"),
    ("of", "of_pro_arbeit", "Pro Arbeit"),
    ("of", "of_asd", "Allgemeiner Sozialer Dienst"),
    ("of", "of_fam_team", "Gemeinsames Team Familienmanagement"),
    ("of", "of_sgl_fam", "Leitung Sachgebiet Familienmanagement"),
    ("anker", "ak_koordination", "Koordination ANKER"),
    ("anker", "ak_rechtskreis", "Vertretung der Rechtskreise"),
    ("anker", "ak_leitung", "Leitungsebene"),
    ("ham", "ham_eb_stadt", "Erziehungsberatung der Stadt"),
    ("ham", "ham_eb_caritas", "Erziehungsberatung der Caritas"),
    ("ham", "ham_asd", "Allgemeiner Sozialer Dienst"),
    ("ham", "ham_koord", "Koordinierungsstelle"),
    ("ham", "ham_wjh", "Wirtschaftliche Jugendhilfe"),
    ("ham", "ham_diakonie", "Diakonie (Patenschaften)"),
    ("ham", "ham_jc", "Jobcenter"),
    (None, "qz_leitung", "Leitung Qualitätszirkel"),
    (None, "qz_mitglied", "Mitglied Qualitätszirkel"),
    (None, "prozess_verantwortliche", "Prozessverantwortung"),
    (None, "freigabe_leitung", "Freigabe (Leitung)"),
    (None, "datenschutz", "Datenschutzbeauftragung"),
)

SEES_SGB8 = {
    "goe_ifk_kibiz",
    "bo_sd",
}
SEES_STATUS = {
    *("goe_ifk_kibiz", "goe_teamleitung", "goe_asd"),
    *("bo_sd", "bo_sd_leitung", "bo_abtl"),
}
PORTAL_ONLY = {
    "goe_asd",
    "bo_kita",
}
#: A group of team leads and the team whose posts they keep.
LEADS = {"goe_teamleitung": "goe_ifk_kibiz"}


def establish(session: Session) -> None:
    """Create the Mandanten and groups that do not exist yet."""
    mandanten = [{"id": key, "name": name, "absender": line} for key, name, line in MANDANTEN]
    insert_absent(session, Mandant, mandanten)
    groups = [
        {
            "id": group_id,
            "mandant_id": mandant_id,
            "name": name,
            "sees_sgb8": group_id in SEES_SGB8,
            "sees_status": group_id in SEES_STATUS,
            "portal_only": group_id in PORTAL_ONLY,
        }
        for mandant_id, group_id, name in GROUPS
    ]
    insert_absent(session, CandidateGroup, groups)
