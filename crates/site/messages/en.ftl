# The furniture of the public pages. One file for each language; a test holds their keys equal.

## Frame
skip = Skip to the text
menu = Menu
sections = Sections
languages = Languages
breadcrumb = You are here
home = Home
preview = Preview
preview-note = This is a preview. Nothing on it has been published.
mission-of = { $ministry }
contact = Contact
other-sites = Other missions
missions = Missions abroad
this-site = This site
feed = News feed (Atom)
feed-of = Feed: { $title }
about-record = About this record
privacy = Privacy and accessibility
back-to-top = Back to the top

## Standard names of sections
role-news = News
role-remarks = Spokesperson’s remarks
role-statements = Statements
role-ambassador = Ambassador
role-consul = Consul-General
role-leadership = Leadership
role-embassy = The embassy
role-consulate = The consulate
role-ministry = The ministry
role-mission = The mission
role-relations = Bilateral relationship
role-consular = Consular services
role-students = Students and scholars
role-science = Science and technology
role-culture = Cultural exchange
role-notices = Notices
role-topics = Topics
role-other = Further texts

## Kinds of text, kinds of site, posts
kind-news = News
kind-statement = Statement
kind-readout = Readout
kind-speech = Speech
kind-remarks = Remarks
kind-notice = Notice
kind-service = Service
kind-page = Page
site-ministry = Ministry
site-embassy = Embassies
site-consulate-general = Consulates-general
site-consulate = Consulates
site-permanent-mission = Permanent missions
site-delegation = Delegations
site-interests-section = Interests sections
site-honorary-consulate = Honorary consulates
site-other = Other offices
post-ambassador = Ambassador
post-consul-general = Consul-General
post-charge = Chargé d’affaires a.i.
post-minister = Foreign Minister
post-spokesperson = Spokesperson
post-other = Member of the mission

## Text page
issued-by-ministry = Issued by the Ministry
issued-by = Issued by { $name }
carried-note = The full and binding page of this text is with the ministry.
canonical-page = Page at the ministry
translation-from = Translation; original in { $language }
translation = Translation
authority-official = Text of equal weight with the original
authority-machine = Made by a translation program, not checked
updated = Updated { $date }
text-languages = This text in
not-available = not available
no-languages = This text exists in { $language } only.
participants = Taking part
speakers = Speaking
part-participant = taking part
part-speaker = speaking
part-author = author
part-host = host
part-guest = guest
part-signatory = signing
part-questioner = asking
said-verbatim = word for word
said-reported = reported
question = Question
answer = Answer
notes = Notes
note-mark = Note { $number }
note-back = Back to the text
passage = Link to passage { $number }
table-scroll = Table: { $caption }
picture = Picture
file = File
topics = Topics
about-text = About this text
tone-note = Note
tone-important = Important
tone-deadline = Deadline

## Line of actions
send = Suggest to a friend
send-mail = Open a mail with title and address
send-subject = { $title }
send-copy = Address to copy
send-note = Your own mail program opens. Nothing is sent or kept here.
print = Print
print-note = Use your browser’s print command: the page prints without menu, with its address and version at the foot.
cite = Cite
cite-note = Every passage has an address of its own; it appears beside the text under the pointer or with the Tab key.
changes = Changes
verify = Verify
proof = Proof
formats = Other forms
form-md = Markdown
form-txt = Plain text
form-json = Data
permalink = Lasting address
version-line = Version { $version }, entry { $index } of the record, { $date }
report-error = Report an error
press-contact = Press contact

## Notices
notice-correction = Correction
notice-update = Update
notice-clarification = Clarification
notice-editorial = Editorial change
notice-translation = Translation revised
notice-re-import = Imported again
notice-withdrawn = Withdrawn
notice-retracted = Taken back
notice-outdated = Out of date
notice-archive = From an older site
notice-reinstated = In force again
text-correction = A mistake in this text was put right after it was published.
text-update = This text was brought up to date after it was published.
text-clarification = This text was made clearer after it was published.
text-editorial = Typing or form was mended; the meaning is the same.
text-translation = This translation was revised.
text-re-import = This copy was made again from the same capture.
text-withdrawn = This text is no longer in force. It stays here as it was published.
text-retracted = The publisher has taken this text back. It is not available any more.
tombstone = This text was taken back
text-outdated = The text in { $language } was changed on { $date }, after this translation was made. It will be renewed.
text-outdated-withdrawn = The text in { $language }, of which this is a translation, was withdrawn on { $date }.
text-outdated-retracted = The text in { $language }, of which this is a translation, was taken back on { $date }.
text-archive = This page was taken over from an older site. The record proves the copy, not the day it first appeared.
captured-from = Captured from
captured-on = on { $date }
capture-address-unknown = Its old address is not known.
assumed-zone = The time zone of the date was assumed.
see-change = See what changed
see-current = Read the current text
reason = Reason: { $reason }
reason-error = a mistake in the text
reason-outdated = no longer current
reason-superseded = replaced by a newer text
reason-legal = legal grounds
reason-privacy = protection of a person’s privacy
reason-security = security
reason-published-too-early = published too early
reason-not-stated = not stated
mark-withdrawn = withdrawn
mark-retracted = taken back
mark-corrected = corrected
mark-ministry = Ministry
mark-archive = older site

## Lists
latest = Latest
all-of = All of { $title }
years = By year
months = By month
newest-of = The newest { $count }
texts = { $count ->
    [one] { $count } text
   *[other] { $count } texts
 }
list-described = { $title } – { $site }: all texts by date, newest first.
list-empty = Nothing stands here in this language yet.
list-elsewhere = There are texts in
services = Services
pages = Pages
year-title = { $title }, { $year }
topic-closed = This topic is closed: nothing more is expected.
topics-none = No topics yet.
topic-whole-family = From all sites of the ministry
people = People
people-none = Nobody is listed yet.
former = Earlier
since = since { $date }
until = until { $date }
from-to = { $from } to { $to }
vacant = The post is vacant at present.
documents-by = Speeches and texts

## Home
tasks = What would you like to do?
news = News
more-news = More news
office-hours = Opening hours
all-hours = All hours and contacts
open-until = Open now, until { $time }
closed-until = Closed now; opens { $day }, { $time }
closed-until-today = Closed now; opens today at { $time }
closed-day = Closed today: { $reason }
closed-today = Closed today
no-hours = By appointment
hours-today = Today
closed = closed
local-time = Hours are local time, { $offset }.
next-closed = Next closed days
emergency = Emergency
emergency-note = at any hour
telephone = Telephone
e-mail = E-mail
for-office = Office
for-switchboard = Switchboard
for-emergency = Emergency
for-consular = Consular section
for-visa = Visas
for-press = Press
for-other = Other
address = Address
relations-with = Relations with { $country }
head-of-mission = Head of mission
welcome = { $name }

## Directory
directory = Sites of the ministry
directory-note = The ministry and its missions abroad. Each site speaks the languages shown.
choose-language = Choose a language

## Not found
missing = This page does not exist
missing-text = The address may be mistyped, or old. No text disappears from here without a dated notice: what was once published can be found through the lists.
missing-home = To the home page

## History and editions
history = History of this text
history-of = History: { $title }
history-note = Every change to this text is an entry of a public record. The newest stands first.
edition = Version { $version }
edition-of = Version { $version }, { $language }
facts = Facts
facts-note = Dates, people, places and topics, the same for all languages
all-languages = all languages
entry = Entry { $index }
issued = Issued
signed-by = Signed by
action-publish = Published
action-correct = Changed
action-withdraw = Withdrawn
action-retract = Taken back
action-archive = Taken over from an older site
differences = What changed
difference-from = Changes from version { $from } to version { $to }
no-difference = The wording is the same.
added = added
removed = removed
moved = moved
form-changed = Only links, emphasis or who is named as speaking changed
unchanged = Unchanged passages are left out.
withheld = The text of this version is withheld since entry { $index }.
current-version = Current version
earlier-version = This is an earlier version. It is not the text in force.
read-text = Read the text
read-version = Read this version
title-was = Title
summary-was = Summary

## About this record
about-title = About this record and how to verify it
about-lead = Every text on these pages comes out of a public record that can only grow. Here is what that record proves, what it does not, and how you can check it without asking us.
about-what = What the record is
about-what-1 = Whatever is published here is first written as an entry into a list. Each entry is signed by the office that issues the text, and the whole list is sealed so that no entry can later be changed, removed or slipped in between without everybody being able to see it.
about-what-2 = A correction, a withdrawal or the taking back of a text is an entry too. Nothing is changed silently, not even a comma.
about-proves = What it proves
about-proves-1 = A text with a valid proof was issued by this publisher and is unaltered.
about-proves-2 = The record has no unexplained gap in what these sites published since { $date }.
about-proves-3 = Whoever keeps a copy of the record will notice if the publisher ever shows two different versions of it.
about-not = What it does not prove
about-not-1 = It does not prove that what a text says is true.
about-not-2 = It does not prove that something was never said. The most it can tell is that a text is not in this record.
about-not-3 = For pages taken over from an older site it proves the copy, not the day on which the page first appeared.
about-not-4 = The time of an entry is the publisher’s own statement, kept in order with all others. The date that a text bears is part of the text.
about-taken = When a text is taken back
about-taken-1 = A withdrawn text stays readable under a dated notice. A text taken back is no longer served, by law or for the protection of people; its entry, its date and the notice remain.
about-verify = How to verify
about-verify-1 = Below each text stand its version and a link “Proof”. Save the proof and the data of the text, and run:
about-verify-2 = Or check everything there is, without trusting this server:
about-verify-3 = Whoever wants to keep a copy finds the whole record, with its format and keys, at this address:
about-origin = Name of the record
about-size = The newest signed state of the record
about-program = The program is free software. Another program written after the published format will come to the same result.
about-privacy = Privacy and accessibility
about-privacy-1 = These pages set no cookies, run no scripts and load nothing from other places. They do not know who you are.
about-privacy-2 = They are written to be read on any device, with a keyboard, a screen reader, enlarged, or printed. If something does not work for you, write to the address in the footer.

## Languages, as they are called here
lang-ar = Arabic
lang-de = German
lang-en = English
lang-es = Spanish
lang-fa = Persian
lang-fr = French
lang-hi = Hindi
lang-id = Indonesian
lang-it = Italian
lang-ja = Japanese
lang-ko = Korean
lang-pt = Portuguese
lang-ru = Russian
lang-th = Thai
lang-tr = Turkish
lang-vi = Vietnamese
lang-zh-Hans = Chinese
lang-zh-Hant = Chinese (traditional)

## Marks between words
comma = {", "}
range = { $from }–{ $to }
