import os
import stat
import subprocess
import sys
from pathlib import Path


def test_what_is_kept_is_for_nobody_else_on_the_machine(tmp_path):
    """The first start makes the folder of database and uploads, and in it the signing key."""
    var = tmp_path / "deep" / "var"
    code = "from networks.config import settings; print(settings.SECRET_KEY)"
    environment = {**os.environ, "VAR_DIR": str(var)}
    environment.pop("SECRET_KEY", None)
    keys = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for _ in range(2)
    }
    assert [len(key) >= 50 for key in keys] == [True]
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600
