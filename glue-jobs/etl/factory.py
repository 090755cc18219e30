"""Builds the parts of a job from its plan."""

from __future__ import annotations

from etl.checks import Checker
from etl.context import Context
from etl.errors import DefinitionError
from etl.extract.base import Extractor
from etl.extract.csv import CsvExtractor
from etl.extract.documents import DocumentExtractor
from etl.extract.empty import EmptyExtractor
from etl.extract.jdbc import JdbcReader, as_landed
from etl.extract.parquet import ParquetExtractor
from etl.loader import Loader
from etl.plan import LandedFile, Source
from etl.source import SourceTransformer
from etl.transformer import Transformer, relations_in, sql_of

_EXTRACTORS: dict[str, type[Extractor]] = {
    "csv": CsvExtractor,
    "json": DocumentExtractor,
    "values": DocumentExtractor,
    "text": DocumentExtractor,
    "parquet": ParquetExtractor,
}


class ETLFactory:
    """The only place that knows which class does what.

    :param context: the run that the parts are for.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def extractor(self, source: Source) -> Extractor:
        """What reads a source's landed files, or its database.

        :raises DefinitionError: for a form that this job does not know.
        """
        request = self._context.request
        jdbc = request.get("jdbc", {}).get(source["name"])
        if jdbc:
            files = JdbcReader(self._context, source, jdbc).land()
            # Who sizes tables' files, or names a broken one, looks here.
            request["sources"][source["name"]] = files
            return self._of_parquet(source, files)
        files = request["sources"].get(source["name"], [])
        if not files:
            return EmptyExtractor(self._context, source, [])
        form = source["form"]["format"]
        if form not in _EXTRACTORS:
            raise DefinitionError(f'no extractor for "{form}"', source=source["name"])
        return _EXTRACTORS[form](self._context, source, files)

    def _of_parquet(self, source: Source, files: list[LandedFile]) -> Extractor:
        kind = ParquetExtractor if files else EmptyExtractor
        return kind(self._context, as_landed(source), files)

    def source(self, source: Source) -> SourceTransformer:
        """What judges a source's records."""
        name, plan = source["name"], self._context.plan
        readers = sum(len(relations_in(sql_of(t), [name])) for t in plan["tables"])
        others = any(
            name in (check["relation"], check["rule"].get("target"))
            and check["severity"] != "quarantine"
            and check["rule"]["kind"] != "rowCount"
            for check in plan["checks"]
        )
        return SourceTransformer(
            self._context,
            self.extractor(source),
            is_read_once=readers == 1 and not others,
        )

    def transformer(self) -> Transformer:
        """What makes the rows of tables."""
        return Transformer(self._context)

    def loader(self) -> Loader:
        """What writes them."""
        return Loader(self._context)

    def checker(self) -> Checker:
        """What judges what was written."""
        return Checker(self._context)
