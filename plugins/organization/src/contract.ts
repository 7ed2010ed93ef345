// What other plugins may use of organization: entities to refer to. Everything else of this package is its own business.
export { Enterprise } from "./entities/enterprise.ts";
export { Official, OfficialRank } from "./entities/official.ts";
export { Unit, UnitKind } from "./entities/unit.ts";
