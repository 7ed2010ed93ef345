/** What is asked of all sides. */
export const DOCUMENTS = ["list", "aggregates", "key"] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** What the documents are, for the table. */
export const TITLES: Readonly<Record<DocumentName, string>> = {
  list: "50 projects, unit, township, 12 reports, blockers",
  aggregates: "sums by field and by unit",
  key: "one project by key, 12 reports",
};

/** Who answers. */
export const SIDES = ["ours", "postgraphile", "byHand"] as const;
export type SideName = (typeof SIDES)[number];

const UNITS = "responsibleUnit { code name }";
const PROJECT = "id code name stage totalInvestment";

const OURS: Readonly<Record<DocumentName, string>> = {
  list: `query List { projects(first: 50) { nodes { ${PROJECT} ${UNITS} township { code name } reports { nodes { month invested } } blockers { nodes { summary raisedOn } } } } }`,
  aggregates: `query Aggregates {
    byField: projectAggregates(groupBy: [{ dimension: FIELD }]) { key { field } totalInvestment { sum min max } }
    byUnit: projectAggregates(groupBy: [{ dimension: RESPONSIBLE_UNIT }]) { key { responsibleUnit { code } } totalInvestment { sum min max } }
  }`,
  key: `query Key($id: ID!) { project(id: $id) { ${PROJECT} ${UNITS} reports { nodes { month invested } } } }`,
};

const ITS_UNITS = "responsibleUnit: unitByResponsibleUnitId { code name }";
const ITS_PROJECT = "id: rowId code name stage totalInvestment";
const ITS_REPORTS = "reports: reportsByProjectId(orderBy: MONTH_ASC) { nodes { month invested } }";

// the names that PostGraphile gives are made ours by aliases; a group's key is as its column has it
const POSTGRAPHILE: Readonly<Record<DocumentName, string>> = {
  list: `query List { projects: allProjects(first: 50, orderBy: CODE_ASC) { nodes { ${ITS_PROJECT} ${ITS_UNITS} township: unitByTownshipId { code name } ${ITS_REPORTS} blockers: blockersByProjectId { nodes { summary raisedOn } } } } }`,
  aggregates: `query Aggregates { projects: allProjects {
    byField: groupedAggregates(groupBy: FIELD_ID) { keys sum { totalInvestment } min { totalInvestment } max { totalInvestment } }
    byUnit: groupedAggregates(groupBy: RESPONSIBLE_UNIT_ID) { keys sum { totalInvestment } min { totalInvestment } max { totalInvestment } }
  } }`,
  key: `query Key($id: UUID!) { project: projectByRowId(rowId: $id) { ${ITS_PROJECT} ${ITS_UNITS} ${ITS_REPORTS} } }`,
};

/**
 * The requests of a document as they go over the wire, for a side.
 *
 * @param keys of the projects that are asked for one by one, in turn
 * @param viewer what `x-xianmai-viewer` says; ours alone is told
 */
export function requestsOf(side: SideName, document: DocumentName, keys: readonly string[], viewer?: string): readonly string[] {
  const asked = document === "key" ? keys : [undefined];
  return asked.map((key) => {
    if (side === "byHand") return `GET /${document}${key === undefined ? "" : `?id=${key}`} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    const variables = key === undefined ? undefined : { id: side === "ours" ? `Project:${key}` : key };
    const body = JSON.stringify({ query: (side === "ours" ? OURS : POSTGRAPHILE)[document], variables });
    const who = viewer === undefined ? "" : `x-xianmai-viewer: ${viewer}\r\n`;
    return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${who}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  });
}
