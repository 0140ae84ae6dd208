import type { Locale } from '@waymark/kernel';
import type { FlagCode } from './flags.js';
import type { CalibrationProblem } from './two-parameter.js';

type Word =
  | 'exam'
  | 'questions'
  | 'choices'
  | 'measure'
  | 'value'
  | 'title'
  | 'version'
  | 'attempts'
  | 'first'
  | 'all'
  | 'people'
  | 'mean'
  | 'median'
  | 'sd'
  | 'skewness'
  | 'kurtosis'
  | 'alpha'
  | 'sem'
  | 'computedAt'
  | 'code'
  | 'question'
  | 'answered'
  | 'blanks'
  | 'facility'
  | 'discrimination'
  | 'efficiency'
  | 'itemRest'
  | 'itemTotal'
  | 'intendedWeight'
  | 'effectiveWeight'
  | 'flags'
  | 'slope'
  | 'slopeError'
  | 'difficulty'
  | 'difficultyError'
  | 'problem'
  | 'choice'
  | 'text'
  | 'right'
  | 'count'
  | 'share'
  | 'lower'
  | 'middle'
  | 'upper'
  | 'correlation';

interface Words {
  words: Record<Word, string>;
  /** {c} stands for the letter of a choice. */
  flags: Record<FlagCode, string>;
  problems: Record<CalibrationProblem, string>;
}

/** Words of the table that is taken away; the screen has its own, longer ones. */
export const STATISTICS_WORDS: Record<Locale, Words> = {
  en: {
    words: {
      exam: 'Exam',
      questions: 'Questions',
      choices: 'Choices',
      measure: 'Measure',
      value: 'Value',
      title: 'Title',
      version: 'Version',
      attempts: 'Attempts counted',
      first: 'first attempt of each person',
      all: 'all attempts',
      people: 'People',
      mean: 'Mean',
      median: 'Median',
      sd: 'Standard deviation',
      skewness: 'Skewness',
      kurtosis: 'Excess kurtosis',
      alpha: "Cronbach's alpha",
      sem: 'Standard error of measurement',
      computedAt: 'Computed at (UTC)',
      code: 'Code',
      question: 'Question',
      answered: 'Answers',
      blanks: 'Left blank',
      facility: 'Facility',
      discrimination: 'Discrimination index',
      efficiency: 'Discriminative efficiency',
      itemRest: 'Item–rest correlation',
      itemTotal: 'Item–total correlation',
      intendedWeight: 'Intended weight',
      effectiveWeight: 'Effective weight',
      flags: 'To look at',
      slope: 'Slope a',
      slopeError: 'Standard error of a',
      difficulty: 'Difficulty b',
      difficultyError: 'Standard error of b',
      problem: 'Not calibrated because',
      choice: 'Choice',
      text: 'Text',
      right: 'Right',
      count: 'People',
      share: 'Share',
      lower: 'Lower third',
      middle: 'Middle third',
      upper: 'Upper third',
      correlation: 'Point-biserial',
    },
    flags: {
      'key-suspect': 'The key may be wrong: strong people choose {c}',
      'two-right': 'Two right answers? Strong people also choose {c}',
      against: 'Strong people get it wrong',
      guessing: 'Looks like guessing',
      'too-hard': 'Very hard',
      'too-easy': 'Too easy to tell people apart',
      weak: 'Hardly tells people apart',
      'unused-choice': 'Nobody chooses {c}',
      'often-blank': 'Often left blank',
    },
    problems: {
      'too-few': 'fewer than 200 answers',
      'no-variation': 'everybody right or everybody wrong',
      'partial-credit': 'often partly right',
      unstable: 'the estimate is not stable',
      'negative-slope': 'strong people get it wrong',
    },
  },
  'zh-CN': {
    words: {
      exam: '考试',
      questions: '题目',
      choices: '选项',
      measure: '指标',
      value: '数值',
      title: '标题',
      version: '版本',
      attempts: '统计范围',
      first: '每人第一次作答',
      all: '全部作答',
      people: '人数',
      mean: '平均分',
      median: '中位数',
      sd: '标准差',
      skewness: '偏度',
      kurtosis: '超额峰度',
      alpha: '克隆巴赫 α 系数',
      sem: '测量标准误',
      computedAt: '计算时间（UTC）',
      code: '编号',
      question: '题目',
      answered: '作答数',
      blanks: '未作答',
      facility: '得分率',
      discrimination: '区分度指数',
      efficiency: '区分效率',
      itemRest: '题目与其余题相关',
      itemTotal: '题目与总分相关',
      intendedWeight: '设定权重',
      effectiveWeight: '实际权重',
      flags: '需要查看',
      slope: '区分度参数 a',
      slopeError: 'a 的标准误',
      difficulty: '难度参数 b',
      difficultyError: 'b 的标准误',
      problem: '未校准原因',
      choice: '选项',
      text: '内容',
      right: '正确',
      count: '人数',
      share: '占比',
      lower: '后三分之一',
      middle: '中三分之一',
      upper: '前三分之一',
      correlation: '点二列相关',
    },
    flags: {
      'key-suspect': '答案可能设错了：高分者选 {c}',
      'two-right': '有两个正确答案？高分者也选 {c}',
      against: '高分者反而答错',
      guessing: '像是在猜',
      'too-hard': '非常难',
      'too-easy': '太容易，分不出高低',
      weak: '几乎分不出高低',
      'unused-choice': '没有人选 {c}',
      'often-blank': '经常空着',
    },
    problems: {
      'too-few': '作答少于 200 次',
      'no-variation': '全部答对或全部答错',
      'partial-credit': '常有部分得分',
      unstable: '估计不稳定',
      'negative-slope': '高分者反而答错',
    },
  },
  'zh-TW': {
    words: {
      exam: '考試',
      questions: '題目',
      choices: '選項',
      measure: '指標',
      value: '數值',
      title: '標題',
      version: '版本',
      attempts: '統計範圍',
      first: '每人第一次作答',
      all: '全部作答',
      people: '人數',
      mean: '平均分數',
      median: '中位數',
      sd: '標準差',
      skewness: '偏態',
      kurtosis: '超額峰態',
      alpha: "Cronbach's α 係數",
      sem: '測量標準誤',
      computedAt: '計算時間（UTC）',
      code: '編號',
      question: '題目',
      answered: '作答數',
      blanks: '未作答',
      facility: '得分率',
      discrimination: '鑑別度指數',
      efficiency: '鑑別效率',
      itemRest: '試題與其餘題相關',
      itemTotal: '試題與總分相關',
      intendedWeight: '設定權重',
      effectiveWeight: '實際權重',
      flags: '需要檢視',
      slope: '鑑別度參數 a',
      slopeError: 'a 的標準誤',
      difficulty: '難度參數 b',
      difficultyError: 'b 的標準誤',
      problem: '未校準原因',
      choice: '選項',
      text: '內容',
      right: '正確',
      count: '人數',
      share: '占比',
      lower: '後三分之一',
      middle: '中三分之一',
      upper: '前三分之一',
      correlation: '點二系列相關',
    },
    flags: {
      'key-suspect': '答案可能設錯：高分者選 {c}',
      'two-right': '有兩個正確答案？高分者也選 {c}',
      against: '高分者反而答錯',
      guessing: '像是用猜的',
      'too-hard': '非常難',
      'too-easy': '太簡單，看不出高下',
      weak: '幾乎看不出高下',
      'unused-choice': '沒有人選 {c}',
      'often-blank': '經常空白',
    },
    problems: {
      'too-few': '作答少於 200 次',
      'no-variation': '全部答對或全部答錯',
      'partial-credit': '常有部分得分',
      unstable: '估計不穩定',
      'negative-slope': '高分者反而答錯',
    },
  },
};
