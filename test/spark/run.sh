#!/usr/bin/env bash
# Both engines on the same input, and Spark's faults:
#   npm run test:spark -- [--real | --replay DIR] [options of jest]
set -euo pipefail
cd "$(dirname "$0")/../.."

case ${1:-} in
--real)
  SPARK_REPLAY=$PWD/../shared/data
  shift
  set -- parity "$@"
  ;;
--replay)
  SPARK_REPLAY=$(cd "$2" && pwd)
  shift 2
  set -- parity "$@"
  ;;
esac
export SPARK_REPLAY=${SPARK_REPLAY:-}

node=node_modules/.bin/node
"$node" test/spark/setUp.ts
exec "$node" --experimental-vm-modules --disable-warning=ExperimentalWarning \
  node_modules/jest/bin/jest.js --config test/spark/jest.config.js "$@"
