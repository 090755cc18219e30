#!/usr/bin/env bash
# The checkers of templates, once, in .cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.cache/package-tools
[ -x "$venv/bin/checkov" ] && [ -x "$venv/bin/cfn-lint" ] && exit
echo 'Setting up cfn-lint and checkov (once, some minutes) …'
python3 -m venv "$venv"
"$venv/bin/pip" install -q cfn-lint==1.58.0 checkov==3.3.30
