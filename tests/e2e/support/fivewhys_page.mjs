// The page as tests see it: every selector once, by role and name.
import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";

export class FivewhysPage {
  constructor(page, site) {
    this.page = page;
    this.site = site;
    this.dropZone = page.getByRole("button", { name: /drop log files here/i });
    this.picker = page.getByLabel("Log files");
    this.report = page.getByRole("article", { name: "Incident report" });
    this.headline = this.report.getByRole("heading", { level: 1 });
    this.severityTable = this.report.getByRole("region", { name: "Severity table" });
    this.changes = this.report.getByRole("region", { name: "What changed", exact: true });
    this.changedMessages = this.changes.getByRole("region", { name: "Comparison: Messages" });
    this.exceptions = this.report.getByRole("region", { name: "Exceptions", exact: true }).getByRole("article");
    this.slowest = this.report.getByRole("list", { name: "Slowest requests" }).getByRole("button");
    this.drawer = page.getByRole("complementary", { name: "Evidence" });
    this.rows = this.drawer.getByRole("listitem");
    this.search = this.drawer.getByRole("searchbox");
    this.chips = this.drawer.getByRole("group", { name: "Active filter" }).getByRole("button");
    this.facets = this.drawer.getByRole("group", { name: "Facets" });
    this.entry = this.drawer.getByRole("region", { name: "Entry" });
    this.count = this.drawer.locator(".drawer-tools > p");
    this.plot = page.getByRole("slider", { name: "Span of the timeline" });
    this.dialog = page.getByRole("dialog");
    this.alert = page.getByRole("alert");
    this.warnings = this.report.getByText(/warnings? about the input/);
    this.readAgain = page.getByRole("button", { name: "Read them again" });
    this.cancel = page.getByRole("button", { name: "Cancel" });
    this.themeButton = page.getByRole("button", { name: /^Theme:/ });
    this.liveRegion = page.locator("#live");
  }

  /** Opens the page from http or file:// and waits until files can be dropped. */
  async open(scheme = "http") {
    await this.page.goto(this.site.url(scheme));
    await expect(this.dropZone).toBeVisible();
    await this.ready();
  }

  /** Waits until the workers stand. */
  async ready() {
    await expect.poll(() => this.page.workers().length, { message: "workers start" }).toBeGreaterThan(1);
  }

  /** Drops files of the disk on the middle of the page, as the browser does it for a person. */
  async drop(...paths) {
    const session = await this.page.context().newCDPSession(this.page);
    const { width, height } = this.page.viewportSize();
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await session.send("Input.dispatchDragEvent", { type, x: width / 2, y: height / 2, data });
    }
    await session.detach();
  }

  /** Waits for the report. */
  async reported() {
    await expect(this.headline).toBeVisible({ timeout: 60_000 });
    await expect(this.report).toHaveAttribute("aria-busy", "false");
  }

  /** Rows of the severity table: `{ ERROR: 8, … }`. */
  async severities() {
    const rows = await this.severityTable.locator("tbody tr").all();
    const cells = await Promise.all(
      rows.map(async (row) => [
        (await row.getByRole("rowheader").innerText()).trim(),
        Number((await row.getByRole("cell").first().innerText()).replace(/\D/g, "")),
      ]),
    );
    return Object.fromEntries(cells);
  }

  /** Opens the drawer through the first figure of the severity table; gives that figure. */
  async openDrawer() {
    const figure = this.severityTable.getByRole("button").first();
    const entries = Number((await figure.innerText()).replace(/\D/g, ""));
    await figure.click();
    await expect(this.drawer.getByRole("listitem").first()).toBeVisible();
    return entries;
  }

  /** Drags over the timeline between two shares of its width. */
  async brush(from, to) {
    const { x, y, width } = await this.plot.boundingBox();
    await this.page.mouse.move(x + width * from, y + 20);
    await this.page.mouse.down();
    await this.page.mouse.move(x + width * to, y + 20, { steps: 4 });
    await this.page.mouse.up();
  }

  /** A facet's button, by the words of its value. */
  facet(words) {
    return this.facets.getByRole("button", { name: words });
  }

  /** What the page says of something that went wrong, by its code. */
  notice(code) {
    return this.page.locator(".notice").filter({ has: this.page.getByText(code, { exact: true }) });
  }

  /** A button of the drawer's tools. */
  tool(name) {
    return this.drawer.getByRole("button", { name, exact: true });
  }

  /** The number of entries that the drawer tells of. */
  async entries() {
    await expect(this.count).toHaveText(/entr/);
    return Number((await this.count.innerText()).replace(/\D/g, ""));
  }

  /**
   * Saves an export with a given time of generation; gives its bytes as text. `format`: Markdown, HTML, JSON; `opener` is the
   * button that opens the dialog.
   */
  async export(format, generatedAt, opener = "Export") {
    await this.page.getByRole("button", { name: opener, exact: true }).click();
    await this.dialog.getByLabel(/time of generation/i).fill(generatedAt);
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.dialog.getByRole("button", { name: `Save ${format}` }).click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    await this.dialog.getByRole("button", { name: "Close" }).click();
    return text;
  }

  /** Switches to `light` or `dark`. */
  async theme(name) {
    for (let tries = 0; tries < 3; tries += 1) {
      if ((await this.themeButton.innerText()).includes(name)) {
        return;
      }
      await this.themeButton.click();
    }
    throw new Error(`no theme ${name}`);
  }
}
