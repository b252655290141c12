import { chromium } from 'playwright-core';

/** Debian's Chromium, without a sandbox (which containers do not allow) and without its own traffic. */
export function chromiumOptions() {
  return {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  };
}

/** A browser with a profile on disk, so that what it stores outlives its tabs. */
export function openProfile(folder, options = {}) {
  return chromium.launchPersistentContext(folder, { ...chromiumOptions(), ...options });
}
