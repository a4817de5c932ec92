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


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    """Each reads a whole key, whoever of them made it: half a key would sign nothing, or differently from the others."""
    code = "from networks.config import settings; print(settings.SECRET_KEY)"
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "var")}
    environment.pop("SECRET_KEY", None)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    keys = {process.communicate(timeout=60)[0].strip() for process in started}
    assert [len(key) >= 50 for key in keys] == [True]
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
