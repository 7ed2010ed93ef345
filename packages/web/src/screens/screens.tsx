import type { ReactNode } from "react";
import { Route, Switch } from "wouter";

import { ProjectsScreen } from "./projects/screen.tsx";
import { NotFound } from "./shell/not-found.tsx";

const projects = "/screens/projects";

/** The large screens, each under its own path. */
export function Screens(): ReactNode {
  return (
    <Switch>
      <Route path={projects} component={ProjectsScreen} />
      <Route>
        <NotFound path={location.pathname} screens={[projects]} />
      </Route>
    </Switch>
  );
}
