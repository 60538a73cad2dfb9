// The browser is the system's own: nothing is downloaded. cargo xtask proof starts the server and says where it is.
import { defineConfig } from "@playwright/test";

const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";
const look = (colorScheme) => ({ name: colorScheme, use: { colorScheme } });

export default defineConfig({
  testDir: "tests",
  // one after the other: they work on one queue, as one team does
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 900_000,
  expect: { timeout: 60_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.PROOF_URL ?? "http://127.0.0.1:8420",
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
    launchOptions: { executablePath: browser, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] },
  },
  projects: [look("light"), look("dark")],
});
