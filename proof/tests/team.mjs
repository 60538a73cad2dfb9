// Who works here, and what every test of them begins with.
import { expect } from "@playwright/test";

export const PASSWORD = process.env.PROOF_PASSWORD ?? "correct horse battery";
export const PURPOSE = "Review of remote hires in June, ticket 4411.";
export const REASON = "Relocation approved by HR, ticket 4411.";

/** Errors of scripts and of the content policy: no page may have any. */
export function watched(page) {
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (401|403|404|409|422)/.test(message.text())) wrong.push(message.text());
  });
  return wrong;
}

/** Signs in with the mouse. */
export async function signIn(page, name) {
  await page.goto("/login");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Queue" })).toBeVisible();
}

/** The heaviest case that nobody works on and that is not decided. */
export async function nextUnowned(page) {
  await page.goto("/?view=unowned");
  return page.locator("a[data-open]").first().innerText();
}

/** What a printer gets: no forms, no navigation, and what was folded away. */
export async function prints(page) {
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation").first()).toBeHidden();
  await expect(page.getByRole("button", { name: "Decide", exact: true })).toBeHidden();
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.length).toBeGreaterThan(10_000);
  await page.emulateMedia({ media: "screen" });
}
