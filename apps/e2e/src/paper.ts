import { expect, type Page } from '@playwright/test';

/** Gives some answer to the question on the screen. A question for words stays open when no words are given; says whether it was answered. */
export async function answerShown(
  page: Page,
  { words, choice = 0 }: { words?: string; choice?: number } = {},
): Promise<boolean> {
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { level: 2 })).toBeVisible();
  const text = main.getByRole('textbox');
  if ((await text.count()) > 0) {
    if (words !== undefined) await text.fill(words);
    return words !== undefined;
  }
  await main.getByRole('radio').or(main.getByRole('checkbox')).nth(choice).check({ force: true });
  return true;
}

export async function questionCount(page: Page): Promise<number> {
  const words = await page.getByText(/^第 \d+ 题，共 \d+ 题$/).textContent();
  return Number(/共 (\d+) 题/.exec(words ?? '')?.[1]);
}

/** The words of the header that say what is saved. */
export const saveState = (page: Page) => page.getByTestId('save-state');
