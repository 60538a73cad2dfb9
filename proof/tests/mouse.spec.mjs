// A case from the queue to a decision that two people made, by mouse.
import { expect, test } from "@playwright/test";

import { PURPOSE, REASON, nextUnowned, prints, signIn, watched } from "./team.mjs";

test("triage, open, read, decide, confirm, print", async ({ page, browser }) => {
  const wrong = watched(page);
  await signIn(page, "ana");
  const name = await nextUnowned(page);

  // triage: look without opening, select, and the bar of bulk actions appears
  const row = page.locator("tr[data-row]").filter({ has: page.getByRole("link", { name, exact: true }) });
  await expect(page.getByRole("button", { name: "Snooze" })).toBeHidden();
  await row.getByRole("checkbox").check();
  await expect(page.getByRole("button", { name: "Snooze" })).toBeVisible();
  await page.getByLabel("Assign to").selectOption("ana");
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^mine/ }).click();
  await page.getByRole("link", { name, exact: true }).click();

  // nobody has a name before a purpose was given
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(new RegExp(`^${name} · P-\\d+$`));
  await page.getByLabel("Purpose").fill("no");
  await page.getByRole("button", { name: "Open, and record it" }).click();
  await expect(page.getByRole("alert")).toContainText("at least one sentence");
  await page.goBack();
  await page.getByLabel("Purpose").fill(PURPOSE);
  await page.getByRole("button", { name: "Open, and record it" }).click();
  await expect(page.getByRole("heading", { name: "What would clear this person" })).toBeVisible();

  // read: a sentence, its records, the bytes, and back
  const records = await page.locator("section:has(#evidence) .records a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  let read = false;
  for (const record of records.slice(0, 8)) {
    await page.goto(record);
    read = (await page.getByRole("heading", { name: "As received" }).count()) > 0;
    if (read) break;
    // a record of somebody else leads to their door
    await expect(page.getByRole("heading", { name: "This person is not open" })).toBeVisible();
  }
  expect(read).toBe(true);
  await page.goto(`/case/${name}`);
  await page.getByRole("link", { name: /^P-\d+$/ }).first().click();
  await expect(page.getByRole("heading", { name: "Claimed beside seen" })).toBeVisible();
  await expect(page.getByText(PURPOSE).first()).toBeVisible();
  await page.goBack();

  // decide: never without an outcome and a reason
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  expect(await page.locator("input[name=outcome]:invalid").count()).toBeGreaterThan(0);
  await page.getByRole("radio", { name: /^confirmed/ }).check();
  await page.getByLabel(/^Reason, at least/).fill(REASON);
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  await expect(page.getByText("A second person must agree: it cannot be you.")).toBeVisible();

  // a second person, who opens it for reasons of their own
  const second = await (await browser.newContext()).newPage();
  await signIn(second, "ben");
  await second.goto(`/case/${name}`);
  await second.getByLabel("Purpose").fill(PURPOSE);
  await second.getByRole("button", { name: "Open, and record it" }).click();
  await second.getByRole("button", { name: "Agree", exact: true }).click();
  await expect(second.locator(".top .state")).toHaveText("confirmed");
  await second.context().close();

  // the first one's page says so without being asked
  await expect(page.getByText("Somebody changed this case meanwhile.")).toBeVisible();
  await page.getByRole("link", { name: "Load again" }).click();
  await expect(page.locator(".top .state")).toHaveText("confirmed");
  await expect(page.locator("section:has(#history) li").first()).toContainText("ben");
  await prints(page);
  expect(wrong).toEqual([]);
});
