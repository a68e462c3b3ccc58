# عبارات الصفحات العامة الثابتة.

## Frame
skip = انتقل إلى النص
menu = القائمة
sections = الأقسام
languages = اللغات
breadcrumb = أنت هنا
home = الصفحة الرئيسية
preview = معاينة
preview-note = هذه معاينة، ولم يُنشر شيء مما فيها.
mission-of = { $ministry }
contact = الاتصال
other-sites = البعثات الأخرى
missions = البعثات في الخارج
this-site = هذا الموقع
feed = موجز الأخبار (Atom)
feed-of = موجز: { $title }
about-record = عن هذا السجل
privacy = الخصوصية وتيسير الاستخدام
back-to-top = إلى أعلى الصفحة

## Standard names of sections
role-news = الأخبار
role-remarks = تصريحات المتحدث الرسمي
role-statements = البيانات
role-ambassador = السفير
role-consul = القنصل العام
role-leadership = القيادة
role-embassy = السفارة
role-consulate = القنصلية
role-ministry = الوزارة
role-mission = البعثة
role-relations = العلاقات الثنائية
role-consular = الخدمات القنصلية
role-students = الطلاب والباحثون
role-science = العلوم والتكنولوجيا
role-culture = التبادل الثقافي
role-notices = الإعلانات
role-topics = الملفات
role-other = نصوص أخرى

## Kinds of text, kinds of site, posts
kind-news = خبر
kind-statement = بيان
kind-readout = بيان عن لقاء
kind-speech = كلمة
kind-remarks = تصريح
kind-notice = إعلان
kind-service = خدمة
kind-page = صفحة
site-ministry = الوزارة
site-embassy = السفارات
site-consulate-general = القنصليات العامة
site-consulate = القنصليات
site-permanent-mission = البعثات الدائمة
site-delegation = الوفود
site-interests-section = أقسام رعاية المصالح
site-honorary-consulate = القنصليات الفخرية
site-other = مكاتب أخرى
post-ambassador = السفير
post-consul-general = القنصل العام
post-charge = القائم بالأعمال بالإنابة
post-minister = وزير الخارجية
post-spokesperson = المتحدث الرسمي
post-other = عضو البعثة

## Text page
issued-by-ministry = صادر عن الوزارة
issued-by = صادر عن { $name }
carried-note = الصفحة المعتمدة لهذا النص هي صفحة الوزارة.
canonical-page = الصفحة لدى الوزارة
translation-from = ترجمة؛ لغة الأصل: { $language }
translation = ترجمة
authority-official = نص له حجية الأصل
authority-machine = ترجمة آلية لم تُراجع
updated = حُدّث في { $date }
text-languages = هذا النص بلغات أخرى
not-available = غير متاح
no-languages = لا يوجد هذا النص إلا بلغة واحدة: { $language }.
participants = المشاركون
speakers = المتحدثون
part-participant = مشارك
part-speaker = متحدث
part-author = كاتب
part-host = مضيف
part-guest = ضيف
part-signatory = موقّع
part-questioner = سائل
said-verbatim = بالنص
said-reported = نقلًا
question = سؤال
answer = جواب
notes = الحواشي
note-mark = حاشية { $number }
note-back = العودة إلى النص
passage = رابط الفقرة { $number }
table-scroll = جدول: { $caption }
picture = صورة
file = ملف
topics = الملفات
about-text = عن هذا النص
tone-note = تنبيه
tone-important = مهم
tone-deadline = موعد نهائي

## Line of actions
send = اقترحه على صديق
send-mail = افتح رسالة بالعنوان والرابط
send-subject = { $title }
send-copy = الرابط للنسخ
send-note = يُفتح برنامج بريدك الخاص، ولا يُرسل من هنا شيء ولا يُحفظ.
print = طباعة
print-note = استخدم أمر الطباعة في متصفحك: تُطبع الصفحة بلا قائمة، ويُكتب رابطها وإصدارها في أسفلها.
cite = اقتباس
cite-note = لكل فقرة رابط خاص بها يظهر بجانب النص عند مرور المؤشر أو بمفتاح Tab.
changes = التغييرات
verify = تحقّق
proof = الإثبات
formats = صيغ أخرى
form-md = Markdown
form-txt = نص مجرد
form-json = بيانات
permalink = الرابط الدائم
version-line = الإصدار { $version }، القيد { $index } في السجل، { $date }
witnessed-by = شهد عليه { $names }
witnessed-nobody = لم يشهد عليه أحد بعد
report-error = أبلغ عن خطأ
press-contact = للصحافة

## Notices
notice-correction = تصويب
notice-update = تحديث
notice-clarification = توضيح
notice-editorial = تعديل شكلي
notice-translation = تنقيح الترجمة
notice-re-import = إعادة استيراد
notice-withdrawn = لم يعد ساريًا
notice-retracted = سُحب
notice-erased = حُذف نهائيًا
notice-outdated = ترجمة قديمة
notice-archive = من موقع قديم
notice-reinstated = عاد ساريًا
text-correction = صُوّب خطأ في هذا النص بعد نشره.
text-update = حُدّث هذا النص بعد نشره.
text-clarification = أُوضح هذا النص بعد نشره.
text-editorial = عُدّل الشكل أو الطباعة، والمعنى لم يتغير.
text-translation = نُقّحت هذه الترجمة.
text-re-import = أُعيد إعداد هذه النسخة من قراءة أدق للصفحة القديمة أو من نسخة محفوظة أخرى منها.
text-withdrawn = لم يعد هذا النص ساريًا، ويبقى هنا كما نُشر.
text-retracted = سحب الناشر هذا النص، ولم يعد متاحًا.
text-erased = حُذف هذا النص نهائيًا، ولم يعد السجل يحتوي عليه.
tombstone = سُحب هذا النص
text-outdated = عُدّل النص باللغة المترجَم منها ({ $language }) في { $date }، بعد إعداد هذه الترجمة. وستُجدَّد الترجمة.
text-outdated-withdrawn = النص الذي تُرجم منه هذا ({ $language }) لم يعد ساريًا منذ { $date }.
text-outdated-retracted = النص الذي تُرجم منه هذا ({ $language }) سُحب في { $date }.
text-archive = نُقلت هذه الصفحة من موقع قديم. والسجل يُثبت النسخة، لا يوم ظهورها الأول.
captured-from = منقول من
captured-on = في { $date }
capture-address-unknown = رابطها القديم غير معروف.
assumed-zone = المنطقة الزمنية للتاريخ مفترضة.
see-change = اطّلع على ما تغيّر
see-current = اقرأ النص الحالي
reason = السبب: { $reason }
reason-error = خطأ في النص
reason-outdated = لم يعد حديثًا
reason-superseded = حل محله نص أحدث
reason-legal = أسباب قانونية
reason-privacy = حماية خصوصية شخص
reason-security = الأمن
reason-published-too-early = نُشر قبل أوانه
reason-not-stated = غير مذكور
basis-court-order = السند: أمر محكمة أو سلطة
basis-data-protection = السند: قانون البيانات الشخصية
basis-law = السند: القانون
basis-rights = السند: حقوق الغير
basis-safety = السند: سلامة شخص
basis-not-stated = السند: غير مذكور
mark-withdrawn = لم يعد ساريًا
mark-retracted = سُحب
mark-corrected = صُوّب
mark-ministry = الوزارة
mark-archive = موقع قديم

## Lists
latest = الأحدث
all-of = الكل: { $title }
years = حسب السنة
months = حسب الشهر
newest-of = أحدث النصوص: { $count }
texts = { $count ->
    [zero] لا نصوص
    [one] نص واحد
    [two] نصان
    [few] { $count } نصوص
    [many] { $count } نصًا
   *[other] { $count } نص
 }
list-described = { $title } – { $site }: جميع النصوص بحسب تاريخها، الأحدث أولًا.
list-empty = لا يوجد هنا شيء بهذه اللغة بعد.
list-elsewhere = توجد نصوص بهذه اللغات:
services = الخدمات
pages = الصفحات
year-title = { $title }، { $year }
topic-closed = أُغلق هذا الملف، ولا يُنتظر فيه جديد.
topics-none = لا ملفات بعد.
topic-whole-family = من جميع مواقع الوزارة
people = الأشخاص
people-none = لا أحد في القائمة بعد.
former = سابقًا
since = منذ { $date }
until = حتى { $date }
from-to = من { $from } إلى { $to }
vacant = المنصب شاغر حاليًا.
documents-by = كلمات ونصوص

## Home
tasks = ماذا تريد أن تفعل؟
news = الأخبار
more-news = المزيد من الأخبار
office-hours = أوقات الدوام
all-hours = كل الأوقات وجهات الاتصال
open-until = مفتوح الآن، حتى { $time }
closed-until = مغلق الآن؛ يفتح { $day } الساعة { $time }
closed-until-today = مغلق الآن؛ يفتح اليوم الساعة { $time }
closed-day = مغلق اليوم: { $reason }
closed-today = مغلق اليوم
no-hours = بموعد مسبق
hours-today = اليوم
closed = مغلق
local-time = الأوقات بالتوقيت المحلي، { $offset }.
next-closed = أيام الإغلاق القادمة
emergency = الطوارئ
emergency-note = في أي ساعة
telephone = الهاتف
e-mail = البريد الإلكتروني
for-office = المكتب
for-switchboard = المقسم
for-emergency = الطوارئ
for-consular = القسم القنصلي
for-visa = التأشيرات
for-press = الصحافة
for-other = غير ذلك
address = العنوان
relations-with = العلاقات مع { $country }
head-of-mission = رئيس البعثة
welcome = { $name }

## Directory
directory = مواقع الوزارة
directory-note = الوزارة وبعثاتها في الخارج، ولكل موقع اللغات المذكورة معه.
choose-language = اختر اللغة

## Not found
missing = هذه الصفحة غير موجودة
missing-text = قد يكون الرابط مكتوبًا خطأ أو قديمًا. لا يختفي نص من هنا بلا إعلان مؤرخ، وكل ما نُشر يمكن العثور عليه في القوائم.
missing-home = إلى الصفحة الرئيسية

## History and editions
history = تاريخ هذا النص
history-of = تاريخ النص: { $title }
history-note = كل تغيير في هذا النص قيد في سجل عام، والأحدث أولًا.
record-scope-full = يبدأ السجل في { $date }. وهو مفتوح كله للجميع: القيود والنصوص والإثباتات.
record-scope-proofs = يبدأ السجل في { $date }. قيوده وإثباتاته مفتوحة للجميع، أما النصوص التي تختمها فتُقدَّم مع الصفحات.
record-scope-internal = يبدأ السجل في { $date }. وهو غير مفتوح بكامله، لكن كل نص يُقدَّم مع إثباته.
edition = الإصدار { $version }
edition-of = الإصدار { $version }، { $language }
facts = الوقائع
facts-note = التواريخ والأشخاص والأماكن والملفات، وهي واحدة لكل اللغات
all-languages = كل اللغات
entry = القيد { $index }
issued = وقت القيد
signed-by = وقّعه
action-publish = نُشر
action-correct = عُدّل
action-withdraw = لم يعد ساريًا
action-retract = سُحب
action-archive = نُقل من موقع قديم
differences = ما الذي تغيّر
difference-from = التغييرات من الإصدار { $from } إلى الإصدار { $to }
no-difference = الصياغة نفسها.
added = أُضيف
removed = حُذف
moved = نُقل من موضعه
form-changed = لم تتغير سوى الروابط أو التنسيق أو اسم المتحدث
unchanged = الفقرات التي لم تتغير غير مذكورة.
withheld = نص هذا الإصدار محجوب منذ القيد { $index }.
erased = حُذف نص هذا الإصدار نهائيًا بالقيد { $index }.
current-version = الإصدار الحالي
earlier-version = هذا إصدار سابق، وليس النص الساري.
read-text = اقرأ النص
read-version = اقرأ هذا الإصدار
title-was = العنوان
summary-was = الملخص

## About this record
about-title = عن هذا السجل وكيفية التحقق منه
about-lead = كل نص في هذه الصفحات مأخوذ من سجل عام لا يمكن إلا أن يزيد. وهنا بيان ما يُثبته هذا السجل وما لا يُثبته، وكيف تتحقق منه بنفسك دون أن تسألنا.
about-what = ما هو السجل
about-what-1 = كل ما يُنشر هنا يُكتب أولًا قيدًا في قائمة. ويوقّع كل قيد المكتبُ الذي يصدر النص، والقائمة كلها مختومة بحيث لا يمكن بعد ذلك تغيير قيد أو حذفه أو دسّه بين القيود دون أن يظهر ذلك للجميع.
about-what-2 = والتصويب وإنهاء السريان والسحب قيود أيضًا. لا يتغير شيء في صمت، ولو كان فاصلة.
about-proves = ما الذي يُثبته
about-proves-1 = النص الذي معه إثبات صحيح صادر عن هذا الناشر ولم يُغيَّر.
about-proves-2 = ليس في السجل فجوة غير مفسَّرة فيما نشرته هذه المواقع منذ { $date }.
about-proves-3 = من يحتفظ بنسخة من السجل سيلاحظ إن أظهر الناشر يومًا نسختين مختلفتين منه.
about-witnesses = من يشهد على السجل
about-witnesses-1 = الشاهد جهة مستقلة عن الناشر، كدار محفوظات أو جامعة، توقّع أنها رأت السجل في وقت معيّن، ولا توقّع أبدًا على تاريخين مختلفين له. فلا يستطيع أحد أن يُظهر سجلًا لبعض الناس وسجلًا آخر لغيرهم.
record-witnessed-by = يشهد على هذا السجل { $names }.
record-witnessed-nobody = لم يشهد أحد على هذا السجل بعد.
about-not = ما الذي لا يُثبته
about-not-1 = لا يُثبت أن ما يقوله النص صحيح.
about-not-2 = لا يُثبت أن أمرًا لم يُقل قط، وأقصى ما يدل عليه أن نصًا ليس في هذا السجل.
about-not-3 = في الصفحات المنقولة من موقع قديم يُثبت النسخة، لا اليوم الذي ظهرت فيه الصفحة أول مرة.
about-not-4 = وقت القيد هو ما صرّح به الناشر، محفوظًا بترتيبه مع سائر القيود. أما التاريخ الذي يحمله النص فجزء من النص.
about-taken = عندما يُسحب نص
about-taken-1 = النص الذي لم يعد ساريًا يبقى مقروءًا تحت إعلان مؤرخ. والنص المسحوب لا يُعرض بعد ذلك، لسبب قانوني أو لحماية الناس، ويبقى قيده وتاريخه والإعلان عنه.
about-verify = كيف تتحقق
about-verify-1 = تحت كل نص إصداره ورابط «الإثبات». احفظ الإثبات وبيانات النص، ثم شغّل:
about-verify-2 = أو تحقق من كل شيء دون أن تثق بهذا الخادم:
about-verify-3 = من أراد الاحتفاظ بنسخة يجد السجل كاملًا، بصيغته ومفاتيحه، على هذا الرابط:
about-verify-4 = من أراد متابعة السجل يجد القيود والإثباتات، بصيغتها ومفاتيحها، على هذا الرابط:
about-origin = اسم السجل
about-size = أحدث حالة موقّعة للسجل
about-program = البرنامج حر، وأي برنامج آخر يُكتب وفق الصيغة المنشورة سيصل إلى النتيجة نفسها.
about-privacy = الخصوصية وتيسير الاستخدام
about-privacy-1 = هذه الصفحات لا تضع ملفات تعريف ولا تشغّل نصوصًا برمجية سوى ما يتحقق من الإثباتات، ولا تحمّل شيئًا من مكان آخر، ولا تعرف من أنت.
about-privacy-2 = وقد أُعدّت لتُقرأ على أي جهاز، وبلوحة المفاتيح وقارئ الشاشة، مكبَّرة أو مطبوعة. فإن تعذّر عليك شيء فاكتب إلى العنوان المذكور أسفل الصفحة.

## Checking a proof in the browser
verify-title = التحقق من إثبات في متصفحكم
verify-lead = تتحقق هذه الصفحة من إثبات نصٍّ داخل متصفحكم أنتم. فلا ترسل شيئًا ولا تسأل أحدًا.
verify-how = اختاروا إثبات النص وبياناته (رابطا «الإثبات» و«بيانات» أسفله) مع مفتاح السجل، أو الصقوها. والمفتاح موجود في الملف
verify-without = يلزم أن يشغّل متصفحكم برنامج هذه الصفحة. وهناك طريقة بدونه أيضًا:
verify-file = هذا التحقق في ملف واحد يعمل دون أي شبكة (بالإنجليزية)
verify-files = الملفات: الإثبات والبيانات والمفتاح
verify-proof = الإثبات
verify-data = بيانات النص
verify-key = مفتاح السجل، أو ملفه كاملًا
verify-key-note = المفتاح المأخوذ من هذا الموقع لا يبيّن إلا أن الموقع متفق مع نفسه. قارنوه بمفتاح حصلتم عليه من مكان آخر أو في وقت سابق.
verify-run = تحقّق
verify-good = الإثبات صحيح.
verify-shown = المُثبَت: يتضمن السجل المسمّى هنا هذا النص، بهذه اللغة وهذا الإصدار، في هذا الموضع، ولم يُغيَّر.
verify-entry = القيد
verify-version = الإصدار
verify-kind = نوع القيد
verify-language = اللغة
verify-office = الجهة المُصدِرة
verify-issued = الوقت الذي يذكره الناشر
verify-office-yes = وقد جرى التحقق من توقيع الجهة المُصدِرة أيضًا.
verify-office-no = لم يجرِ التحقق من توقيع الجهة المُصدِرة، فذلك يحتاج إلى ملف المفاتيح كاملًا.
verify-not = غير مُثبَت: أن هذا أحدث إصدار، وأن ما يقوله صحيح، وأن الوقت المذكور دقيق. ولتاريخ النص ومكانه والأشخاص المذكورين فيه إثبات مستقل.
verify-bad = غير صحيح.
verify-bad-proof = الإثبات تالف أو ليس إثباتًا.
verify-bad-key = المفتاح تالف أو ليس مفتاح سجل.
verify-bad-name = الإثبات من سجل غير سجل المفتاح.
verify-bad-signature = حالة السجل الواردة في الإثبات غير موقّعة بهذا المفتاح.
verify-bad-path = القيد ليس في السجل في الموضع الذي يذكره الإثبات.
verify-bad-leaf = القيد الوارد في الإثبات تالف.
verify-bad-newer = كُتب القيد بإصدار أحدث مما تعرفه هذه الصفحة.
verify-bad-data = بيانات النص تالفة أو مكتوبة بصيغة أخرى.
verify-bad-other = الإثبات والبيانات لنصين أو لإصدارين مختلفين.
verify-bad-text = ليس هذا هو النص الذي نُشر: فقد غُيّر.
verify-bad-office = القيد غير موقّع بمفتاح كان للجهة المُصدِرة حينها.
verify-bad-browser = لا يستطيع هذا المتصفح التحقق من مثل هذه التوقيعات. يستطيع ذلك متصفح أحدث، أو صفحة باتصال مشفّر.

## Languages, as they are called here
lang-ar = العربية
lang-de = الألمانية
lang-en = الإنجليزية
lang-es = الإسبانية
lang-fa = الفارسية
lang-fr = الفرنسية
lang-hi = الهندية
lang-id = الإندونيسية
lang-it = الإيطالية
lang-ja = اليابانية
lang-ko = الكورية
lang-pt = البرتغالية
lang-ru = الروسية
lang-th = التايلاندية
lang-tr = التركية
lang-vi = الفيتنامية
lang-zh-Hans = الصينية
lang-zh-Hant = الصينية التقليدية

## Marks between words
comma = {"، "}
range = { $from }–{ $to }
