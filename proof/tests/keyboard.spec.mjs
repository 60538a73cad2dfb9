// The same day without a mouse: every step by keys alone.
import { expect, test } from "@playwright/test";

import { PASSWORD, PURPOSE, REASON, prints, watched } from "./team.mjs";

test("triage, open, read, decide, print, by keyboard alone", async ({ page }) => {
  const wrong = watched(page);
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim());

  await page.goto("/login");
  await page.keyboard.type("lea");
  await press("Tab");
  await page.keyboard.type(PASSWORD);
  await press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Queue" })).toBeVisible();

  // the first tab leads over the navigation
  await press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await press("Enter");

  // the list of keys, then rows, a look without opening, a selection
  await press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await press("Escape");
  await press("j", "j", "k");
  await expect(page.locator("tr.here")).toHaveCount(1);
  await press(" ");
  await expect(page.getByLabel("Preview")).toBeVisible();
  await press("Escape");
  await expect(page.getByLabel("Preview")).toHaveCount(0);
  await press("x", "j", "Shift+X");
  await expect(page.locator("[data-count]")).toHaveText("2");
  await press("x", "k", "x");
  await expect(page.getByRole("button", { name: "Snooze" })).toBeHidden();

  // the next one that nobody works on; open it
  await press("n");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^C-\d+ · P-\d+$/);
  const name = (await page.getByRole("heading", { level: 1 }).innerText()).split(" ")[0];
  await press("d");
  await page.keyboard.type(PURPOSE);
  await press("Control+Enter");
  await expect(page.getByRole("heading", { name: "What would clear this person" })).toBeVisible();

  // its neighbours in the queue, and back
  await press("]");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(new RegExp(`^${name} `));
  await press("[");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(new RegExp(`^${name} `));

  // evidence, timeline, mine
  await press("e");
  expect(await focused()).toBe("evidence");
  await press("t");
  expect(await focused()).toBe("timeline");
  await press("a");
  await expect(page.getByRole("button", { name: "Give back" })).toBeVisible();

  // take it back, and take it again
  await press("z");
  await expect(page.getByRole("button", { name: "Assign to me" })).toBeVisible();
  await press("a");
  await expect(page.getByRole("button", { name: "Give back" })).toBeVisible();

  // decide: the first outcome, a reason, done
  await press("d", " ", "Tab");
  await page.keyboard.type(REASON);
  await press("Control+Enter");
  await expect(page.locator(".top .state")).toHaveText("cleared");
  await expect(page.getByRole("status")).toContainText(REASON);
  await prints(page);

  // letters are text inside a box, and can be switched off
  await press("g", "s");
  await expect(page.getByRole("heading", { level: 1, name: "Search" })).toBeVisible();
  await page.keyboard.type("jknx?");
  await expect(page.locator("#values")).toHaveValue("jknx?");
  await press("Escape", "g", "q");
  await expect(page.getByRole("heading", { level: 1, name: "Queue" })).toBeVisible();
  await press("g", "f", "j");
  await page.waitForURL("**/farms");
  await press("j", "Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Farm F-1" })).toBeVisible();
  await page.locator("[data-node]").first().focus();
  await expect(page.locator("[data-told] li").first()).toBeVisible();
  expect(wrong).toEqual([]);
});
