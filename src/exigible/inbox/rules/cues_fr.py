# ruff: noqa: E501  (tables of phrases: a rule is a line, however long)
"""The rules for French, Malagasy customs of it included. Phrases are written as `phrases.phrase` reads them."""

from __future__ import annotations

from typing import Final

from exigible.inbox.rules.cues import Cue, Kind, cue

_MONEY: Final = "(virement|reglement|paiement|cheque|versement|transfert|prelevement|depot|traite|lcr)s?"
_PAID: Final = "(paye|regle|vire|solde|acquitte|regularise|honore|verse|credite|preleve|transfere)e?s?"
_DONE: Final = (
    "(effectue|emis|fait|parti|envoye|passe|poste|lance|execute|depose|ordonne|adresse|transmis|realise|expedie"
    "|verse|donne|remis|debite|encaisse|traite|valide|saisi|paye|regle|vire)e?s?"
)
_TO_PAY: Final = (
    "(payer|regler|virer|solder|acquitter|regulariser|honorer|debloquer|liquider|verser|crediter)"
)
_TO_DO: Final = (
    "(effectuer|faire|proceder|emettre|lancer|ordonner|passer|envoyer|executer|deposer|adresser|poster|programmer"
    "|mettre|transmettre|realiser)"
)
_SURELY: Final = (
    "((bien|deja|donc|tous?|tout|toutes?|pourtant|entierement|integralement|totalement|egalement|aussi|normalement"
    "|immediatement|rapidement|vous|le|la|les|l|y|en|ce|jour|au|plus|vite|partiellement|finalement|prochainement) )*"
)
_DOCUMENT: Final = (
    "(factures?|releves?|rib|iban|ribs|coordonnees bancaires|attestations?|certificats?|kbis|k-bis|extrait|bic|swift"
    "|justificatifs?|bons? de (commande|livraison)|detail|decompte|situation|contrat|duplicatas?|devis|pv|nif|stat"
    "|proces verbal|original|originaux|copies?|liste|grand livre|bordereau|etat|tableau|numeros?|reference|pdf"
    "|double|proforma|carte fiscale|quitus|references|pieces?|avis d echeance|facturation)"
)
_GOODS: Final = (
    "(marchandises?|materiels?|produits?|colis|articles?|palettes?|livraisons?|commandes?|prestations?|travaux"
    "|services?|machines?|appareils?|equipements?|cartons?|lots?|sacs?|interventions?|chantier|logiciel|pieces)"
)
_NOT: Final = ("(n|ne) (ai|avons|a|ont|est|sont|avez|suis) (pas|jamais|rien|aucun*)",)

PAID: Final[tuple[Cue, ...]] = (
    cue("paid", Kind.PAID, 3.0, f"(ai|avons|on a|avions|ont|a) {_SURELY}{_PAID}", f"(a|ont|avait|avaient) {_SURELY}ete {_SURELY}{_PAID}",
        unless=("paye* (en double|deux fois|2 fois|par erreur)", "(a|ont|avait) ete (mal )?(livre|credite|preleve)e?s? (a tort|deux fois|2 fois)")),
    cue("paid", Kind.PAID, 2.8, "(figure*|notee?s?|apparai*|enregistre*|indique*) (bien )?(comme )?(payee?s?|reglee?s?|soldee?s?)", f"(c est|c etait) {_SURELY}(paye|regle|solde)", f"(est|sont|etait) {_SURELY}(paye|regle|solde|acquitte|regularise)e?s?", f"deja (ete )?{_SURELY}{_PAID}", f"(bien|deja) {_PAID}",
        unless=("(sera|seront|etre|aura|auront)", "pas (encore |deja )?(paye|regle|solde|ete)*")),
    cue("payment-made", Kind.PAID, 3.0, f"{_MONEY} ... (a|ont|avait) {_SURELY}ete {_SURELY}{_DONE}", f"{_MONEY} (a|ont) {_SURELY}{_DONE}", f"{_MONEY} (de|du|d|pour|sur|par|n) ... {_DONE}",
        f"{_MONEY} ((bancaire|international|swift|complet|global|total|par cheque|deja|bien) )*{_DONE}",
        f"{_MONEY} ... (est|sont|etait) {_SURELY}(parti|fait|passe|effectue|emis|envoye|poste|execute|realise)e?s?",
        f"(ai|avons|on a|a) {_SURELY}{_DONE} ... {_MONEY}", f"(fait|effectue|emis|envoye|poste|passe) {_SURELY}(un|le|notre|mon) {_MONEY}",
        unless=("(sera|seront|etre|aura|auront|n a pas|n ont pas|non)", f"(pas|aucun) (encore )?(ete |de )?{_DONE}", f"{_MONEY} (doit|doivent|devrait)", "avant que", "une fois", "dossier (de|du)")),
    cue("proof-attached", Kind.PAID, 2.7, f"(ci-joints?|ci joints?|piece jointe|pj|trouver|joins|joint|trouverez) ... (preuve|justificatif|avis|ordre|confirmation|copie|scan|recu|swift|bordereau) ... {_MONEY}",
        "(ci-joints?|ci joint|pj|joint|joins|trouver|trouverez) ... (swift|mt103|avis d execution|avis de debit|avis d operation|recu de|ordre de virement)",
        f"(preuve|avis|ordre|justificatif|bordereau) (de|du|d) {_MONEY}", "mt103", unless=("(envoyez|merci de nous (envoyer|transmettre)|pouvez*)", "sous reserve")),
    cue("look-at-your-bank", Kind.PAID, 1.6, "(verifi*|regard*|control*|consult*) ... (vos comptes?|votre compte|votre banque|votre comptabilite|vos releves|cote banque|vos encaissements)",
        f"(avez|as) ... recu ... (notre|nos|mon|le) {_MONEY}", f"recu (notre|mon|nos) {_MONEY}", f"reception de (notre|mon|nos) {_MONEY}",
        f"(confirmer|confirmez|confirme*) ... (reception|encaissement|recu) ... {_MONEY}"),
    cue("paid-in-short", Kind.PAID, 2.4, "^((bonjour|bonsoir|bjr|slt|salut|deja|bien|ok|tout|c est|mais) )*(paye|regle|vire|solde|acquitte|fait|envoye|parti|fe)e?s? (hier|avant-hier|ce (matin|midi|jour)|aujourd hui|(le|depuis|lundi|mardi|mercredi|jeudi|vendredi|samedi|la semaine|il y a|en (especes|ligne|totalite))|(par|via|avec) (virement|carte|cheque|cb|mvola|orange|internet|telephone))"),
    cue("paid-in-short", Kind.PAID, 2.2, "^((bonjour|bonsoir|bjr|slt|salut|deja|bien|ok|tout|c est) )*(payee?s?|reglee?s?|viree?s?|soldee?s?) ?((merci|bonne journee|cordialement|cdt|deja|cf|voir|ci) ?)*[\\s,.!:]*(pj|joint)?[\\s,.!]*$"),
    cue("letters-crossed", Kind.PAID, 2.6, f"(crois*) ... (courriers?|mails?|relances?|{_MONEY}|messages?)", "(relances?|mail|rappel|courrier)s? ... croise*"),
    cue("done", Kind.PAID, 2.2, "(c est|ca a ete|cela a ete|c etait) (deja |bien )*(fait|parti|envoye|solde|en ordre|regularise)", unless=("pas|facture", "des que|une fois|quand")),
    cue("debited", Kind.PAID, 2.6, "(debite|preleve|encaisse)e?s? ... (compte|le \\d|du \\d|depuis|hier|semaine)", "(avez|as) (deja |bien )*(encaisse|preleve|debite)*",
        unless=("(sera|seront|pas|on encaisse|nous encaissons|a tort|par erreur|deux fois|2 fois|en double)",)),
    cue("nothing-left", Kind.PAID, 1.8, "(compte|tout|dossier|solde|factures?) (est |sont )?(a jour|a zero|nul)", "(sommes|suis) a jour", "(ne|n) (devons|dois|doit) (plus )?rien"),
    cue("mobile-money", Kind.PAID, 1.2, "(par|via|avec) (mvola|orange money|airtel money|m vola)", unless=("(sera|peut|puis|possible|\\w*ons|vais)",)),
)  # fmt: skip

PROMISE: Final[tuple[Cue, ...]] = (
    cue("will-be-paid", Kind.PROMISE, 3.0, f"(sera|seront|serez|va etre|vont etre|devrait etre|devraient etre|doit etre|doivent etre|serait|seraient) {_SURELY}({_PAID}|mis en paiement|mise? en reglement|mises en paiement)",
        f"{_MONEY} ... (sera|seront|va|vont|devrait|devraient|doit|doivent) ... ({_DONE}|{_TO_DO}|partir|libere|etre)", f"(sera|seront) {_DONE} ... {_MONEY}",
        f"{_MONEY} ... (interviendra|interviendront|partira|parviendra|aura lieu|suivra)", f"{_MONEY} (partira|partiront|sera|seront|interviendra|suivra|arrive|arrivera|part|suit|vous parviendra)",
        "(partira|partiront|interviendra) ... (virement|banque|paiement|vendredi|lundi|semaine)",
        unless=("(ne|n) (sera|seront|serez) (pas|plus|rien|jamais)", "(ne|n) (sera|seront) ... (tant|que)")),
    cue("will-be-done", Kind.PROMISE, 2.3, "(ce|cela|ca|c) (sera|va etre|devrait etre) (bien )?(fait|regle|paye|effectue|chose faite|vire|solde|regularise|en ordre)", "sera (fait|chose faite) (le|vendredi|lundi|mardi|mercredi|jeudi|demain|cette|en|fin|sous|d ici|au plus)"),
    cue("going-to-pay", Kind.PROMISE, 2.8, f"(allons|vais|va|vont|compte|comptons|prevoyons de|prevois de|prevoit de|pensons|pense|envisage|envisageons de|ferons de notre mieux pour|me charge de|m occupe de|nous occupons de|tacherai de|essaierai de|essayons de|essaie de|devrions|devrais|engage*) ((a|de) )?{_SURELY}{_TO_PAY}",
        f"(allons|vais|va|vont|comptons|compte|prevoyons de|prevois de|pensons|pense|devrions|engage*) ((a|de) )?{_SURELY}{_TO_DO} ... {_MONEY}",
        f"(engage*|promet*|promis) ... ({_TO_PAY}|{_MONEY})", unless=("(pas|jamais) ... (payer|regler|virer)", "allez vous")),
    cue("can-pay", Kind.PROMISE, 2.0, f"(pouvons|peux|pourrons|pourrai|pourrions|serons en mesure|serai en mesure|propose|proposons|souhaite*|voudrais) ((vous|de) )*{_SURELY}({_TO_PAY}|{_TO_DO} ... {_MONEY}|un {_MONEY})",
        unless=("(ne|n) (pouvons|peux|pourrons|pourrai|peut)", "comment|avant de|afin de")),
    cue("will-pay", Kind.PROMISE, 2.8, "(paierai|paierons|paiera|paieront|payerai|payerons|payera|paierais|reglerai|reglerons|reglera|regleront|virerai|virerons|solderai|solderons|soldera|regularisera*|regulariserons|regulariserai|verserai|verserons|honorerons|honorerai|acquitterai|acquitterons)",
        f"(effectuerai|effectuerons|effectuera|ferai|ferons|fera|procederai|procederons|enverrai|enverrons|lancerai|lancerons|emettrai|emettrons|posterai|deposerai|deposerons|programmerons|recevrez|aurez|receverez|passerons|passerai) ... {_MONEY}",
        "recevrez ... (somme|fonds|argent|montant|solde)", "mettrons? en paiement", unless=("(ne|n) ... (pas|plus|rien|que|jamais|aucun*)", "(avoir|credit) ... recevrez", "des que vous|tant que")),
    cue("paying", Kind.PROMISE, 2.4, "(je|on|nous) ((vous|le|la|les|te|l|y|ne manque pas de) )*(regle|paie|paye|vire|solde|reglons|payons|virons|soldons|regularise|regularisons)",
        f"(je|on|nous) ((vous|le|la|les|te|l) )*(fais|fait|faisons|lance|lancons|envoie|envoyons|procede|procedons|effectue|effectuons|poste|programme|programmons|prepare|preparons|mets|mettons|m occupe|passe|depose|relance la banque) ... ({_MONEY}|en paiement|necessaire)",
        unless=("(ne|n) ... (pas|plus|rien|jamais)", "(si|tant que|toujours|quand) (je|on|nous)", "(nous|je) (a|avons|ai) (paye|regle)", "(nous|l|a|ai|avons) (avons )?(paye|regle)", "pourquoi|comment")),
    cue("under-way", Kind.PROMISE, 2.6, f"{_MONEY} ... (prevue?s?|programmee?s?|planifiee?s?|en cours|en preparation|imminent|en attente|a la signature|en signature|au parapheur|ordonnancee?|pour (vendredi|lundi|mardi|mercredi|jeudi|demain|fin))",
        "(mise?s?|mis|passee?s?|inscrite?s?) (en|au|a la) (paiement|reglement|signature)", "(campagne|lot|cycle|echeance|run|prochain|prochains|prochaine|serie|train|vague) (de |des )?(paiements?|reglements?|virements?|campagne)",
        "en cours de (paiement|reglement|traitement|signature|regularisation|validation|virement|mandatement)", "bon a payer", "(pour|en vue d un) (paiement|reglement) (immediat|rapide|prochain)", "(circuit|parapheur|attente) (de |d une )?(signature|validation|paiement)", "(prevue?s?|programmee?s?|planifiee?s?) (le|pour|au|en|demain|vendredi|lundi|a l echeance|ce|cette|fin)",
        "(en|a la|au) (attente de )?(signature|parapheur)", "(mandatee?s?|mandatement|ordonnancement)",
        unless=("pas (encore )?(prevu|programme|possible)*", "(retour|reprise|reouverture|absen*) ... prevue?s?", "(annule*|rejete*|bloque*)", "(prix|tarif|quantite|remise|livraison|intervention|travaux|formation)s? ... prevue?s?")),
    cue("plan", Kind.PROMISE, 2.3, "(echeanciers?|echelonn*|etaler|etalement|mensualites?|plan d apurement|moratoire)", "en (2|3|4|5|6|deux|trois|quatre|cinq|six|dix|plusieurs) (fois|versements|mensualites|echeances|paiements|virements|tranches|cheques)",
        "(le solde|le reste|la seconde|l autre moitie|le restant) ... (le|en|fin|sous|dans|suivra|sera|debut|la semaine|courant|au|pour)", "(acompte|moitie|50 %|premiere partie) ... (le|en|fin|sous|dans|cette|demain|des|debut|ce)"),
    cue("promised", Kind.PROMISE, 1.8, "necessaire (sera|va etre|est en train d etre) fait", f"({_TO_PAY}|{_MONEY}|regl*|paiera*) ... (brefs|meilleurs|courts) delais", "(faisons|fais|ferai|ferons|fait) (le )?(necessaire|maximum|mieux|plus vite)", "(regularis*|reglement) ... (rapidement|brefs? delais?|plus vite|possible|prochainement|tres vite|cette semaine|la semaine|sous|d ici|avant|debut|fin)", "(en|dans) (de )?cours? de regularisation"),
    cue("when-paid", Kind.PROMISE, 1.4, "(des que|des|quand|une fois|lorsque|attend* (que|d etre|le)|attente) ... (client|fonds|encaisse*|paye|tresorerie|subvention|deblocage|credites?|virement de)"),
    cue("time-asked", Kind.PROMISE, 0.9, "(patienter|patience|delai supplementaire|un peu de temps|quelques jours|encore (un|une|quelques|deux) (jours?|semaines?|peu))"),
)  # fmt: skip

DISPUTE: Final[tuple[Cue, ...]] = (
    cue("contested", Kind.DISPUTE, 3.0, "(litiges?|litigieu*|contest*|desaccord|reclamations?|protest*)", "(pas|plus) ((du tout|vraiment) )?d accord", "refus* (de|d) (la |les |cette )?(payer|regler|acquitter|facture|honorer)", "(pas|hors de) question (de|que) ... (payer|regler|paie|regle)",
        "(refus*|rejet*) ... (facture|facturation|ce montant|cette somme|paiement)",
        unless=("(sans|aucune?|pas de|hors|ne|n) (litige|contest*|reclamation|desaccord)*", "adresse")),
    cue("not-conforming", Kind.DISPUTE, 3.0, "(non|pas|ni) conforme*", "non-conforme*", "(ne |pas )*correspond* (pas|en rien|ni|a rien|plus)"),
    cue("error", Kind.DISPUTE, 2.7, "(erreurs?|anomalie|ecart|difference|trop percu|surfacturation|surfacture*|incoherence) (de|d|sur|dans|entre|au niveau|concernant) ... (prix|quantite*|facturation|tarif*|tva|facture*|montant*|calcul|ligne*|heures|compte|taux|votre|remise|bon|nos|commande)",
        "(il y a|comporte|contient|releve|constat*|presente) ... (erreurs?|anomalies?|ecart|difference|incoherence)", "(factures?|prix|montants?|tarifs?|quantites?|taux|tva|facturation|total|calcul|sommes?) ... (errone*|faux|fausses?|incorrect*|inexact*|trop elevee?s?|pas (bon|bonne|correcte?|juste|le bon|la bonne|celui|ceux|les bons)|superieur*|excessi*|a tort|injustifi*|gonfle*)",
        "(factures?|factures|compte*) ... (deux fois|2 fois|en double|en doublon|double emploi)", "(doublons?|double facturation|facture en double)", "(errone*|a corriger|a rectifier|rectificative)", "au lieu (de|des|du|d)",
        unless=("(payee?s?|regle*|vire*|payer) ... (en double|deux fois|2 fois|par erreur)", "(adresse|destinataire|interlocuteur|mail)s? ... errone*", "sauf erreur")),
    cue("credit-note", Kind.DISPUTE, 2.8, "(un|votre|vos|cet|des|deux|aucun|quel|notre|ces) avoirs?", "(attente|emission|reception|deduction|montant|deduire|etablissement|envoi|demande|etabli) (de |d |du )?(l |d un |votre |cet |un |notre )?avoirs?", "(attend*|demand*|reclam*|etablir|emettre|envoyer|recu|deduire) (toujours |encore |donc |bien |depuis \\w+ )*(l|d un|un|votre|cet|notre) avoirs?",
        "avoir (attendu|a recevoir|a emettre|numero|de \\d*|du \\d*|non recu|promis|total|partiel|en attente|correspondant|sur|pour (la|le|les|retour))", "note de credit", "(le|l) avoir (promis|correspondant|annonce|n|sur|pour|est|qui|que|de)",
        unless=("avoir (recu|paye|regle|vire|envoye|fait|effectue|transmis|pris)e?s?",)),
    cue("not-delivered", Kind.DISPUTE, 2.9, "(recu|livre|installe|realise|fait|servi)e?s? (seulement |qu |que |uniquement )+ ?(une|la|un|partie|moitie|\\d+|deux|trois|le)*", "(livree?s?|recue?s?|realisee?s?|executee?s?) (partiellement|en partie|a moitie|au trois quarts)", "(moitie|partie|reste) de (la|notre|ma) (commande|livraison|marchandise|prestation)", f"(jamais|pas|rien|aucune?|toujours pas|non) (encore )?(ete )?(recu|livre|commande|signe|receptionne|installe|rendu|beneficie*)e?s? ... {_GOODS}", f"{_GOODS} ... (pas|jamais|non|plus) (encore |toujours |ete )*(ete )?(livre|recu|commande|receptionne|termine|fini|realise|fait|effectue|fourni|rendu|conforme|execute|installe|acheve)e?s?",
        "(jamais|rien|pas) ((ete|encore|toujours) )*(commande|livre|beneficie)e?s?", "(livraisons?) ... (partielle|incomplete|retard|jamais|tardive|erronee|manquante)s?", f"(manqu*|incomplet*) ... ({_GOODS}|\\d+ |unites|ton*|kilos)", f"{_GOODS} ... (manqu*|incomplet*|inacheve*|mal (fait|realise|execute|pose)e?s?)",
        "retards? (de|dans la|a la) livraison", "(n|ne) (avons|ai|a) (pas|jamais|rien) (encore )?(recu|commande) (la totalite|l integralite|la marchandise|tout|que)",
        unless=("(bons? de (commande|livraison)|la facture|votre facture|les factures|relances?|mails?|duplicata|copie|originaux) ... (pas|jamais|non|plus|manqu*)", "(pas|jamais) ... recu ... (bons? de (commande|livraison)|factures?)", "(manqu*) ... (bons? de (commande|livraison)|numero)")),
    cue("defective", Kind.DISPUTE, 2.8, "(defectu*|malfacons?|abime*|deterior*|moisi*|pourrie?s?|rayee?s?|dechire*|fissure*|dysfonction*|degats?|cassee?s?|endommage*|perimee?s?|hors service|en panne|avarie*|vices? caches?|rouillee?s?|mouillee?s?|defaut*|fuit|fuite*|inutilisable*|mauvais etat|mauvaise qualite|ne (marche|fonctionne)* (pas|plus|toujours))",
        f"{_GOODS} ... (retourne|refuse|renvoye|repris)e?s?", "(retourn*|refus*|renvoy*|repris*|reprendre) ... (livraisons?|commande|lot|marchandises?|materiel|colis|palettes?|articles?|produits?)", "(levee?|lever) (de |des |les |nos )*reserves", "reserves? (emises?|non|a la|sur|lors|formulees?)",
        unless=("par defaut", "(ordinateur|logiciel de tresorerie|notre (logiciel|systeme|banque|serveur)|internet|serveur|imprimante|telephone|reseau) ... (panne|plante|hors service|marche|fonctionne)*")),
    cue("blocked", Kind.DISPUTE, 2.7, "(bloqu*|suspend*|gele*|retenue?|rejete*) ... (factures?|paiements?|reglements?|compte|montant)", "(factures?|paiements?|reglements?|montant) ... (bloque*|suspendu*|gele*|retenue?s?|rejetee?s?)",
        "(ne|n) ((vous|le|la|les|y) )*(paierons|paierai|reglerons|reglerai|payons|paye|paie|reglons|regle|paiera|reglera|payerai|payerons|sera|seront|procederons|debourserai) ((absolument|certainement|donc) )*(pas|rien|que|plus|aucun*) ?((paye*|regle*)e?s? )?(tant que|avant|cette|ce|ces|la|les|pour|un|le|sans|quelque|car|rien)?",
        "tant que|tant qu",
        unless=("(ne|n) ... (pas|plus) (payee?s?|regle*) ... (car|manque de) tresorerie",)),
    cue("agreed-otherwise", Kind.DISPUTE, 2.5, "(n |ne )*(avons|ai|a) (pas|jamais) (valide|accepte|approuve|signe|autorise|demande|donne (notre|mon) accord)*", "(prix|tarif*|remise*|ristourne*|rabais|escompte|quantite*|conditions?) ... (convenu*|negocie*|accorde*|differen*|au devis|du devis|oubli*|initial*|du contrat|promis*|prevu*|pas (ete )?(applique*|deduit*|pris*|compris*))", "(pas|oubli*|sans) ... (appliqu*|dedui*|tenu compte|pris en compte) ... (remise|ristourne|rabais|escompte|prix|tarif|acompte|avoir|retour)",
        "(devis|contrat|bon de commande|offre) ... (signe|indiqu*|prevoyait|different|mentionn*|stipul*|valide)", "(convenu*|negocie*) ... (devis|prix|tarif|remise|accord|commercial*)"),
    cue("not-ours", Kind.DISPUTE, 2.6, "(n |ne )*(est|sont|serait|etait|semble|me parait) (pas|nullement|en rien) (due?s?|dus|justifie*|valable*|valide*|fonde*|recevable*|legitime*|exigible*|la notre|a nous|pour nous|normal*|acceptable*)", "(ne |pas )*(nous|me|m) concern* (pas|plus|en rien)", "(ne|n) (sommes|suis) (pas|plus|en rien) ... (concerne|debiteur|client|redevable|responsable)*", "(ne|n) (devons|dois|devrions) (pas|plus|rien) (cette|ce|la|payer|vous|le|du)*", "(nous|me) devez", "(resili*|annul*) ... (contrat|abonnement|commande|facture|contrats|depuis|en|le|par)", "(contrats?|abonnements?|commandes?|factures?) ... (resili*|annul*)",
        "(pas|jamais) (a |sur )?(notre|nos|mon) (charge|nom|societe|commande)", "a tort", "(indue?s?|abusi*|injustifie*|inadmissible*|scandal*|arnaque|escroquerie|vol)", "geste commercial", "(compens*|dedommag*|indemnis*)",
        unless=("(relances?|rappels?) ... (a tort|abusi*|inadmissible*)", "(virement|cheque|paiement) ... annul*")),
    cue("service-complaint", Kind.DISPUTE, 1.5, "(service apres vente|sav|apres-vente|probleme de qualite|insatisf*|mecontent*|mauvaise qualite|pas satisf*|avocats?|tribunal|malhonnete*)", "(probleme*|souci*) (avec|sur|de|concernant) ... (facture*|livraison|materiel|marchandise*|produit*|qualite|prix|commande)"),
)  # fmt: skip

REQUEST: Final[tuple[Cue, ...]] = (
    cue("copy-asked", Kind.REQUEST, 3.0, "(copies?|duplicatas?|double|exemplaire|scan|pdf|originale?|originaux|duplicate) ... (factures?|releves?|bons? de|avoirs?|contrat|rib|documents?|pieces?)", "duplicatas?", "(renvoyer|renvoyez|retransmettre|reenvoyer|retransmettez|re-envoyer|repasser|redonner|rappeler le rib) ... (factures?|releves?|pieces?|documents?|rib|la|les|le|moi)",
        unless=("(ci-joint|ci joint|en piece jointe|joins|trouver|trouverez|vous en pj|pj) ... (copie|scan|avis|swift|double)", "copie (du|de notre|de l ordre de|de mon) (virement|cheque|paiement|reglement)", "desormais|dorenavant", "copie (la|le|notre|mon|ma) (comptabilite|comptable|collegue|directeur)")),
    cue("document-asked", Kind.REQUEST, 2.8, "(confirmer|confirmez) ... (vos|votre|le|l|les) (coordonnees bancaires|rib|iban|numero|compte)", f"(merci de|merci (de )?bien vouloir|pouvez*|pourriez*|peux*|pourrais*|pourrait|veuillez|priere de|besoin|svp|s il (vous|te) plait|il (nous |me )?faudrait|faut|possible|souhait*|voudr*|aimer*|auriez*|aurions|attente|attend*|demand*|manque*|necessite*) ... (envoyer|transmettre|faire parvenir|adresser|communiquer|faire passer|fournir|donner|recevoir|avoir|obtenir|remettre|preciser|indiquer|joindre|partager|deposer|detailler|mettre|etablir|faire suivre|retrouver) ... {_DOCUMENT}",
        f"(envoyez*|renvoyez*|transmettez*|adressez*|communiquez*|donnez*|indiquez*|precisez*|faites*|fournissez*|envoie|passez*) ... {_DOCUMENT}", f"besoin (de|d|du|des|aussi de|encore de|avant tout de) ... {_DOCUMENT}", f"(manque|manquent|faudrait|faut) ... {_DOCUMENT}", f"(en attente|attente|attendons|attends|reception) (de|du|d|des|encore|toujours)* ?(l |la |le |les |votre |vos |une |un )*{_DOCUMENT}", f"(avoir|obtenir|recevoir|recuperer) ... {_DOCUMENT} ... (svp|s il vous plait|merci)", f"{_DOCUMENT} (svp|s il vous plait|s il te plait|please)", "(votre|le|un|vos) (rib|iban|releve de compte) ... (svp|merci|s il vous plait|actualise|a jour)",
        unless=("(desormais|dorenavant|a l avenir|nouvelle adresse|prochaines factures)", "(un|votre|cet|l|d) avoir (pour|sur|de|du|total|partiel|correspondant)", "(ci-joint|ci joint|en piece jointe|pj)", "(factures?) (rectifi*|corrig*|conforme*)", "(rectifi*|corrig*) (la|cette|votre|les) factures?")),
    cue("invoice-unknown", Kind.REQUEST, 2.8, "(n |ne )*(avons|ai|a|possede|possedons) (pas|plus|toujours pas|jamais eu) (encore )?(cette|la|votre|les|ces|vos|l|de) (originale? |copie )?(facture*|releve|document*|pieces?)", "(pas|impossible|arriv*|parvien*) ... (ouvrir|lire|telecharger|acceder|visualiser) ... (piece|fichier|facture|document|lien|pdf)*", "(pas de|aucune|sans|oubli*|manque la) (la )?pieces? jointe*", "(pas|jamais|plus|toujours pas|pas encore|aucune|non|nulle) (encore |ete |bien |en possession de |de )*(recu|retrouve|trouve|trace|connaissance|parvenu*|receptionn*|vu)e?s? ?... (facture*|releve|duplicata|document|bon de|piece*|originale*|elle|numero)", "(retrouv*|trouv*|vois|voyons|reconnai*|identifi*|possed*|disposons) (pas|plus|aucune?) ?((de|la|cette|ces|les|votre|trace|a quoi|en|nulle part|dans) )*(factures?|trace|compta*|piece*|correspond*|systeme|livres)*",
        "aucune trace", "factures? ... (pas|jamais|non) (ete |bien |encore |toujours )*(recue?s?|parvenue?s?|receptionnee?s?|arrivee?s?|en notre possession|enregistree?s?|dans)", "pas (de trace|trace|au courant) (de|du)", "jamais (eu|recu|vu) (cette|ces|la|les|vos|votre|l|de) (facture*|original*|releve)"),
    cue("question", Kind.REQUEST, 2.3, "(quel|quelle|quels|quelles) ... (iban|rib|compte|factures?|montants?|references?|coordonnees|somme*|adresse|numeros?|periode|prestations?|banque|detail|est|sont)", "(a quoi|de quoi) (correspond*|s agit|il s agit)", "(c est|s agit) (quoi|quelle)", "(comment|ou) (peut on |puis je |dois je |pouvons nous |doit on |peut-on |puis-je |dois-je )*(payer|regler|faire|proceder|virer)", "(peut on|puis je|pouvons nous|est il possible|peut-on|puis-je|pouvons-nous|est-il possible|serait-il possible|serait il possible|possible) (de )?((vous|le|la|les) )*(payer|regler|virer|faire|avoir)", "acceptez vous|acceptez-vous"),
    cue("invoice-on-portal", Kind.REQUEST, 2.2, "(chorus|portail|plateforme|ariba|coupa|basware|tradeshift)", "(numero|n) (d engagement|de bon de commande|de commande) ... (manqu*|absent*|obligatoire|requis|indispensable)*", "(deposer|saisir|transmettre|ressaisir) ... (chorus|portail|plateforme)", unless=("deposee? sur", "desormais")),
    cue("time-asked", Kind.REQUEST, 2.3, "(accord*|octroy*|obten*|demand*|sollicit*|possible|consent*) ... (delais?|report|echeancier|facilites|etalement|remise gracieuse)", "(delai|report) (de paiement|supplementaire)"),
)  # fmt: skip

ABSENCE: Final[tuple[Cue, ...]] = (
    cue("absent", Kind.OUT_OF_OFFICE, 3.0, "(suis|serai|sommes|serons) (actuellement |en ce moment |egalement )*(absent*|hors du bureau|en (conges?|vacances|deplacement|arret|formation|voyage|mission|rtt|seminaire)|indisponible*|injoignable*)", "absent*( du bureau)? (jusqu|du|le|ce|cette|de|pour|a partir|actuellement|toute|depuis)", "(message|reponse) (d absence|automatique)", "hors du bureau", "actuellement (en conge*|absent*|indisponible*|en vacances|en deplacement)",
        unless=("(facture|numero|bon de commande|mention|montant|tva|reference|elle|il|comptable|signataire|gerant|directeur|directrice|patron|responsable|collegue) ... (est |sera )?(absent*|en)",)),
    cue("on-leave", Kind.OUT_OF_OFFICE, 2.2, "en (conges?|vacances|deplacement|arret|seminaire|mer|stage)", "(ne |n )*(travaill*|suis|serai) (pas|que|uniquement) ... (lundi|mardi|mercredi|jeudi|vendredi|matin)", "(a mi-temps|a temps partiel|mi temps)", "(conges?|vacances) (du|jusqu|ce|cette|a partir|pour|le)", "conges? (maternite|parental|maladie|annuels?|de maternite|paternite|payes|d ete|scolaires)", "arret (maladie|de travail)"),
    cue("in-my-absence", Kind.OUT_OF_OFFICE, 2.5, "(en|pendant|durant) mon absence", "(a|des|jusqu a) mon retour", "(acces|consult*) ... (limite*|restreint*|irregul*|ponctuel*|occasionnel*|pas regulierement) ... (mails?|messagerie|e-mails?|messages?|courriels?)", "(pas|sans|acces) (d )?(acces|limite|restreint) (a )?(mes|ma|la|a ma|a mes|mes) (mails?|messagerie|e-mails?|messages?|courriels?)"),
    cue("back-on", Kind.OUT_OF_OFFICE, 1.7, "(de retour|mon retour|retour (prevu|le)|reprendrai|reprise) (prevue? )?(le|au|a|lundi|mardi|mercredi|jeudi|vendredi|dans|en|du|des|prevu)", "(repondrai|repondrons|repondra|reponds|reponse|traiterai|traiterons|traites?|lirai|lirons|lira|lire|reviendrai vers vous) ... (retour|reprise|reouverture|lundi|mardi|mercredi|jeudi|vendredi|dimanche|a partir du|des le|apres le|avant le)", "retour (lundi|mardi|mercredi|jeudi|vendredi|demain|mi*|debut|fin|prochain*)"),
    cue("closed", Kind.OUT_OF_OFFICE, 2.6, "(societe|bureaux?|entreprise|etablissement|agence|services?|magasin|usine|cabinet|hotel) ... (fermee?s?|fermeture)", "(fermeture|conges) (annuel*|estival*|exceptionnel*|hivernal*|de fin d annee|pour)", "fermes? (du|jusqu|pour|le|les|a|ce|cette|entre)", "(fermons|ferment|fermera|fermeront|rouvr*|reouvr*) ... (le|du|au|lundi|mardi|mercredi|jeudi|vendredi|janvier|pour)", "(fermeture|pause|cloture) (annuelle|estivale|hivernale)", unless=("(dossier|compte|incident|ticket) ... ferme*", "definitiv*")),
    cue("someone-absent", Kind.OUT_OF_OFFICE, 1.4, "(comptable|signataire|gerant|directeur|directrice|patron|responsable|collegue|daf|dg|elle|il|monsieur|madame|mme|president|boss) ... (est|sera|actuellement) (actuellement |egalement )*(absent*|en (conge*|vacances|deplacement|arret|mission|voyage|formation)|souffrant*|malade)"),
)  # fmt: skip

CONTACT: Final[tuple[Cue, ...]] = (
    cue("no-longer-there", Kind.CONTACT, 3.2, "(ne |n )*(suis|est|sera|sommes) (plus|pas) ((du tout|donc|desormais) )*(en charge|chargee?|responsable|la bonne personne|le bon (interlocuteur|contact|service|destinataire)|votre (interlocut*|contact)|au service|dans|comptable|gestionnaire|parmi|la personne|employee?|salariee?|concernee? par (ce|la compta*|cette adresse)|le destinataire)",
        "(ne |n )*(travaille|gere|traite|m occupe|s occupe|fait|fais|suis) (plus|pas) ((du tout|desormais) )*(dans|pour|chez|ici|ce|la|les|de|vos|ces|avec|au sein|partie)", "(a |ai |avons |ayant )(quitte|cesse*) ((ses|mes|definitivement|ses fonctions) )*(la |notre |l |les |ses |mes |mon |son |cette )*(societe|entreprise|groupe|effectifs|fonctions?|service|poste|equipe|activites?)", "(parti|partie|pris|prend|fait valoir) (a la |en |sa |ses |droits a la )*retraite", "(est|a ete|ai ete|suis|sera) remplace*e? par", "(mon|son|sa|ma) (successeur|remplacante?|collegue remplacante)", "(a repris|reprend|reprendra|a pris) (le |son |mon |la )*(poste|suite|releve|fonctions|dossier|suivi)",
        "(pas|plus) (la bonne personne|le bon (interlocuteur|contact|service|destinataire)|la bonne adresse)", "vous (vous )?tromp* (de |d )*(destinataire|adresse|personne|interlocuteur|service)", unless=("(n |ne )*suis pas (en charge )?(d accord|satisf*)",)),
    cue("write-to", Kind.CONTACT, 2.7, "(desormais|dorenavant|a l avenir|a compter|a partir (de|du|d)|maintenant) ... (contacter|adresser|envoyer|ecrire|transmettre|joindre|votre (interlocut*|contact)|adresse|gere*|geres|suivie?|destinataire)", "(contacter|adresser|adressez|envoyer|envoyez|ecrire|ecrivez|transmettre|rapprocher|contactez|utiliser|utilisez|noter|prendre contact) ... (desormais|dorenavant|a l avenir|maintenant|directement a|directement notre|directement le)",
        "(nouvelle|nouveau|nouvel|changement d|changer|change d|modifi*|mettre a jour|mise a jour|actualis*) ... (adresse*|mail|e-mail|contact*|interlocut*|coordonnees|comptable|telephone|numero de tel*|responsable comptabilite|email|cabinet comptable)", "(adresse|mail|e-mail|email|boite|coordonnees|interlocut*|contact) ... (a change|ont change|change|n est plus|plus (valable|valide|active|utilisee|consultee)|obsolete|errone*|supprim*|desactiv*)",
        unless=("(changement|nouvelles?|modif*) ... (coordonnees bancaires|rib|iban|banque)", "(rib|iban) ... (change|nouveau)")),
    cue("see-with", Kind.CONTACT, 2.0, "(contacter|contactez|adresser|adressez|rapprocher|rapprochez*|voir|voyez|ecrire a|ecrivez|joindre|relancer|relancez|appeler|appelez|diriger|tourner) ... (avec|aupres|a|au|vers|le|la|notre|mon|ma|m|mme|mr|monsieur|madame|service*) ... (comptabilite|comptable|collegue|service*|siege|cabinet|direction|responsable|[\\w.+-]+@[\\w.-]+|m|mme|mr|madame|monsieur|daf|assistante|qui)", "(voir|voyez) (avec|ca avec|directement avec|cela avec)", "[\\w.+-]+@[\\w.-]+ (est|qui) ... (charge|personne|contact|interlocut*|adresse|suit)", "(l interlocut*|la bonne personne|le bon contact|le contact|la personne) (est|en charge|a contacter)",
        unless=("(en|pendant|durant) (mon|son|notre) absence", "urgence|urgent*", "(tribunal|avocat)")),
)  # fmt: skip

OTHER: Final[tuple[Cue, ...]] = (
    cue("acknowledged", Kind.OTHER, 1.7, "(bonne|bien) (recue?|note|pris note)", "accus* (de )?(bonne )?reception", "(bien )?(pris|prenons|prends|prend) (bonne |bien )?note", "(avons|ai) (bien )?(recu|note) (votre|vos|le) (mail|message|relance|courrier|rappel|courriel|e-mail|demande)*"),
    cue("passed-on", Kind.OTHER, 2.3, "(transmet*|transfer*|transmis|transmise|fais suivre|faisons suivre|fait suivre|remont*|communiqu*|relaye|soumet*) ... (service|services|comptabilite|comptable|collegue*|direction|responsable|siege|personne*|qui de droit|equipe|daf|directeur|directrice|patron|gerant|concerne*)", "(demande|mail|message|dossier|relance) ... (transmis|transfere*|transmise|en cours de (traitement|etude|verification)|sera traite*|a ete (transmis|enregistre|prise? en compte))e?", "en copie", unless=("merci de (transmettre|transferer)",)),
    cue("will-look", Kind.OTHER, 2.3, "(je|nous|on) ((vous|le|la|les|me|te) )*(regarde*|verifi*|renseign*|reviens|revenons|reviendr*|recontact*|rappel*|recherch*|tiens|tiendr*|tenons|fais un point|faisons le point|etudi*|analys*|control*|vois|voyons|point* )", "(vais|allons|va) ((vous|le|la|les|me|nous) )*(regarder|verifier|voir|renseigner|revenir|rechercher|faire le point|faire un point|recontacter|controler|pointer|etudier|rappeler)", "(reviens|reviendrai|revenons|reviendrons|reviendra) vers (vous|toi)", "(tiens|tiendrai|tenons|tiendrons) (vous )?(au courant|informe*)",
        "en cours de verification", unless=("(ne|n) ... (trouv*|vois|voyons) (pas|plus|aucun*)",)),
    cue("insolvency", Kind.OTHER, 3.6, "(redressement|liquidation|sauvegarde|conciliation|procedure) (judiciaire|collective|amiable)", "(mandataire|liquidateur|administrateur) (judiciaire|liquidateur)*", "(cessation|cesse) (d |de |des |toute |ses |son |notre )*(activites?|paiements?|commerce)", "depot de bilan|depose le bilan", "(surendettement|declar* (votre|de|vos) creances?)", "radiee? (du|le|depuis|d office)", "(est|sommes) (decede*|en liquidation (judiciaire)?|en redressement)", "(deces|decede*)"),
    cue("machine", Kind.OTHER, 3.0, "(message|mail|courriel|courrier|e-mail) ... (pas|non) ... (remis|distribue|delivre|livre)e?", "boite ... (pleine|saturee)", "confirmation de lecture", "message lu le", "(quarantaine|antispam|anti-spam)", "(accuse de (reception|lecture)) ... (automatique|est|ceci)", "(demande|message|ticket|dossier|requete) ... (enregistre|prise? en charge|pris en compte|cree)e? ... (sous|numero|n|reference|dans)"),
    cue("advertising", Kind.OTHER, 2.4, "(se desabonner|desabonnement|newsletter|lettre d information|webinaire|offre (speciale|exceptionnelle|promotionnelle)|code promo|votre candidature)"),
    cue("stop-writing", Kind.OTHER, 2.4, "(laissez|laisse|fichez|foutez)[- ](moi|nous)", "(arret*|cess*|stop*|ne plus) ... (relanc*|harcel*|mails?|envoyer|spam*|ecrire|appeler|contacter|messages?)", "(desinscri*|desabonn*|spam*|harcelement|stop)", "(supprim*|retir*) ... (adresse|liste|mail|donnees)"),
    cue("call", Kind.OTHER, 2.0, "(pouvez*|pourriez*|pourrait on|peux*|merci de|rappelez|appelez|souhait*|voudr*|peut on|peut-on|pourrions*|est ce qu on peut|possible) ... (rappel*|appel*|telephon*|rendez vous|joindre|en parler|voir ensemble|discuter|reunion|echanger)", "(appelez|rappelez|rappeler|appeler) (moi|nous|le|la|au)*", "(rendez vous|de vive voix|par telephone|un point ensemble)"),
    cue("cannot-pay", Kind.OTHER, 2.1, "(ne|n) ((vous|la|les|le) )*(pouvons|peux|peut|sommes|suis|pourrons|pourrai|pouvons-nous) (pas|plus|malheureusement pas|toujours pas) (encore )?(en mesure |capable |actuellement |pour l instant |encore |vous )*(de |d )?(payer|regler|honorer|vous|proceder|effectuer|assumer|faire face|solder)", "(difficult*|probleme*|manque|tension*|soucis?|pas|plus|gene|crise) (de |d |financ* |passagere* |importante* )*(tresorerie|financ*|argent|liquidite*|fonds)", "(insolvable|(plus|pas) un (sou|centime|rond)|compte* bloque*|impossible de (payer|regler)|(pas|plus) de quoi|rien a (vous )?(proposer|donner))"),
    cue("bank-details-change", Kind.OTHER, 2.4, "(changement|nouvelles?|modif*|change) ... (coordonnees bancaires|rib|iban|banque)"),
    cue("thanks", Kind.OTHER, 0.9, "(ok|oui|bonjour|d accord|parfait|recu) merci[.,]*$", "merci( beaucoup| bien| a vous)? ?(pour (votre|vos|ce|le|cette|l) ?\\w*)?[.,]*$", "(c est note|ok|d accord|entendu|parfait|tres bien|recu|note)[.,]*( merci.*)?$"),
)  # fmt: skip

FRENCH: Final[tuple[Cue, ...]] = PAID + PROMISE + DISPUTE + REQUEST + ABSENCE + CONTACT + OTHER
