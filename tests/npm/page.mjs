// A page in headless Chromium. Arguments: the browser, the page's path, a list of steps as JSON; prints what is seen after
// each.
// Steps: ["select", field, value], ["tick", field], ["copy", from, to] and ["reloaded"], which waits for that.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

import puppeteer from "puppeteer-core";

function seen() {
  const isShown = (element) => element.getClientRects().length > 0;
  const figures = [...document.querySelectorAll("figure")].filter(isShown);
  return {
    title: document.title,
    says: document.querySelector("output").textContent,
    nothing: isShown(document.querySelector("#none")),
    pictures: figures.map((figure) => ({
      heading: figure.querySelector("h2").textContent,
      of: figure.querySelector("p").textContent,
      is_loaded: figure.querySelector("img")?.naturalWidth > 0,
      findings: [...figure.querySelectorAll("li")].map((item) => item.textContent),
    })),
  };
}

const [executablePath, path, steps] = process.argv.slice(2);
const errors = [];
const browser = await puppeteer.launch({
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"], // as CI's user, and without its memory
  executablePath,
});
const found = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("requestfailed", (request) => errors.push(`${request.url()} failed`));
  await page.setViewport({ width: 1400, height: 900 });
  await page.goto(pathToFileURL(path).href);
  const look = async () => {
    await page.evaluate(async () => {
      const images = [...document.images].filter((image) => image.getClientRects().length > 0);
      for (const image of images) image.loading = "eager";
      await Promise.all(images.map((image) => image.decode().catch(() => {})));
    });
    found.push(await page.evaluate(seen));
  };
  await look();
  for (const [step, ...given] of JSON.parse(steps)) {
    if (step === "select") await page.select(`select[name="${given[0]}"]`, given[1]);
    else if (step === "tick") await page.click(`input[name="${given[0]}"]`);
    else if (step === "copy") fs.copyFileSync(given[0], given[1]);
    else if (step === "reloaded") await page.waitForNavigation({ timeout: 20_000 });
    else throw new Error(`no such step: ${step}`);
    await look();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify({ seen: found, errors }));
