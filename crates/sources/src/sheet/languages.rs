//! Words of headers in German, French, Spanish and Portuguese as the English ones: personnel systems, banks and carriers write
//! their exports in the language of the account. Whole headers are few; their words are not.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Words or runs of words, without accents, and what they are in English. What means something else in an English header
/// ("personnel", "service", "cargo") is not here.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    // German: people
    ("personalnummer", "employee number"), ("personalnr", "employee number"), ("mitarbeiternummer", "employee number"),
    ("mitarbeiternr", "employee number"), ("mitarbeiter id", "employee id"), ("mitarbeiter", "employee"), ("vorname", "first name"), ("rufname", "preferred first name"),
    ("nachname", "last name"), ("familienname", "last name"), ("geschaftlich", "work"), ("geschaeftlich", "work"),
    ("geschaftliche", "work"), ("geschaftliches", "work"), ("dienstlich", "work"), ("dienstliche", "work"), ("beruflich", "work"), ("berufliche", "work"),
    ("privat", "private"), ("private", "private"), ("privates", "private"), ("firma", "company"), ("firmen", "company"), ("unternehmen", "company"),
    ("eintrittsdatum", "hire date"), ("eintritt", "hire date"), ("einstellungsdatum", "hire date"), ("vertragsbeginn", "contract start date"),
    ("austrittsdatum", "termination date"), ("austritt", "termination date"), ("vertragsende", "contract end date"),
    ("strasse", "street"), ("hausnummer", "house number"), ("hausnr", "house number"), ("plz", "postcode"), ("postleitzahl", "postcode"), ("ort", "city"),
    ("wohnort", "city"), ("stadt", "city"), ("land", "country"), ("bundesland", "state"), ("adresse", "address"), ("anschrift", "address"),
    ("telefon", "phone"), ("telefonnummer", "phone number"), ("mobiltelefon", "mobile phone"), ("mobilnummer", "mobile number"), ("mobil", "mobile"),
    ("handy", "mobile"), ("handynummer", "mobile number"), ("stelle", "job title"), ("stellenbezeichnung", "job title"), ("abteilung", "department"),
    ("vorgesetzter", "manager"), ("vorgesetzte", "manager"), ("standort", "location"), ("arbeitsort", "work location"),
    ("beschaftigungsart", "employment type"), ("vertragsart", "contract type"), ("benutzername", "user name"), ("benutzer", "user"),
    ("anzeigename", "display name"), ("kommentar", "comments"), ("pers nr", "employee number"), ("bemerkung", "comments"),
    // German: trips and absences
    ("zielland", "destination country"), ("zielort", "destination city"), ("von", "from"), ("bis", "to"), ("genehmigt am", "approved at"), ("genehmigt von", "approved by"),
    ("abwesenheitsart", "absence type"),
    // German: pay
    ("kontoinhaber", "account holder"), ("kontonummer", "account number"), ("bankleitzahl", "bank code"), ("blz", "bank code"), ("bankname", "bank name"),
    ("kreditinstitut", "bank name"), ("betrag", "amount"), ("wahrung", "currency"), ("waehrung", "currency"), ("geandert am", "changed at"),
    ("geaendert am", "changed at"), ("geandert von", "changed by"), ("geaendert von", "changed by"), ("anderungsdatum", "change date"),
    ("gultig ab", "effective date"), ("gueltig ab", "effective date"), ("zahlungsart", "payment method"),
    // German: shipments, devices, calls
    ("sendungsnummer", "tracking number"), ("paketnummer", "tracking number"), ("empfanger", "recipient"), ("empfaenger", "recipient"),
    ("empfangername", "recipient name"), ("empfaengername", "recipient name"), ("absender", "sender"), ("versanddatum", "ship date"), ("zustelldatum", "delivery date"), ("lieferdatum", "delivery date"),
    ("zugestellt am", "delivered at"), ("zusteller", "carrier"), ("lieferadresse", "ship to address"), ("lieferanschrift", "ship to address"), ("bestellnummer", "order number"),
    ("referenz", "reference"), ("seriennummer", "serial number"), ("geratename", "device name"), ("geraetename", "device name"), ("gerate id", "device id"), ("gerat", "device"),
    ("hersteller", "manufacturer"), ("modell", "model"), ("betriebssystem", "operating system"), ("datum", "date"), ("uhrzeit", "time"), ("beitrittszeit", "join time"),
    ("austrittszeit", "left at"), ("dauer", "duration"), ("minuten", "minutes"), ("gast", "guest"), ("originalname", "original name"), ("ausgehandigt am", "assigned at"),
    ("primaren", "primary"), ("upn des primaren benutzers", "primary user upn"), ("letztes einchecken", "last check in"), ("registrierungsdatum", "enrollment date"), ("verwaltet von", "managed by"),
    ("besitz", "ownership"), ("konformitat", "compliance"), ("wlan mac", "wi fi mac"),
    // French
    ("matricule", "employee number"), ("prenom", "first name"), ("nom de famille", "last name"), ("nom complet", "full name"), ("professionnel", "work"),
    ("professionnelle", "work"), ("personnelle", "private"), ("date dembauche", "hire date"), ("date dentree", "hire date"), ("date de sortie", "termination date"),
    ("date de depart", "termination date"), ("rue", "street"), ("code postal", "postcode"), ("ville", "city"), ("pays", "country"), ("telephone", "phone"),
    ("numero de telephone", "phone number"), ("intitule du poste", "job title"), ("poste", "job title"), ("departement", "department"), ("responsable", "manager"),
    ("nom dutilisateur", "user name"), ("utilisateur", "user"), ("utilisateur principal", "primary user"), ("titulaire du compte", "account holder"), ("numero de compte", "account number"), ("nom de la banque", "bank name"), ("banque", "bank"),
    ("devise", "currency"), ("destinataire", "recipient"), ("expediteur", "sender"), ("numero de suivi", "tracking number"), ("date dexpedition", "ship date"),
    ("date de livraison", "delivery date"), ("adresse de livraison", "ship to address"), ("transporteur", "carrier"), ("numero de serie", "serial number"), ("nom de lappareil", "device name"), ("appareil", "device"),
    ("fabricant", "manufacturer"), ("modele", "model"), ("duree", "duration"), ("invite", "guest"), ("courriel", "email"), ("nom daffichage", "display name"), ("id dappareil", "device id"), ("upn de lutilisateur principal", "primary user upn"), ("dernier enregistrement", "last check in"), ("date dinscription", "enrollment date"),
    ("gere par", "managed by"), ("propriete", "ownership"), ("conformite", "compliance"), ("adresse mac wi fi", "wi fi mac"), ("adresse", "address"),
    // Spanish
    ("numero de empleado", "employee number"), ("nombre completo", "full name"), ("nombre", "first name"), ("apellidos", "last name"), ("apellido", "last name"),
    ("correo electronico", "email"), ("correo", "email"), ("corporativo", "work"), ("laboral", "work"), ("fecha de ingreso", "hire date"),
    ("fecha de contratacion", "hire date"), ("fecha de inicio", "start date"), ("fecha de baja", "termination date"), ("fecha de salida", "termination date"), ("fecha de termino", "termination date"),
    ("direccion", "address"), ("calle", "street"), ("ciudad", "city"), ("codigo postal", "postcode"), ("pais", "country"), ("telefono", "phone"), ("movil", "mobile"),
    ("celular", "mobile"), ("puesto", "job title"), ("departamento", "department"), ("gerente", "manager"), ("usuario", "user"), ("usuario principal", "primary user"), ("nombre de usuario", "user name"), ("titular de la cuenta", "account holder"),
    ("titular", "account holder"), ("numero de cuenta", "account number"), ("banco", "bank"), ("moneda", "currency"), ("destinatario", "recipient"), ("numero de seguimiento", "tracking number"),
    ("numero de guia", "tracking number"), ("fecha de envio", "ship date"), ("fecha de entrega", "delivery date"), ("numero de serie", "serial number"), ("nombre del dispositivo", "device name"), ("dispositivo", "device"),
    ("fabricante", "manufacturer"), ("modelo", "model"), ("duracion", "duration"), ("invitado", "guest"), ("fecha", "date"), ("id de dispositivo", "device id"), ("upn del usuario principal", "primary user upn"), ("ultima sincronizacion", "last check in"), ("fecha de inscripcion", "enrollment date"), ("administrado por", "managed by"),
    ("propiedad", "ownership"), ("cumplimiento", "compliance"), ("mac de wi fi", "wi fi mac"),
    // Portuguese
    ("nome completo", "full name"), ("sobrenome", "last name"), ("data de admissao", "hire date"), ("data de desligamento", "termination date"), ("endereco", "address"),
    ("cidade", "city"), ("cep", "postcode"), ("moeda", "currency"), ("conta bancaria", "bank account"),
    // what no table may take, so that it is refused under any name
    ("geburtsdatum", "date of birth"), ("geschlecht", "gender"), ("konfession", "religion"), ("staatsangehorigkeit", "nationality"), ("nationalitat", "nationality"),
    ("sozialversicherungsnummer", "social security number"), ("steuer id", "tax id"), ("date de naissance", "date of birth"), ("sexe", "gender"), ("nationalite", "nationality"),
    ("fecha de nacimiento", "date of birth"), ("sexo", "gender"), ("genero", "gender"), ("nacionalidad", "nationality"), ("data de nascimento", "date of birth"), ("nacionalidade", "nationality"),
];

/// Most words of an entry.
const RUN: usize = 4;

/// A letter without its accent.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'à' | 'á' | 'â' | 'ã' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' => out.push('i'),
            'ö' | 'ò' | 'ó' | 'ô' | 'õ' => out.push('o'),
            'ü' | 'ù' | 'ú' | 'û' => out.push('u'),
            'ñ' => out.push('n'),
            'ç' => out.push('c'),
            'ß' => out.push_str("ss"),
            c => out.push(c),
        }
    }
    out
}

/// Words in lower case, separated by single spaces, with those of another language in English.
#[must_use]
pub fn english(joined: &str) -> String {
    static KNOWN: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| WORDS.iter().copied().collect());
    let words: Vec<&str> = joined.split(' ').collect();
    let plain: Vec<String> = words.iter().map(|word| folded(word)).collect();
    let mut out: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let run = (1..=RUN.min(words.len() - at)).rev();
        let found = run
            .into_iter()
            .find_map(|n| known.get(plain[at..at + n].join(" ").as_str()).map(|word| (n, *word)));
        let (count, word) = found.unwrap_or((1, words[at]));
        out.push(word);
        at += count;
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{refused, words};

    #[test]
    fn headers_of_four_languages_are_understood() {
        assert_eq!(words("E-Mail geschäftlich"), words("Work Email"));
        assert_eq!(words("Geaendert am"), words("Changed at"));
        assert_eq!(words("Date d'embauche"), words("Hire Date"));
        assert_eq!(words("Correo electrónico corporativo"), words("Work Email"));
        assert_eq!(words("Data de admissão"), words("Hire Date"));
        assert_eq!(words("Personnel Number"), words("Employee Number"));
    }

    #[test]
    fn what_is_refused_is_refused_in_any_of_them() {
        for header in ["Geburtsdatum", "Staatsangehörigkeit", "Date de naissance", "Género", "Steuer-ID"] {
            assert!(refused(header).is_some(), "{header}");
        }
    }

    #[test]
    fn no_word_is_named_twice() {
        let mut seen = std::collections::BTreeMap::new();
        for (word, english) in WORDS {
            assert_eq!(folded(word), *word);
            assert!(seen.insert(word, english).is_none_or(|known| known == english), "{word}");
        }
    }
}
