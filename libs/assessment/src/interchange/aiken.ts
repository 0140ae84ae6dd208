import { NotTaken, oneLine, readItem, tidy, type NeutralQuestion, type ReadItem } from './neutral.js';

// After "Aiken format", Moodle documentation (docs.moodle.org/en/Aiken_format): a question, choices "A. " or "A) ", one
// line "ANSWER: A".
const CHOICE = /^\s*([A-Z])[.)]\s+(.*)$/;
const ANSWER = /^\s*ANSWER:\s*(.*?)\s*$/i;

export function readAiken(text: string): ReadItem[] {
  const items: ReadItem[] = [];
  let from = 0;
  let lines: string[] = [];
  const end = (): void => {
    const block = lines;
    lines = [];
    if (block.some((l) => l.trim() !== '')) items.push(readItem(from, block[0] ?? '', () => readBlock(block)));
  };
  for (const [i, line] of text.split('\n').entries()) {
    if (lines.length === 0) {
      if (line.trim() === '') continue;
      from = i + 1;
    } else if (line.trim() === '' && !lines.some((l) => CHOICE.test(l))) {
      end();
      continue;
    }
    lines.push(line);
    if (ANSWER.test(line)) end();
  }
  end();
  return items;
}

function readBlock(block: string[]): NeutralQuestion {
  const stem: string[] = [];
  const choices: { letter: string; text: string }[] = [];
  let answer: string | null = null;
  for (const line of block) {
    const choice = CHOICE.exec(line);
    const right = ANSWER.exec(line);
    if (right) answer = right[1] ?? '';
    else if (choice) {
      const letter = String.fromCharCode(65 + choices.length);
      if (choice[1] !== letter) throw new NotTaken('aiken-letter', { letter: choice[1] as string, expected: letter });
      choices.push({ letter, text: tidy(choice[2] as string) });
    } else if (choices.length > 0) {
      if (line.trim() !== '') throw new NotTaken('aiken-line', { text: line.trim().slice(0, 60) });
    } else stem.push(line);
  }
  if (tidy(stem.join('\n')) === '') throw new NotTaken('stem-missing');
  if (choices.length < 2) throw new NotTaken('choices-too-few');
  if (answer === null) throw new NotTaken('aiken-answer-missing');
  const letter = answer.toUpperCase();
  if (!choices.some((c) => c.letter === letter)) throw new NotTaken('answer-unknown', { answer: answer.slice(0, 20) });
  return {
    type: 'single',
    stem: tidy(stem.join('\n')),
    choices: choices.map((c) => ({ text: c.text, correct: c.letter === letter })),
  };
}

/** @throws NotTaken where the words would be read as something else */
export function writeAiken(q: NeutralQuestion): string {
  const stem = oneLine(q.stem);
  if (CHOICE.test(stem) || ANSWER.test(stem)) throw new NotTaken('aiken-stem');
  const choices = (q.choices ?? []).map((c, i) => `${String.fromCharCode(65 + i)}. ${oneLine(c.text)}`);
  if ((q.choices ?? []).some((c) => oneLine(c.text) === '')) throw new NotTaken('choice-empty');
  const right = (q.choices ?? []).findIndex((c) => c.correct);
  if (stem === '' || right < 0) throw new NotTaken('answer-missing');
  return `${stem}\n${choices.join('\n')}\nANSWER: ${String.fromCharCode(65 + right)}\n`;
}
