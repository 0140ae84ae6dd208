import { Injectable } from '@nestjs/common';

type Fold = (text: string) => string;

const HAN = /\p{Script=Han}/u;

/**
 * Simplified and traditional writing of the same words, by OpenCC's tables with the phrases of Taiwan (軟體 and 软件 are one).
 * The tables are read at the first answer that needs them and stay in memory.
 */
@Injectable()
export class ChineseVariants {
  private loading: Promise<Fold> | null = null;

  /** Brings a text into simplified writing. */
  fold(): Promise<Fold> {
    this.loading ??= import('opencc-js/t2cn').then(({ Converter }) => {
      const convert = Converter({ from: 'twp', to: 'cn' });
      return (text) => (HAN.test(text) ? convert(text) : text);
    });
    return this.loading;
  }
}
