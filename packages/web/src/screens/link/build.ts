const remembered = "xianmai.reloadedFor";

/** The scripts and styles a page is made of; their names hold a hash of their contents, so that two builds never agree. */
export function buildOf(page: Document): string {
  const parts = page.querySelectorAll('script[type="module"][src], link[rel="stylesheet"][href]');
  return [...parts].map((part) => part.getAttribute("src") ?? part.getAttribute("href")).join(" ");
}

/**
 * Loads the page again when the server has another build of it, once for each build: a server that came back may have been upgraded. Does nothing
 * when the server cannot be asked.
 */
export async function reloadIfUpgraded(own: string): Promise<void> {
  try {
    const response = await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" });
    if (!response.ok) return;
    const served = buildOf(new DOMParser().parseFromString(await response.text(), "text/html"));
    if (served === "" || served === own || sessionStorage.getItem(remembered) === served) return;
    sessionStorage.setItem(remembered, served);
    location.reload();
  } catch {
    // gone again; the next recovery asks again
  }
}
