// Facets of many values: the rest opens, a box finds one, each is chosen or left out; findings and files are facets too.
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { WAYS, press, tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { UNRECORDED, services } from "./support/services.mjs";

const SERVICES = 500;

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

/** Opens logs, shows all entries and the facets beside them. */
async function open(way, app, page, ...paths) {
  await app.open("file");
  await app.drop(...paths);
  await app.reported();
  await press(way, page, app.tool("Show all"));
  await press(way, page, app.tool("Facets"));
  await expect(app.facets).toBeVisible();
}

for (const way of WAYS) {
  test(`each of ${SERVICES} services is found, chosen and left out, by ${way}`, async ({ app, page, site }) => {
    const path = join(site.folder, "services.ndjson");
    const all = services(path, SERVICES);
    await open(way, app, page, path);
    const group = app.facets.getByRole("group", { name: "Service", exact: true });
    const values = group.getByRole("button", { name: /^svc-/ });
    await expect(values).toHaveCount(6);
    const more = group.getByRole("button", { name: `Service: ${SERVICES - 6} more` });
    await press(way, page, more);
    const box = group.getByRole("searchbox", { name: "Find in Service" });
    await expect(box).toBeFocused();
    await expect(values).toHaveCount(200);
    await expect(group).toContainText("300 more: type to find them.");
    await page.keyboard.type("VC-433");
    await expect(values).toHaveCount(1);
    await expect(box).toBeFocused();

    await press(way, page, values.first());
    await expect(app.count).toHaveText("2 entries");
    await expect(app.chips).toHaveText([/svc-433/]);
    await expect(values.first()).toHaveAttribute("aria-pressed", "true");
    if (way === "keyboard") await expect(values.first()).toBeFocused();
    await press(way, page, values.first());
    await expect(app.count).toHaveText(`${all.toLocaleString("en")} entries`);

    const not = group.getByRole("button", { name: "Leave out svc-433" });
    await press(way, page, not);
    await expect(app.count).toHaveText(`${(all - 2).toLocaleString("en")} entries`);
    await expect(app.chips).toHaveText([/not svc-433/]);
    await expect(not).toHaveAttribute("aria-pressed", "true");
    if (way === "keyboard") await expect(not).toBeFocused();
    await page.keyboard.press("q");
    await expect(app.dialog.getByRole("textbox")).toHaveValue('NOT resource.labels.service_name="svc-433"');
    await page.keyboard.press("Escape");
    await press(way, page, not);
    await expect(app.count).toHaveText(`${all.toLocaleString("en")} entries`);

    if (way === "mouse") await group.getByRole("button", { name: "Fewer" }).click();
    else {
      await tabTo(page, box, 10, "Shift+Tab");
      await page.keyboard.press("Escape");
    }
    await expect(box).toHaveCount(0);
    await expect(more).toBeFocused();
    await expect(values).toHaveCount(6);
    // The drawer is still there: the key was for the box.
    await expect(app.count).toBeVisible();
  });

  test(`values of an open facet follow the filter, by ${way}`, async ({ app, page, site }) => {
    const path = join(site.folder, "services.ndjson");
    services(path, SERVICES);
    await open(way, app, page, path);
    const group = app.facets.getByRole("group", { name: "Service", exact: true });
    await press(way, page, group.getByRole("button", { name: / more$/ }));
    await expect(group.getByRole("button", { name: /^svc-007/ })).toHaveText(/svc-007\s*2/);
    const info = app.facets.getByRole("button", { name: /^INFO/ });
    // It stands before the open facet, whose values are many.
    if (way === "keyboard") await tabTo(page, info, 60, "Shift+Tab");
    await press(way, page, info);
    await expect(app.count).toHaveText(`${SERVICES} entries`);
    await expect(group.getByRole("button", { name: /^svc-007/ })).toHaveText(/svc-007\s*1/);
    await expect(group.getByRole("searchbox")).toHaveValue("");
  });

  test(`findings and files are facets, by ${way}`, async ({ app, page, site }) => {
    const path = join(site.folder, "services.ndjson");
    const all = services(path, 3);
    await open(way, app, page, path, CRASH_LOOP);
    const choose = async (name, words) => {
      const value = app.facets.getByRole("group", { name, exact: true }).getByRole("button", { name: words });
      const n = Number((await value.locator(".facet-count").innerText()).replace(/\D/g, ""));
      await press(way, page, value);
      await expect(app.count).toHaveText(`${n} entries`);
      return { value, n };
    };
    const finding = await choose("Finding", /^F1 /);
    await expect(app.chips).toHaveText([/F1/]);
    await press(way, page, finding.value);
    const file = await choose("File", /^services.ndjson/);
    expect(file.n).toBe(all);
    await expect(app.chips).toHaveText([/1 file/]);
    await press(way, page, file.value);
    await press(way, page, app.facets.getByRole("button", { name: "Leave out services.ndjson" }));
    await expect(app.count).toHaveText("26 entries");
    expect(all).toBe(6 + UNRECORDED);
  });
}
