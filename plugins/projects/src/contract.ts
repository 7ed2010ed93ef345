// What other plugins may use of projects: the entity to refer to, and the words to ask it with.
export { Project, ProjectLevel, ProjectNature } from "./entities/project.ts";
export { projectField } from "./dictionaries/project-field.ts";
