import { describe, expect, it } from 'vitest';
import { pack } from './archive.js';
import { insidePath } from './pictures.js';
import { PNG } from './questions.fixture.js';
import { QUESTION_FILE_LIMITS, readQuestionFile } from './read.js';

const read = (text: string, encoding: BufferEncoding = 'utf8') => readQuestionFile(Buffer.from(text, encoding));
const files = (entries: Record<string, string | Uint8Array>): Buffer =>
  pack(new Map(Object.entries(entries).map(([name, v]) => [name, typeof v === 'string' ? Buffer.from(v) : v])));
const whole = async (bytes: Buffer | string): Promise<string> => {
  try {
    const done = await readQuestionFile(Buffer.from(bytes as string));
    return `read ${done.items.length}`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

/** 「太贵了」 in GBK. */
const GBK = Buffer.from([0xcc, 0xab, 0xb9, 0xf3, 0xc1, 0xcb]);

describe('GIFT', () => {
  it('reads every kind of answer, in this company’s types', async () => {
    const { format, items } = await read(`// a comment
$CATEGORY: sales/closing

::Titled:: Which came first? {
  =The egg#Well seen
  ~The hen
  ####Because of evolution
}

// [id:two-fruits] [tag:fruit] [tag:Not a code]
Which are fruits? {~%50%Apple ~%50%Pear ~%-100%Stone}

The sky is blue.{T}

Who said "too dear\\: no"? {=The client =A client}

How long? {#3.14:0.05}

Between? {#1..4}

Match. {=cat -> miau =dog -> wau = -> muh}

Grant is {~buried =entombed ~living} in a tomb.

Tell us more. {}
`);
    expect(format).toBe('gift');
    expect(items.map((i) => [i.line, i.question?.type ?? i.problem?.code])).toEqual([
      [2, 'category'],
      [4, 'single'],
      [11, 'multiple'],
      [13, 'truefalse'],
      [15, 'short'],
      [17, 'numeric'],
      [19, 'numeric'],
      [21, 'matching'],
      [23, 'single'],
      [25, 'essay'],
    ]);
    expect(items[1]?.question).toEqual({
      type: 'single',
      stem: 'Which came first?',
      choices: [
        { text: 'The egg', correct: true, feedback: 'Well seen' },
        { text: 'The hen', correct: false },
      ],
      explanation: 'Because of evolution',
    });
    expect(items[2]?.question).toMatchObject({ code: 'two-fruits', tags: ['fruit'] });
    expect(items[2]?.remarks.map((r) => r.code)).toEqual(['tag-left-out', 'penalties-left-out']);
    expect(items[4]?.question?.stem).toBe('Who said "too dear: no"?');
    expect(items[6]?.question?.number).toEqual({ value: '2.5', tolerance: '1.5', relative: false });
    expect(items[7]?.question).toMatchObject({
      prompts: [
        { text: 'cat', option: 0 },
        { text: 'dog', option: 1 },
      ],
      options: ['miau', 'wau', 'muh'],
    });
    expect(items[8]?.question?.stem).toBe('Grant is ____ in a tomb.');
  });

  it.each([
    ['a choice that is half right', 'Q {=a ~%50%b ~c}', 'partial-answer'],
    ['unequal weights', 'Q {~%70%a ~%30%b ~c}', 'weights-unequal'],
    ['several numbers', 'Q {#=1:0 =%100%2:0}', 'several-numbers'],
    ['an answer that is no number', 'Q {#abc}', 'number-unreadable'],
    ['a comma in a number', 'Q {#1,5}', 'number-comma'],
    ['a brace that is not closed', 'Q {=a ~b\n\nB {T}', 'brace-open'],
    ['a text without answers', 'Only words\n\nB {T}', 'description'],
    ['Markdown', '[markdown]*Q* {T}', 'text-format'],
    ['a table', '[html]<table><tr><td>1</td></tr></table> {T}', 'markup-element'],
    ['a picture somewhere else', '[html]<p>Q</p><img src="https://example.com/a.png"> {T}', 'picture-outside'],
  ])('refuses %s by name and keeps the rest', async (_what, text, code) => {
    const { items } = await read(`${text}\n\nKept? {T}\n`);
    expect(items[0]?.problem?.code).toBe(code);
    expect(items.at(-1)?.question?.stem).toMatch(/Kept\?|B/);
  });
});

describe('Aiken', () => {
  it('reads questions and says which line is wrong', async () => {
    const { format, items } = await read(
      `What is right?\nA. This\nB) That\nANSWER: B\n\nNo answer?\nA. One\nB. Two\n\nWrong letter?\nA. One\nC. Two\nANSWER: A\n\nNot there?\nA. One\nB. Two\nANSWER: D\n`,
    );
    expect(format).toBe('aiken');
    expect(items[0]?.question?.choices).toEqual([
      { text: 'This', correct: false },
      { text: 'That', correct: true },
    ]);
    expect(items.slice(1).map((i) => [i.line, i.problem?.code])).toEqual([
      [6, 'aiken-line'],
      [15, 'answer-unknown'],
    ]);
  });
});

const moodle = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${inner}\n</quiz>`;
const asked = (type: string, inner: string): string =>
  `<question type="${type}"><name><text>N</text></name><questiontext format="html"><text><![CDATA[<p>What<br>now?</p>]]></text></questiontext>${inner}</question>`;

describe('Moodle XML', () => {
  it('reads embedded answers, tolerances and pictures', async () => {
    const { items, files: pictures } = await read(
      moodle(
        [
          asked(
            'numerical',
            '<answer fraction="100"><text>3.5</text><tolerance>0.1</tolerance></answer><defaultgrade>2.0000000</defaultgrade>',
          ),
          `<question type="cloze"><questiontext format="html"><text><![CDATA[First {2:SHORTANSWER:=listen~%100%hear}, then {1:MC:=ask~tell}, {:NM:=3:1} times.]]></text></questiontext></question>`,
          `<question type="shortanswer"><questiontext format="html"><text><![CDATA[Look <img src="@@PLUGINFILE@@/dot.png" alt="a dot">]]></text><file name="dot.png" path="/" encoding="base64">${PNG.toString('base64')}</file></questiontext><usecase>1</usecase><answer fraction="100"><text>*dot*</text></answer></question>`,
        ].join('\n'),
      ),
    );
    expect(items.map((i) => i.problem)).toEqual([null, null, null]);
    expect(items[0]?.question).toMatchObject({
      stem: 'What\nnow?',
      points: 2,
      number: { value: '3.5', tolerance: '0.1', relative: false },
    });
    expect(items[1]?.question).toMatchObject({
      stem: 'First {{1}}, then {{2}}, {{3}} times.',
      gaps: [
        { kind: 'text', weight: 2, accepted: ['listen', 'hear'] },
        { kind: 'choice', weight: 1 },
        { kind: 'number', weight: 1, number: { value: '3', tolerance: '1', relative: false } },
      ],
    });
    expect(items[2]?.question).toMatchObject({
      accepted: ['*dot*'],
      wildcards: true,
      exactCase: true,
      media: [{ place: 'stem', alt: 'a dot' }],
    });
    expect([...pictures.values()].map((p) => Buffer.from(p).equals(PNG))).toEqual([true]);
  });

  it.each([
    ['a calculated question', asked('calculated', ''), 'moodle-type'],
    ['a description', asked('description', ''), 'description'],
    [
      'units',
      asked('numerical', '<units><unit/></units><answer fraction="100"><text>3</text></answer>'),
      'moodle-element',
    ],
    [
      'shares of the points',
      asked(
        'multichoice',
        '<single>true</single><answer fraction="50"><text>a</text></answer><answer fraction="100"><text>b</text></answer><answer fraction="100"><text>c</text></answer>',
      ),
      'partial-answer',
    ],
    [
      'a path out of the file',
      `<question type="essay"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/../../etc/passwd"&gt;</text></questiontext></question>`,
      'picture-path',
    ],
    [
      'a script',
      `<question type="essay"><questiontext format="html"><text>&lt;script&gt;1&lt;/script&gt;Q</text></questiontext></question>`,
      'markup-element',
    ],
    ['points that are no whole number', asked('essay', '<defaultgrade>1.5</defaultgrade>'), 'points'],
  ])('refuses %s by name and keeps the rest', async (_what, xml, code) => {
    const { items } = await read(moodle(`${xml}\n${asked('essay', '')}`));
    expect(items.map((i) => i.problem?.code ?? null)).toEqual([
      code === 'partial-answer' ? 'partial-answer' : code,
      null,
    ]);
  });
});

const ITEM = (body: string, declaration: string, processing = ''): string =>
  `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="One" adaptive="false" timeDependent="false">${declaration}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/><itemBody>${body}</itemBody>${processing}</assessmentItem>`;
const CHOICE = ITEM(
  '<p>Look</p><img src="../media/dot.png" alt="dot"/><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>What?</prompt><simpleChoice identifier="A">One</simpleChoice><simpleChoice identifier="B">Two</simpleChoice></choiceInteraction>',
  '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse></responseDeclaration>',
  '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>',
);
const manifest = (...resources: string[]): string =>
  `<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>${resources.join('')}</resources></manifest>`;
const resource = (href: string, type = 'imsqti_item_xmlv2p1'): string =>
  `<resource identifier="r" type="${type}" href="${href}"><file href="${href}"/></resource>`;

describe('QTI', () => {
  it('reads a package of 2.1 and the same item in 3.0', async () => {
    const old = await readQuestionFile(
      files({
        'imsmanifest.xml': manifest(resource('items/a.xml'), resource('t.xml', 'imsqti_test_xmlv2p1')),
        'items/a.xml': CHOICE,
        'media/dot.png': PNG,
        't.xml': '<assessmentTest/>',
      }),
    );
    expect(old.format).toBe('qti2');
    expect(old.items.map((i) => i.problem?.code ?? i.question?.stem)).toEqual(['Look\nWhat?', 'package-resource']);
    expect(old.items[0]?.question?.media).toHaveLength(1);
    const now = await read(
      `<qti-assessment-item identifier="i2" title="Two"><qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier"><qti-correct-response><qti-value>A</qti-value><qti-value>B</qti-value></qti-correct-response></qti-response-declaration><qti-item-body><p>Which?</p><qti-choice-interaction response-identifier="R" max-choices="0"><qti-simple-choice identifier="A">x</qti-simple-choice><qti-simple-choice identifier="B">y</qti-simple-choice><qti-simple-choice identifier="C">z</qti-simple-choice></qti-choice-interaction></qti-item-body><qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>`,
    );
    expect(now.format).toBe('qti3');
    expect(now.items[0]?.question).toMatchObject({
      type: 'multiple',
      scoring: 'all',
      choices: [{ correct: true }, { correct: true }, { correct: false }],
    });
  });

  it.each([
    ['a hot spot', ITEM('<p>Q</p><hotspotInteraction responseIdentifier="R"/>', ''), 'qti-interaction'],
    [
      'two interactions',
      ITEM(
        '<p>Q</p><extendedTextInteraction responseIdentifier="R"/><extendedTextInteraction responseIdentifier="S"/>',
        '',
      ),
      'several-interactions',
    ],
    [
      'rules of its own',
      ITEM(
        '<p>Q</p><extendedTextInteraction responseIdentifier="R"/>',
        '',
        '<responseProcessing><customOperator/></responseProcessing>',
      ),
      'qti-processing',
    ],
    ['a formula', ITEM('<p>Q <math/></p><extendedTextInteraction responseIdentifier="R"/>', ''), 'markup-element'],
    [
      'a path out of the package',
      ITEM(
        '<p>Q <img src="../../../etc/passwd"/></p><extendedTextInteraction responseIdentifier="R"/>',
        '<responseDeclaration identifier="R"/>',
      ),
      'picture-path',
    ],
    ['what is not well formed', '<assessmentItem><itemBody>', 'package-file'],
    ['entities in an item', '<!DOCTYPE x [<!ENTITY a "b">]><assessmentItem>&a;</assessmentItem>', 'package-file'],
  ])('refuses %s by name and keeps the rest', async (_what, item, code) => {
    const { items } = await readQuestionFile(
      files({
        'imsmanifest.xml': manifest(resource('items/bad.xml'), resource('items/a.xml')),
        'items/bad.xml': item,
        'items/a.xml': CHOICE,
        'media/dot.png': PNG,
      }),
    );
    expect(items.map((i) => i.problem?.code ?? null)).toEqual([code, null]);
  });
});

describe('tables', () => {
  it('reads Chinese headings and words, and refuses rows one by one', async () => {
    const { format, items } = await read(
      '题型,题干,答案,选项A,选项B,分值\n单选题,太贵了？,B,是,否,2\n判断题,对吗？,对,,,1\n单选题,谁？,C,甲,乙,1\n连连看,什么？,,,,1\n单选题,多少？,A,甲,乙,很多\n',
    );
    expect(format).toBe('csv');
    expect(items.map((i) => [i.line, i.problem?.code ?? i.question?.type])).toEqual([
      [2, 'single'],
      [3, 'truefalse'],
      [4, 'answer-unknown'],
      [5, 'type-unknown'],
      [6, 'cell-number'],
    ]);
  });
});

describe('encodings', () => {
  const gift = (word: Buffer): Buffer => Buffer.concat([Buffer.from('Q '), word, Buffer.from(' {T}\n')]);
  it.each([
    ['utf-8', gift(Buffer.from('太贵了')), '太贵了'],
    ['utf-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), gift(Buffer.from('太贵了'))]), '太贵了'],
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Q 太贵了 {T}\n', 'utf16le')]), '太贵了'],
    ['gb18030', gift(GBK), '太贵了'],
    ['windows-1252', gift(Buffer.from('déjà été servi', 'latin1')), 'déjà été servi'],
  ])('%s is found', async (encoding, bytes, word) => {
    const file = await readQuestionFile(bytes);
    expect([file.encoding, file.items[0]?.question?.stem]).toEqual([encoding, `Q ${word}`]);
  });
  it('believes what an XML file says about itself', async () => {
    const xml = (encoding: string): Buffer =>
      Buffer.from(
        `<?xml version="1.0" encoding="${encoding}"?><quiz><question type="essay"><questiontext format="plain_text"><text>caf\u00e9s</text></questiontext></question></quiz>`,
        'latin1',
      );
    expect((await readQuestionFile(xml('ISO-8859-1'))).items[0]?.question?.stem).toBe('cafés');
    expect(await whole(xml('EBCDIC'))).toBe('encoding-unknown');
  });
});

describe('files that are not to be taken', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${String.fromCharCode(98 + i)} "${`&${String.fromCharCode(97 + i)};`.repeat(10)}">`).join('')}]><quiz><question type="essay"><questiontext><text>&j;</text></questiontext></question></quiz>`;
  it.each([
    ['nothing', Buffer.alloc(0), 'file-empty'],
    ['white space', '\n \n', 'file-empty'],
    ['more than the limit', Buffer.alloc(QUESTION_FILE_LIMITS.maxBytes + 1, 'x'), 'file-too-large'],
    [
      'a program',
      Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(64), Buffer.from([0xfe, 0x01])]),
      'file-binary',
    ],
    ['a picture', PNG, 'file-binary'],
    ['words without questions', 'Dear all, hello', 'format-unknown'],
    ['a web page', '<html><body>Q</body></html>', 'format-unknown'],
    ['a billion laughs', laughs, 'xml-doctype'],
    ['an outside entity', '<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', 'xml-doctype'],
    ['half an XML file', '<quiz><question type="essay">', 'xml-invalid'],
    ['elements within elements', `<quiz>${'<a>'.repeat(500)}`, 'xml-too-deep'],
    ['a quiz without questions', '<quiz></quiz>', 'file-no-questions'],
    ['a broken archive', Buffer.from('PK\u0003\u0004broken'), 'zip-unreadable'],
    ['an archive of something else', files({ 'a.txt': 'hello' }), 'package-manifest-missing'],
    [
      'an archive with a name that leads out',
      files({ '../../etc/cron.d/x': 'x', 'imsmanifest.xml': manifest() }),
      'zip-path',
    ],
    ['an archive with an absolute name', files({ '/etc/x': 'x', 'imsmanifest.xml': manifest() }), 'zip-path'],
    [
      'an archive that swells',
      files({ 'imsmanifest.xml': manifest(), 'a.xml': Buffer.alloc(60_000_000) }),
      'zip-too-large',
    ],
    ['a manifest with entities', files({ 'imsmanifest.xml': laughs }), 'package-manifest-unreadable'],
  ])('%s: the whole file is refused in plain words', async (_what, bytes, code) => {
    expect(await whole(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)).toBe(code);
  });

  it.each([
    ['items/a.xml', '../media/x.png', 'media/x.png'],
    ['a.xml', './x%20y.png', 'x y.png'],
    ['items/a.xml', '../../x', null],
    ['a.xml', '/etc/passwd', null],
    ['a.xml', 'c:\\x', null],
    ['a.xml', '..%2f..%2fx', null],
    ['a.xml', 'https://example.com/x', null],
    ['a.xml', '%', null],
  ])('%s → %s stays inside or is null', (from, to, path) => {
    expect(insidePath(from, to)).toBe(path);
  });
});
