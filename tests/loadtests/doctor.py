"""`amphi`, except that the journal it gives has another post in the first choice."""

import json
import subprocess
import sys

said = subprocess.run(
    [sys.executable, "-m", "amphi", *sys.argv[1:]], capture_output=True, text=True, check=False
)
lines = said.stdout.splitlines()
if sys.argv[1] == "journal":
    first = next(n for n, line in enumerate(lines) if '"PostChosen"' in line)
    told = json.loads(lines[first])
    told["event"]["post"] = "20011"
    lines[first] = json.dumps(told)
sys.stdout.write("\n".join(lines) + "\n")
sys.stderr.write(said.stderr)
sys.exit(said.returncode)
