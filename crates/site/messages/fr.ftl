# Le mobilier des pages publiques.

## Frame
skip = Aller au texte
menu = Menu
sections = Rubriques
languages = Langues
breadcrumb = Vous êtes ici
home = Accueil
preview = Aperçu
preview-note = Ceci est un aperçu. Rien de ce qui s’y trouve n’a été publié.
mission-of = { $ministry }
contact = Contact
other-sites = Autres représentations
missions = Représentations à l’étranger
this-site = Ce site
feed = Fil d’actualité (Atom)
feed-of = Fil : { $title }
about-record = À propos du registre
privacy = Vie privée et accessibilité
back-to-top = Retour en haut

## Standard names of sections
role-news = Actualités
role-remarks = Propos du porte-parole
role-statements = Déclarations
role-ambassador = Ambassadeur
role-consul = Consul général
role-leadership = Direction
role-embassy = L’ambassade
role-consulate = Le consulat
role-ministry = Le ministère
role-mission = La représentation
role-relations = Relations bilatérales
role-consular = Services consulaires
role-students = Étudiants et chercheurs
role-science = Sciences et techniques
role-culture = Échanges culturels
role-notices = Avis
role-topics = Dossiers
role-other = Autres textes

## Kinds of text, kinds of site, posts
kind-news = Actualité
kind-statement = Déclaration
kind-readout = Compte rendu
kind-speech = Discours
kind-remarks = Propos
kind-notice = Avis
kind-service = Service
kind-page = Page
site-ministry = Ministère
site-embassy = Ambassades
site-consulate-general = Consulats généraux
site-consulate = Consulats
site-permanent-mission = Missions permanentes
site-delegation = Délégations
site-interests-section = Sections d’intérêts
site-honorary-consulate = Consulats honoraires
site-other = Autres bureaux
post-ambassador = Ambassadeur
post-consul-general = Consul général
post-charge = Chargé d’affaires a.i.
post-minister = Ministre des Affaires étrangères
post-spokesperson = Porte-parole
post-other = Membre de la représentation

## Text page
issued-by-ministry = Publié par le Ministère
issued-by = Publié par { $name }
carried-note = La page de référence de ce texte est celle du ministère.
canonical-page = Page du ministère
translation-from = Traduction ; original en { $language }
translation = Traduction
authority-official = Texte faisant également foi
authority-machine = Produit par un programme de traduction, non relu
updated = Mis à jour le { $date }
text-languages = Ce texte en
not-available = non disponible
no-languages = Ce texte n’existe qu’en { $language }.
participants = Participants
speakers = Intervenants
part-participant = participe
part-speaker = prend la parole
part-author = auteur
part-host = hôte
part-guest = invité
part-signatory = signataire
part-questioner = pose les questions
said-verbatim = citation
said-reported = propos rapportés
question = Question
answer = Réponse
notes = Notes
note-mark = Note { $number }
note-back = Retour au texte
passage = Lien vers le passage { $number }
table-scroll = Tableau : { $caption }
picture = Image
file = Fichier
topics = Dossiers
about-text = À propos de ce texte
tone-note = À noter
tone-important = Important
tone-deadline = Date limite

## Line of actions
send = Conseiller à un ami
send-mail = Ouvrir un courriel avec le titre et l’adresse
send-subject = { $title }
send-copy = Adresse à copier
send-note = Votre propre messagerie s’ouvre. Rien n’est envoyé ni conservé ici.
print = Imprimer
print-note = Utilisez la commande d’impression de votre navigateur : la page s’imprime sans menu, avec son adresse et sa version au bas.
cite = Citer
cite-note = Chaque passage a sa propre adresse ; elle apparaît à côté du texte, sous le pointeur ou avec la touche Tab.
changes = Modifications
verify = Vérifier
proof = Preuve
formats = Autres formats
form-md = Markdown
form-txt = Texte brut
form-json = Données
permalink = Adresse durable
version-line = Version { $version }, entrée { $index } du registre, { $date }
report-error = Signaler une erreur
press-contact = Contact presse

## Notices
notice-correction = Rectification
notice-update = Mise à jour
notice-clarification = Précision
notice-editorial = Retouche de forme
notice-translation = Traduction révisée
notice-re-import = Nouvelle reprise
notice-withdrawn = Abrogé
notice-retracted = Retiré
notice-outdated = Traduction dépassée
notice-archive = Repris d’un ancien site
notice-reinstated = De nouveau en vigueur
text-correction = Une erreur de ce texte a été rectifiée après sa publication.
text-update = Ce texte a été mis à jour après sa publication.
text-clarification = Ce texte a été précisé après sa publication.
text-editorial = La forme a été retouchée ; le sens est le même.
text-translation = Cette traduction a été révisée.
text-re-import = Cette copie a été refaite à partir de la même capture.
text-withdrawn = Ce texte n’est plus en vigueur. Il reste ici tel qu’il a été publié.
text-retracted = L’auteur de la publication a retiré ce texte. Il n’est plus disponible.
tombstone = Ce texte a été retiré
text-outdated = Le texte en { $language } a été modifié le { $date }, après cette traduction. Elle sera renouvelée.
text-outdated-withdrawn = Le texte en { $language }, dont ceci est la traduction, a été abrogé le { $date }.
text-outdated-retracted = Le texte en { $language }, dont ceci est la traduction, a été retiré le { $date }.
text-archive = Cette page provient d’un ancien site. Le registre prouve la copie, non le jour de sa première parution.
captured-from = Copié de
captured-on = le { $date }
capture-address-unknown = Son ancienne adresse n’est pas connue.
assumed-zone = Le fuseau horaire de la date a été supposé.
see-change = Voir ce qui a changé
see-current = Lire le texte actuel
reason = Motif : { $reason }
reason-error = une erreur dans le texte
reason-outdated = texte dépassé
reason-superseded = remplacé par un texte plus récent
reason-legal = motifs juridiques
reason-privacy = protection de la vie privée d’une personne
reason-security = sécurité
reason-published-too-early = publié trop tôt
reason-not-stated = non indiqué
mark-withdrawn = abrogé
mark-retracted = retiré
mark-corrected = rectifié
mark-ministry = Ministère
mark-archive = ancien site

## Lists
latest = Derniers textes
all-of = Tout : { $title }
years = Par année
months = Par mois
newest-of = Les { $count } plus récents
texts = { $count ->
    [one] { $count } texte
   *[other] { $count } textes
 }
list-described = { $title } – { $site } : tous les textes par date, du plus récent au plus ancien.
list-empty = Rien ne figure encore ici dans cette langue.
list-elsewhere = Des textes existent en
services = Services
pages = Pages
year-title = { $title }, { $year }
topic-closed = Ce dossier est clos : plus rien n’est attendu.
topics-none = Pas encore de dossier.
topic-whole-family = De tous les sites du ministère
people = Personnes
people-none = Personne ne figure encore ici.
former = Précédemment
since = depuis le { $date }
until = jusqu’au { $date }
from-to = du { $from } au { $to }
vacant = Le poste est vacant.
documents-by = Discours et textes

## Home
tasks = Quelle démarche souhaitez-vous faire ?
news = Actualités
more-news = Toutes les actualités
office-hours = Heures d’ouverture
all-hours = Tous les horaires et contacts
open-until = Ouvert, jusqu’à { $time }
closed-until = Fermé ; ouvre { $day } à { $time }
closed-until-today = Fermé ; ouvre aujourd’hui à { $time }
closed-day = Fermé aujourd’hui : { $reason }
closed-today = Fermé aujourd’hui
no-hours = Sur rendez-vous
hours-today = Aujourd’hui
closed = fermé
local-time = Les heures sont en heure locale, { $offset }.
next-closed = Prochains jours de fermeture
emergency = Urgence
emergency-note = à toute heure
telephone = Téléphone
e-mail = Courriel
for-office = Accueil
for-switchboard = Standard
for-emergency = Urgence
for-consular = Section consulaire
for-visa = Visas
for-press = Presse
for-other = Autre
address = Adresse
relations-with = Relations avec { $country }
head-of-mission = Chef de poste
welcome = { $name }

## Directory
directory = Les sites du ministère
directory-note = Le ministère et ses représentations à l’étranger. Chaque site existe dans les langues indiquées.
choose-language = Choisir une langue

## Not found
missing = Cette page n’existe pas
missing-text = L’adresse est peut-être mal saisie, ou ancienne. Aucun texte ne disparaît d’ici sans un avis daté : ce qui a été publié se retrouve par les listes.
missing-home = Vers la page d’accueil

## History and editions
history = Histoire de ce texte
history-of = Histoire : { $title }
history-note = Chaque modification de ce texte est une entrée d’un registre public. La plus récente figure en tête.
edition = Version { $version }
edition-of = Version { $version }, { $language }
facts = Données
facts-note = Dates, personnes, lieux et dossiers, les mêmes dans toutes les langues
all-languages = toutes les langues
entry = Entrée { $index }
issued = Inscrit
signed-by = Signé par
action-publish = Publié
action-correct = Modifié
action-withdraw = Abrogé
action-retract = Retiré
action-archive = Repris d’un ancien site
differences = Ce qui a changé
difference-from = Changements de la version { $from } à la version { $to }
no-difference = La teneur est la même.
added = ajouté
removed = supprimé
moved = déplacé
form-changed = Seuls des liens, la mise en valeur ou le nom de la personne qui parle ont changé
unchanged = Les passages inchangés sont omis.
withheld = Le texte de cette version n’est plus communiqué depuis l’entrée { $index }.
current-version = Version actuelle
earlier-version = Ceci est une version antérieure, non le texte en vigueur.
read-text = Lire le texte
read-version = Lire cette version
title-was = Titre
summary-was = Résumé

## About this record
about-title = À propos de ce registre et de sa vérification
about-lead = Chaque texte de ces pages provient d’un registre public qui ne peut que croître. Voici ce que ce registre prouve, ce qu’il ne prouve pas, et comment le contrôler sans nous le demander.
about-what = Ce qu’est le registre
about-what-1 = Tout ce qui est publié ici est d’abord inscrit comme entrée d’une liste. Chaque entrée est signée par le bureau qui publie le texte, et la liste entière est scellée de telle sorte qu’aucune entrée ne puisse être changée, ôtée ou glissée après coup sans que chacun puisse le constater.
about-what-2 = Une rectification, une abrogation ou un retrait sont eux aussi des entrées. Rien n’est modifié en silence, pas même une virgule.
about-proves = Ce qu’il prouve
about-proves-1 = Un texte muni d’une preuve valable a été publié par cet éditeur et n’est pas altéré.
about-proves-2 = Le registre ne présente aucune lacune inexpliquée dans ce que ces sites ont publié depuis le { $date }.
about-proves-3 = Quiconque garde une copie du registre s’apercevra si l’éditeur en montre un jour deux états différents.
about-not = Ce qu’il ne prouve pas
about-not-1 = Il ne prouve pas que ce que dit un texte est vrai.
about-not-2 = Il ne prouve pas qu’une chose n’a jamais été dite. Il peut tout au plus dire qu’un texte ne figure pas dans ce registre.
about-not-3 = Pour les pages reprises d’un ancien site, il prouve la copie, non le jour où la page a paru.
about-not-4 = L’heure d’une entrée est indiquée par l’éditeur lui-même, dans l’ordre de toutes les autres. La date que porte un texte fait partie du texte.
about-taken = Quand un texte est retiré
about-taken-1 = Un texte abrogé reste lisible sous un avis daté. Un texte retiré n’est plus communiqué, pour des raisons de droit ou de protection des personnes ; son entrée, sa date et l’avis demeurent.
about-verify = Comment vérifier
about-verify-1 = Sous chaque texte figurent sa version et un lien « Preuve ». Enregistrez la preuve et les données du texte, puis lancez :
about-verify-2 = Ou contrôlez tout ce qui existe, sans faire confiance à ce serveur :
about-verify-3 = Qui veut garder une copie trouve le registre entier, avec son format et ses clés, à cette adresse :
about-origin = Nom du registre
about-size = Le dernier état signé du registre
about-program = Le programme est un logiciel libre. Un autre programme, écrit d’après le format publié, arrivera au même résultat.
about-privacy = Vie privée et accessibilité
about-privacy-1 = Ces pages ne déposent aucun témoin (cookie), n’exécutent aucun script et ne chargent rien d’ailleurs. Elles ne savent pas qui vous êtes.
about-privacy-2 = Elles sont faites pour être lues sur tout appareil, au clavier, avec un lecteur d’écran, agrandies ou imprimées. Si quelque chose ne convient pas, écrivez à l’adresse indiquée au bas de la page.

## Languages, as they are called here
lang-ar = arabe
lang-de = allemand
lang-en = anglais
lang-es = espagnol
lang-fa = persan
lang-fr = français
lang-hi = hindi
lang-id = indonésien
lang-it = italien
lang-ja = japonais
lang-ko = coréen
lang-pt = portugais
lang-ru = russe
lang-th = thaï
lang-tr = turc
lang-vi = vietnamien
lang-zh-Hans = chinois
lang-zh-Hant = chinois traditionnel

## Marks between words
comma = {", "}
range = { $from }–{ $to }
