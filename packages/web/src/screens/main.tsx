import "@fontsource-variable/noto-sans-sc/wght.css";
import "./shell/base.css";

import { createRoot } from "react-dom/client";

import { Screens } from "./screens.tsx";
import { ErrorBoundary } from "./shell/error-boundary.tsx";

const place = document.getElementById("screen");
if (place !== null) {
  createRoot(place).render(
    <ErrorBoundary>
      <Screens />
    </ErrorBoundary>,
  );
}
