/** Who makes the events, as a URI. */
export const PRODUCER = 'urn:tributary:0.1.0';

const SPEC = 'https://openlineage.io/spec';
export const EVENT_SCHEMA = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;

/** The facets that are used, and the version of each one's schema. */
const VERSIONS = {
  NominalTimeRunFacet: '1-0-1',
  ParentRunFacet: '1-2-0',
  ErrorMessageRunFacet: '1-0-1',
  JobTypeJobFacet: '2-0-4',
  SQLJobFacet: '1-1-0',
  DocumentationJobFacet: '1-1-0',
  SchemaDatasetFacet: '1-2-0',
  ColumnLineageDatasetFacet: '1-2-0',
  InputStatisticsInputDatasetFacet: '1-0-0',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
} as const;

/** A facet with what every facet carries. */
export const facet = (
  name: keyof typeof VERSIONS,
  content: Readonly<Record<string, unknown>>,
): object => ({
  _producer: PRODUCER,
  _schemaURL: `${SPEC}/facets/${VERSIONS[name]}/${name}.json#/$defs/${name}`,
  ...content,
});
