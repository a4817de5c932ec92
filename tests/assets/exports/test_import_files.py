from assets.exports.import_files import change_rows
from assets.queries.import_batches import FieldChange, RowChange


def test_a_sheet_named_like_a_formula_is_not_run_in_the_file_of_changes():
    change = FieldChange("Room", "", "=2+2")
    row = RowChange(1, 3, "=cmd|' /C calc'!A0", None, [change], {}, "")
    [cells] = change_rows([row])
    assert [cell for cell in cells if cell.startswith("=")] == []
    assert cells[0] == "'=cmd|' /C calc'!A0: 3"
