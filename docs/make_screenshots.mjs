// Takes the pictures of the README and for looking at, from the real demo: start `./demo/run` with
// a fresh DEMO_DATA, then
//
//   node docs/make_screenshots.mjs SHOP HUB PASSWORD [FOLDER]
//
// writes shop.png (for the README) and others into FOLDER (default docs/images).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openProfile } from '../tests/support/browser.mjs';
import { Agent, root } from '../tests/support/programs.mjs';
import { until } from '../tests/support/until.mjs';

const [shop, hubUrl, password, folder = resolve(root, 'docs/images')] = process.argv.slice(2);
if (!password) {
  console.error('node docs/make_screenshots.mjs SHOP HUB PASSWORD [FOLDER]');
  process.exit(2);
}

const work = await mkdtemp(join(tmpdir(), 'deskbell-pictures-'));
const browser = await openProfile(join(work, 'profile'), {
  viewport: { width: 1280, height: 800 },
  reducedMotion: 'reduce', // pictures of states, not of ways
});
const page = await browser.newPage();
const shoot = (name) => page.screenshot({ path: join(folder, `${name}.png`) });

await page.goto(shop);
await page.waitForFunction(() => window.Deskbell?.loaded);
await shoot('launcher');
await page.evaluate(() => window.Deskbell('open'));
const panel = await until('the panel', () => page.frames().find((frame) => frame.url().includes('/panel/')));
const field = panel.getByRole('textbox', { name: /^Write/ });
await field.waitFor();
await panel.getByRole('heading', { name: 'Fern & Oak' }).waitFor();
await shoot('empty');

await field.fill('Where is my order?');
await field.press('Enter');
await panel.getByLabel('Name').fill('Mia');
await panel.getByRole('button', { name: 'Save' }).click();
const agent = new Agent({ hubUrl, site: 'fern', login: 'ana', password, store: join(work, 'ana.db') });
await panel.locator('[data-step=answered] .rating').getByRole('button', { name: 'No' }).click();
await panel.locator('[data-step=handed_over]').waitFor();
await agent.run('wait message order');
await until('the name', async () => (await agent.run('list')).includes('Mia'));
const kReply = 'Hello Mia, your fern left the greenhouse this morning. It is at your door tomorrow.';
for (const command of ['open 1', 'assign me', `say ${kReply}`, 'wait read'])
  await agent.run(command);
await field.fill('Oh good, thank you!');
await field.press('Enter');
await agent.run('wait message thank you');
await agent.run('read');
await panel.locator('li.own[data-state=read]').last().waitFor();
await shoot('shop');

for (const command of ['resolve', 'wait placed']) await agent.run(command);
await panel.getByText('How did we do?').waitFor();
await shoot('survey');
await page.setViewportSize({ width: 390, height: 844 });
await shoot('phone');
await page.emulateMedia({ colorScheme: 'dark' });
await shoot('phone-dark');
await page.evaluate(() => window.Deskbell('close'));
await shoot('phone-shop');

/** The robot in a customer's language: what it suggests and offers, and how it hands over. */
async function shootRobot(locale, toPerson) {
  const context = await openProfile(join(work, locale), {
    locale, viewport: { width: 390, height: 720 }, reducedMotion: 'reduce', deviceScaleFactor: 1.5 });
  const tab = await context.newPage();
  const found = tab.waitForEvent('requestfinished', (request) => request.url().endsWith('/finder'));
  await tab.goto(`${hubUrl}/panel/fern`);
  await found;
  const write = tab.locator('.composer textarea');
  await write.fill('can I return a plant that died?');
  await tab.keyboard.press('Escape');
  await tab.keyboard.press('Enter');
  await tab.locator('.robot-choices').waitFor();
  await write.fill('where is my ord');
  await tab.locator('.suggested').waitFor();
  const pictures = [await tab.screenshot()];
  await write.fill(toPerson);
  await tab.keyboard.press('Escape');
  await tab.keyboard.press('Enter');
  await tab.locator('[data-step=handed_over]').waitFor();
  pictures.push(await tab.screenshot());
  await context.close();
  return pictures;
}

const robots = [];
for (const [locale, toPerson] of [['en-GB', 'A person, please'], ['zh-CN', '我要转人工'], ['ar', 'أريد التحدث مع شخص']]) {
  robots.push(await shootRobot(locale, toPerson));
}
await page.setViewportSize({ width: 1260, height: 1500 });
await page.setContent(`<body style="margin:20px;display:grid;gap:20px;grid-template-columns:repeat(3,1fr);background:#ddd">${
  [0, 1].flatMap((row) => robots.map((one) =>
    `<img style="width:100%" src="data:image/png;base64,${one[row].toString('base64')}">`)).join('')}`);
await page.locator('img').last().evaluate((image) => image.decode());
await page.locator('body').screenshot({ path: join(folder, 'robot.png') });

await agent.quit();
await browser.close();
await rm(work, { recursive: true, force: true });
