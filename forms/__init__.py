"""Forms: the schema, its check, its values and its view model. Pure.

A door reads a submission with `typed` (never raises), changes repeated rows with `change_rows`,
asks `validate` for the values of the task and shows the form again with `view`.
"""

from forms.actions import anchor, change_rows
from forms.errors import FormBroken, FormInvalid, FormTooCostly
from forms.filing import acceptable
from forms.json_answers import validate_json
from forms.loading import check, load
from forms.parts import Field, Form
from forms.replacing import as_variables, replace_files, replace_protected
from forms.submitted import typed
from forms.surroundings import Choice, Submission, Surroundings, Upload
from forms.telling import Told, told
from forms.validation import validate, validate_values
from forms.viewing import view
from forms.views import FormView

__all__ = [
    "Choice",
    "Field",
    "Form",
    "FormBroken",
    "FormInvalid",
    "FormTooCostly",
    "FormView",
    "Submission",
    "Surroundings",
    "Told",
    "Upload",
    "acceptable",
    "anchor",
    "as_variables",
    "change_rows",
    "check",
    "load",
    "replace_files",
    "replace_protected",
    "told",
    "typed",
    "validate",
    "validate_json",
    "validate_values",
    "view",
]
