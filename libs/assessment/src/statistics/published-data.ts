/**
 * LSAT section 6 of Bock & Lieberman (1970): patterns of 1,000 people on five questions and how often each came, as
 * printed in the output of R's ltm package (`factor.scores` of the 2PL model, columns Item 1 … Item 5 and Obs;
 * rstudio-pubs-static.s3.amazonaws.com/1049111_d258e411eefe4ba085e3bbc59b32dbeb.html).
 */
export const LSAT6: readonly (readonly [pattern: string, people: number])[] = [
  ['00000', 3],
  ['00001', 6],
  ['00010', 2],
  ['00011', 11],
  ['00100', 1],
  ['00101', 1],
  ['00110', 3],
  ['00111', 4],
  ['01000', 1],
  ['01001', 8],
  ['01011', 16],
  ['01101', 3],
  ['01110', 2],
  ['01111', 15],
  ['10000', 10],
  ['10001', 29],
  ['10010', 14],
  ['10011', 81],
  ['10100', 3],
  ['10101', 28],
  ['10110', 15],
  ['10111', 80],
  ['11000', 16],
  ['11001', 56],
  ['11010', 21],
  ['11011', 173],
  ['11100', 11],
  ['11101', 61],
  ['11110', 28],
  ['11111', 298],
];

/**
 * Ten students on ten questions, from *The Kuder-Richardson 20* (K. L. Wuensch, East Carolina University,
 * core.ecu.edu/wuenschk/StatHelp/KR20.txt).
 */
export const WUENSCH: readonly string[] = [
  '1111110110',
  '1011011101',
  '1111011001',
  '0010001000',
  '0000010010',
  '1110111111',
  '1101110111',
  '1111111101',
  '0101111101',
  '1101101110',
];

/**
 * Ten students on ten questions, from *Item Analysis Worksheet* (studylib.net/doc/25270846/item-anaylsis-), with the
 * difficulty p and discrimination D of each question as printed there; groups of five.
 */
export const WORKSHEET: { answers: readonly string[]; p: readonly number[]; d: readonly number[] } = {
  answers: [
    '1111111111',
    '1111111101',
    '1101111100',
    '0111110101',
    '1110111001',
    '1110110100',
    '0110110101',
    '0111001010',
    '1110100001',
    '0100010010',
  ],
  p: [0.6, 1, 0.8, 0.5, 0.8, 0.8, 0.5, 0.6, 0.3, 0.6],
  d: [0.4, 0, 0, 0.6, 0.4, 0.4, 0.6, 0.4, -0.2, 0.4],
};
