// What other plugins may use of county figures: the entity to refer to.
export { CountyFigure } from "./entities/county-figure.ts";
