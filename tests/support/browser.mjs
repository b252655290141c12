import { chromium } from 'playwright-core';

/** Debian's, or the one named by the environment. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Without a sandbox (which containers do not allow) and without the browser's own traffic. */
export const chromiumFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** A bound on one step, for machines with much else to do; it only ends what would hang. */
export const patienceMs = Number(process.env['DESKBELL_PATIENCE_MS'] ?? 120_000);

const kOptions = { executablePath: chromiumPath, args: chromiumFlags, timeout: patienceMs };

export function launch() {
  return chromium.launch(kOptions);
}

/** Keeps what goes wrong in a page in `page.complaints`. Call it before the page goes anywhere. */
export function noteComplaints(page) {
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (entry) => {
    if (entry.type() === 'error') page.complaints.push(entry.text());
  });
}

/** A browser with a profile on disk, so that what it stores outlives its tabs. */
export async function openProfile(folder, options = {}) {
  const context = await chromium.launchPersistentContext(folder, { ...kOptions, ...options });
  context.setDefaultTimeout(patienceMs);
  return context;
}
