// Every address that a person can reach: accessible, ours alone, and never wider than a phone.
import { mkdirSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

import { PURPOSE, signIn, watched } from "./team.mjs";

const PICTURES = process.env.PROOF_PICTURES;

/** Opens the heaviest case, and says where its person and one of its records are. */
async function opened(page) {
  await page.goto("/case/C-1");
  if (await page.getByLabel("Purpose").count()) {
    await page.getByLabel("Purpose").fill(PURPOSE);
    await page.getByRole("button", { name: "Open, and record it" }).click();
  }
  const worker = await page.locator('a[href^="/worker/P-"]').first().getAttribute("href");
  await page.goto(worker);
  return { worker, record: await page.locator('a[href^="/record/"]').first().getAttribute("href") };
}

test("axe finds nothing on any route, and nothing is wider than a phone", async ({ page, colorScheme }) => {
  test.setTimeout(1_800_000);
  const wrong = watched(page);
  await page.goto("/login");
  const found = [];
  const look = async (path) => {
    if (path) await page.goto(path);
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    for (const one of violations) found.push(`${path} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
  };
  await look("/login");
  await signIn(page, "lea");
  await page.goto("/case/C-2");
  await look("/case/C-2");
  const { worker, record } = await opened(page);
  const paths = ["/", "/?view=all", "/?reason=nothing+like+it", "/case/C-1", worker, record, "/farms", "/farm/F-1", "/search", "/share", "/health", "/health/rejects", "/history", "/account", "/nowhere"];
  for (const path of paths) await look(path);
  await page.goto("/search");
  await page.locator("#values").fill("C-1\nF-1\n198.51.100.7");
  await page.getByRole("main").getByRole("button", { name: "Search" }).click();
  await look();
  // folded parts are read as well
  await page.goto("/case/C-1");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  await look();
  await page.goto("/");
  await page.keyboard.press("?");
  await look();
  expect(found).toEqual([]);

  await page.setViewportSize({ width: 320, height: 700 });
  for (const path of paths) {
    await page.goto(path);
    const [wide, window, who] = await page.evaluate(() => {
      const out = [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".scroll"));
      return [document.documentElement.scrollWidth, innerWidth, out.slice(0, 3).map((one) => `${one.tagName} ${one.textContent.slice(0, 60)}`).join(" | ")];
    });
    expect(wide, `${path} at 320 px: ${who}`).toBeLessThanOrEqual(window);
  }
  expect(wrong).toEqual([]);

  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await page.setViewportSize({ width: 1280, height: 860 });
    const shots = colorScheme === "light" ? [["/", "queue"], ["/case/C-1", "case"], ["/farm/F-1", "farm"]] : [["/health", "health-dark"], [worker, "worker-dark"]];
    for (const [path, name] of shots) {
      await page.goto(path);
      await page.screenshot({ path: `${PICTURES}/${name}.png` });
    }
  }
});

test("everything but shortcuts works without script", async ({ browser, colorScheme }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, colorScheme });
  const page = await context.newPage();
  await signIn(page, "lea");
  await page.getByRole("link", { name: "C-5", exact: true }).click();
  if (await page.getByLabel("Purpose").count()) {
    await page.getByLabel("Purpose").fill(PURPOSE);
    await page.getByRole("button", { name: "Open, and record it" }).click();
  }
  await page.getByLabel("New note").fill(`<b>not markup</b> & "quoted" (${colorScheme})`);
  await page.getByRole("button", { name: "Write" }).click();
  await expect(page.getByText(`<b>not markup</b> & "quoted" (${colorScheme})`, { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await context.close();
});
