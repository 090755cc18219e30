"""One run of one plan: sources, tables, checks, in the order that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from etl.check_sql import key_checks
from etl.checks import result_of
from etl.context import Context
from etl.errors import (
    JobError,
    SourceError,
    TributaryError,
    disk_full,
    from_executor,
)
from etl.factory import ETLFactory
from etl.loader import Written
from etl.plan import Check, Source, Table
from etl.source import SourceTransformer
from etl.transformer import explain, names_in, relations_in, sql_of

_AT_ONCE = 4
_CAUSE = "Caused by: "


def _table(name: str) -> str:
    return f"table {name}"


def _count(source: str) -> str:
    return f"count {source}"


def _check(relation: str) -> str:
    return f"check {relation}"


def _reconcile(rows: dict[str, Any]) -> dict[str, Any]:
    parts = ("used", "dropped", "duplicates", "quarantined")
    landed, total = rows["landed"], sum(rows[part] for part in parts)
    check: Check = {
        "name": "rows add up",
        "relation": rows["source"],
        "severity": "fail",
        "rule": {},
    }
    detail = f"{landed} landed = " + " + ".join(f"{rows[p]} {p}" for p in parts)
    return result_of(check, abs(landed - total), detail)


class Job:
    """Runs a plan. Publishes nothing: all is below the output folder.

    Sources are made ready side by side, then all else, each as soon as what it needs is
    there: a table needs those that its SELECT names, a source is counted when tables
    have read it, and checks need what they look at.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._factory = ETLFactory(context)
        self._sources: dict[str, SourceTransformer] = {}
        self._written: dict[str, Written] = {}
        self._counted: dict[str, dict[str, Any]] = {}
        #: Each relation's number of rows, and the results of its checks.
        self._judged: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        self._checks: dict[str, list[Check]] = {}
        self._aside: list[Check] = []
        self._sort_checks()
        self._lock = Lock()
        settings = context.request.get("settings", {})
        self._at_once: int = settings.get("atOnce", _AT_ONCE)

    def _sort_checks(self) -> None:
        """Those of a table or source together; some were judged record by record."""
        plan = self.context.plan
        names = {source["name"] for source in plan["sources"]}
        self._checks = {table["name"]: [] for table in plan["tables"]}
        for check in [*plan["checks"], *key_checks(plan)]:
            if check["severity"] == "quarantine" and check["relation"] in names:
                self._aside.append(check)
            else:
                self._checks.setdefault(check["relation"], []).append(check)

    def run(self) -> dict[str, Any]:
        """The embedded engine's output, as `core/job.schema.json` has it.

        :raises TributaryError: where the input or the SQL is not as declared.
            Checks that fail do not raise.
        """
        plan = self.context.plan
        try:
            self._factory.transformer().make_run_view()
            self._all({s["name"]: self._source_task(s) for s in plan["sources"]}, {})
            tables = {_table(t["name"]): self._table_task(t) for t in plan["tables"]}
            counts = {_count(name): self._count_task(name) for name in self._sources}
            checks = {_check(name): self._check_task(name) for name in self._checks}
            self._all({**tables, **counts, **checks}, self._needs())
            return self._output()
        finally:
            self.context.close()

    def _source_task(self, source: Source) -> Callable[[], None]:
        def prepare() -> None:
            with self.context.metrics.step(f"source {source['name']}"):
                try:
                    made = self._factory.source(source)
                    made.prepare()
                except TributaryError as error:
                    raise error.within(source=source["name"]) from error
            with self._lock:
                self._sources[source["name"]] = made

        return prepare

    def _table_task(self, table: Table) -> Callable[[], None]:
        def make() -> None:
            with self.context.metrics.step(f"table {table['name']}"):
                try:
                    made = self._write(table)
                    is_settled = self._settle(table, is_written=True)
                    written = made if is_settled else self._write(table)
                except PySparkException as error:
                    # What reading the input raised is no fault of the SELECT.
                    raise self._ours(error) or explain(error, table) from error
            with self._lock:
                self._written[table["name"]] = written

        return make

    def _write(self, table: Table) -> Written:
        def write() -> Written:
            rows = self._factory.transformer().rows(table)
            return self._factory.loader().write(table, rows)

        try:
            return write()
        except PySparkException:
            # It may be for lines that were taken for what they are not.
            self.context.go_on()
            if self._settle(table, is_written=False):
                raise
            return write()

    def _settle(self, table: Table, *, is_written: bool) -> bool:
        """Asks the sources that a table reads: see `SourceTransformer.settle`."""
        read = set(relations_in(sql_of(table), self._sources))
        settled = [
            self._sources[name].settle(is_written=is_written) for name in sorted(read)
        ]
        return all(settled)

    def _count_task(self, name: str) -> Callable[[], None]:
        def count() -> None:
            with self.context.metrics.step(f"count {name}"):
                counted = self._sources[name].finish()
            with self._lock:
                self._counted[name] = counted

        return count

    def _check_task(self, relation: str) -> Callable[[], None]:
        def judge() -> None:
            rows = self._counted.get(relation, {}).get("used")
            checks = self._checks[relation]
            with self.context.metrics.step(f"checks {relation}"):
                judged = self._factory.checker().judge(relation, checks, rows)
            with self._lock:
                self._judged[relation] = judged

        return judge

    def _needs(self) -> dict[str, set[str]]:
        """What each table, count and check waits for."""
        needs: dict[str, set[str]] = {}
        names: list[str] = []
        for table in self.context.plan["tables"]:
            read = names_in(sql_of(table), [*names, *self._sources])
            needs[_table(table["name"])] = {_table(n) for n in read if n in names}
            for source in set(read) & self._sources.keys():
                needs.setdefault(_count(source), set()).add(_table(table["name"]))
            names.append(table["name"])
        for relation, checks in self._checks.items():
            read = [relation]
            for rule in (check["rule"] for check in checks):
                read += [rule["target"]] if "target" in rule else []
                read += names_in(rule.get("where", ""), [*names, *self._sources])
            needs[_check(relation)] = {
                _table(n) if n in names else _count(n)
                for n in read
                if n in names or n in self._sources
            }
        return needs

    def _all(
        self, tasks: Mapping[str, Callable[[], None]], needs: Mapping[str, set[str]]
    ) -> None:
        """Runs tasks side by side, each when what it needs is done.

        :raises Exception: the first that one of them raises, when all that run
            have ended; no other is started.
        """
        done: set[str] = set()
        running: dict[Future[None], str] = {}
        failure: BaseException | None = None
        waiting = dict(tasks)
        with ThreadPoolExecutor(self._at_once, "etl") as pool:
            try:
                while running or (waiting and failure is None):
                    ready = [n for n in waiting if needs.get(n, set()) <= done]
                    for name in ready if failure is None else []:
                        task = waiting.pop(name)
                        running[pool.submit(self._in_pool, task)] = name
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        name, error = running.pop(future), future.exception()
                        if error is None:
                            done.add(name)
                        elif failure is None:
                            failure = error
                            self._stop()
            except BaseException:
                # Else the pool would wait for what nobody wants any more.
                self._stop()
                raise
        if failure is not None:
            raise failure

    def _in_pool(self, task: Callable[[], None]) -> None:
        """Runs a task in the run's pool of the fair scheduler, if it may go on."""
        run = self.context.request["run"]
        spark = self.context.spark.sparkContext
        spark.setJobGroup(run, self.context.plan["pipeline"], interruptOnCancel=False)
        spark.setLocalProperty("spark.scheduler.pool", run)
        self.context.go_on()
        try:
            task()
        except (PySparkException, Py4JError) as error:
            raise self.explained(error) from error

    def _stop(self) -> None:
        """Lets no more begin, and ends what runs."""
        self.context.stopped.set()
        self.context.spark.sparkContext.cancelJobGroup(self.context.request["run"])

    def explained(self, error: Exception) -> TributaryError:
        """Spark's error as one of ours."""
        lines = [line.strip() for line in str(error).split("\n")]
        causes = [x.removeprefix(_CAUSE) for x in lines if x.startswith(_CAUSE)]
        reason = causes[-1] if causes else next((x for x in lines[1:] if x), lines[0])
        return self._ours(error) or JobError(f"Spark failed: {reason}")

    def _ours(self, error: Exception) -> TributaryError | None:
        """The error of ours within Spark's, or the landed file that it names."""
        message = str(error)
        found = from_executor(message)
        if found is not None:
            return found
        if (full := disk_full(message)) is not None:
            return full
        for source, files in self.context.request["sources"].items():
            for file in files:
                if file["local"] in message and _CAUSE in message:
                    cause = message.rsplit(_CAUSE, 1)[-1].split("\n", 1)[0]
                    return SourceError(
                        f"the file cannot be read: {cause}",
                        source=source,
                        file=file["path"],
                    )
        return None

    # The output

    def _output(self) -> dict[str, Any]:
        plan = self.context.plan
        sources = [self._counted[source["name"]] for source in plan["sources"]]
        results = {name: iter(found) for name, (_, found) in self._judged.items()}
        every = [*plan["checks"], *key_checks(plan)]
        return {
            "sources": sources,
            "tables": [
                self._written[name].result(self._judged[name][0])
                for name in (table["name"] for table in plan["tables"])
            ],
            "checks": [
                *map(_reconcile, sources),
                *map(self._set_aside, self._aside),
                *(next(results[c["relation"]]) for c in every if c not in self._aside),
            ],
        }

    def _set_aside(self, check: Check) -> dict[str, Any]:
        """A quarantine check has done its work when the source was judged."""
        rows = self._counted[check["relation"]]
        return result_of(check, rows["reasons"].get(check["name"], 0))
