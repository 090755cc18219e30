#!/usr/bin/env bash
# Installs the emulator of AWS that the tests use, once, in .cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.cache/ministack
stamp=$venv/.installed-1.5.33
[ -e "$stamp" ] && exit
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install -q ministack==1.5.33
touch "$stamp"
