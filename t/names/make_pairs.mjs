// Pairs of names for t/067_names.pl: a name as one person writes it, what an
// independent normaliser makes of it, as another says it, and the same of the whole
// name, by which the test judges whom find_cases() finds.  Run again with
//
//   npm i @flowdegree/arabic-strings@2.0.0 arabic-utils@6.0.1
//   node make_pairs.mjs > names.tsv
import { sanitize } from '@flowdegree/arabic-strings';
import { ArabicClass } from 'arabic-utils';

let seed = 20261130;
const chance = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const pick = (list) => list[Math.floor(chance() * list.length)];

const first = ('محمد أحمد محمود علي خالد عمر يوسف إبراهيم إسماعيل حسن حسين مصطفى طارق رائد ماهر سامي فادي نبيل زياد وليد فؤاد رامي هاني عيسى موسى يحيى ' +
    'جمال كمال بلال أنس معاذ مؤيد مؤمن رؤوف أيمن إياد باسم غسان مروان نضال صالح عبدالله عبدالرحمن أسامة حمزة طلحة قتيبة عبادة أكرم أمجد آدم إيهاب لؤي ' +
    'فاطمة مريم عائشة آمنة سلمى هدى منى ليلى رنا هبة آلاء أسماء إيمان نور دعاء ولاء رؤى سوسن نادية سمية خديجة زينب رغد شيماء لبنى ندى سناء وفاء جميلة كريمة ' +
    'أمينة إسراء إيناس بشرى ذكرى ضحى عُلا مها هيفاء يسرى').split(' ');
const family = ('الخطيب الحداد النجار الزعبي العبيدات الشريدة الرواشدة الحمود السلامة القضاة البطاينة المومني الطراونة العساف النعيمات الحجازين الكيلاني الدباس ' +
    'الرفاعي الصمادي الأيوبي الإبراهيم آل_خليفة العزة المجالي الفايز العدوان بني_هاني أبو_رمان أبو_غزالة الشوابكة المعايطة الخصاونة العجلوني العبادي الزيود ' +
    'حداد نجار خطيب سلامة قاقيش مدانات حتر شرايحة قعوار مرجي بقاعين الصايغ الأسمر الأحمد الإمام الطويل القاضي الهاشمي الفاعوري الكردي الشيشاني').split(' ').map((n) => n.replace('_', ' '));

const marks = ['\u064E', '\u064F', '\u0650', '\u0651', '\u0652'];
// as somebody writes it with care: vowel signs here and there, a tatweel, wide blanks
function dressed(name) {
    let out = '';
    for (const c of name) {
        out += c;
        if (/[بتثجحخدذرزسشصضطظعغفقكلمنهوي]/.test(c)) {
            if (chance() < 0.25) out += pick(marks);
            else if (chance() < 0.06) out += '\u0640';
        }
    }
    return chance() < 0.2 ? out.replace(' ', '  ') : out;
}

const normalisers = [
    (s) => sanitize(s),
    (s) => new ArabicClass(s).normalize({ normalizeAlef: true, normalizeSuperscripAlef: true, removeDiacritics: true, removeTatweel: true, removeSuperscriptAlef: false }),
];
const judge = (s) => sanitize(s).replace(/\s+/g, ' ').trim();
const seen = new Set();
while (seen.size < 2000) {
    const name = [pick(first), pick(first), pick(first), pick(family)].join(' ');
    if (seen.has(judge(name))) continue;
    seen.add(judge(name));
    const careful = dressed(name);
    // one wrote it with care and another says it plainly, or the other way round
    const plain = normalisers[seen.size % 2](careful);
    const [written, said] = seen.size % 3 === 0 ? [plain, careful] : [careful, plain];
    // ... all of it, or the first name and the family's
    const words = said.split(/ +/);
    const asked = seen.size % 4 === 0 ? [words[0], ...words.slice(3)].join(' ') : said;
    console.log([written, asked, judge(written), judge(asked)].join('\t'));
}
