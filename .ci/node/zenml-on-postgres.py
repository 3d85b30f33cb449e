"""Changes ZenML's server in place so that it stores in PostgreSQL, at the places that fAIr's image changes.

A place that is not found is an error: it is another version.
"""

import pathlib

import zenml

ROOT = pathlib.Path(zenml.__file__).parent
MYSQL = "sql_url.drivername == SQLDatabaseDriver.MYSQL:"
EITHER = "sql_url.drivername in (SQLDatabaseDriver.MYSQL, SQLDatabaseDriver.POSTGRES):"
LONG_TEXT = 'MEDIUMTEXT, "mysql"\n            )'
SHORTENED = 'return name if len(name) <= 63 else name[:30] + "_" + __import__("hashlib").md5(name.encode()).hexdigest()'

changes = {
    "zen_stores/sql_zen_store.py": [
        ('    MYSQL = "mysql"\n', '    MYSQL = "mysql"\n    POSTGRES = "postgresql"\n'),
        (MYSQL, EITHER),
        ('drivername="mysql+pymysql"', 'drivername={"mysql": "mysql+pymysql"}.get(sql_url.drivername, "postgresql+psycopg2")'),
    ],
    "models/v2/misc/server_models.py": [('    MYSQL = "mysql"\n', '    MYSQL = "mysql"\n    POSTGRES = "postgresql"\n')],
    # PostgreSQL's names have at most 63 characters.
    "zen_stores/schemas/schema_utils.py": [
        ('return f"fk_{source}_{source_column}_{target}"', f'name = f"fk_{{source}}_{{source_column}}_{{target}}"\n    {SHORTENED}'),
        ("[:64]", "[:63]"),
    ],
}
# Its VARCHAR is shorter than a MEDIUMTEXT; without a length it has no limit.
for path in sorted((ROOT / "zen_stores/schemas").glob("*.py")):
    if LONG_TEXT in path.read_text():
        changes[f"zen_stores/schemas/{path.name}"] = [(LONG_TEXT, f'{LONG_TEXT}.with_variant(String(), "postgresql")')]

for name, replacements in changes.items():
    content = (ROOT / name).read_text()
    for old, new in replacements:
        if old not in content:
            raise SystemExit(f"{name} does not contain {old!r}")
        content = content.replace(old, new)
    (ROOT / name).write_text(content)
