//! Lists beside the company's own roster: whom agencies sent, and where people live and are reached.

use std::collections::BTreeMap;

use crate::who::Worker;

/// Workers of the roster; of an agency's list those whom no roster names; and of each what the other lists add.
pub(crate) fn of(roster: Vec<Worker>, agency: Vec<Worker>, contacts: Vec<Worker>) -> Vec<Worker> {
    let mut workers = roster;
    let known = Index::of(&workers);
    let mut own = Vec::new();
    for sent in agency {
        match known.find(&workers, &sent) {
            Some(at) => workers[at].take_agency(sent),
            None => own.push(sent),
        }
    }
    workers.extend(own);
    workers.sort_by(|a, b| a.id.cmp(&b.id));
    let known = Index::of(&workers);
    for contact in contacts {
        if let Some(at) = known.find(&workers, &contact) {
            workers[at].take_contact(contact);
        }
    }
    workers
}

/// Workers by id and by work e-mail address.
struct Index {
    by_id: BTreeMap<String, usize>,
    /// Nothing, where two bear one address.
    by_email: BTreeMap<String, Option<usize>>,
}

impl Index {
    fn of(workers: &[Worker]) -> Self {
        let by_id = workers.iter().enumerate().map(|(at, worker)| (worker.id.clone(), at)).collect();
        let mut by_email = BTreeMap::new();
        for (at, worker) in workers.iter().enumerate() {
            let Some(email) = &worker.work_email else { continue };
            by_email.entry(email.clone()).and_modify(|known| *known = None).or_insert(Some(at));
        }
        Self { by_id, by_email }
    }

    /// Whom a row of another list is about. Lists may number people in their own way: an id counts where nothing else of the
    /// row contradicts it.
    fn find(&self, workers: &[Worker], row: &Worker) -> Option<usize> {
        let by_email =
            || row.work_email.as_ref().and_then(|email| self.by_email.get(email).copied().flatten());
        let differs = |one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
        };
        let is_other = |worker: &Worker| {
            differs(&worker.work_email, &row.work_email) && differs(&worker.folded_name, &row.folded_name)
        };
        let by_id = self.by_id.get(&row.id).copied().filter(|at| !is_other(&workers[*at]));
        by_id.or_else(by_email)
    }
}

impl Worker {
    /// What a supplier's list adds to a worker of the roster. Whom the company employs by now has left the supplier.
    fn take_agency(&mut self, mut sent: Self) {
        if !self.is_employee {
            self.is_contingent |= sent.is_contingent;
            fill(&mut self.agency, &mut sent.agency);
            self.start = self.start.or(sent.start);
        }
        for (own, other) in self.post.iter_mut().zip(&mut sent.post) {
            fill(own, other);
        }
        self.take_contact(sent);
    }

    /// What a list of contacts adds: the roster's own word stands wherever it has one.
    fn take_contact(&mut self, mut contact: Self) {
        let before = [&self.home, &self.phone, &self.personal_email].map(Option::is_some);
        if self.home.is_none() && contact.home.is_some() {
            (self.home, self.place, self.building) = (contact.home, contact.place, contact.building);
            self.area = contact.area;
        } else if self.area.iter().all(Option::is_none) {
            self.area = contact.area;
        }
        fill(&mut self.phone, &mut contact.phone);
        fill(&mut self.personal_email, &mut contact.personal_email);
        fill(&mut self.timezone, &mut contact.timezone);
        if self.work_email.is_none() {
            (self.work_email, self.local_part, self.domain) =
                (contact.work_email, contact.local_part, contact.domain);
        }
        if self.name.is_none() {
            (self.name, self.folded_name) = (contact.name, contact.folded_name);
        }
        // (a link is cited with the record that states it)
        if before != [&self.home, &self.phone, &self.personal_email].map(Option::is_some) {
            self.records.extend(contact.records);
        }
    }
}

fn fill(own: &mut Option<String>, other: &mut Option<String>) {
    if own.is_none() {
        *own = other.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(id: &str, email: &str) -> Worker {
        let email = Some(email.to_owned()).filter(|email| !email.is_empty());
        Worker { id: id.into(), work_email: email, records: vec![format!("r-{id}")], ..Worker::default() }
    }

    #[test]
    fn an_agency_s_list_names_workers_and_gives_way_to_the_roster() {
        let roster = vec![
            worker("W-1", "ann@example.com"),
            Worker { is_employee: true, ..worker("W-2", "bo@example.com") },
        ];
        let sent = |id: &str, email: &str| Worker {
            agency: Some("Northern Staffing".into()),
            is_contingent: true,
            ..worker(id, email)
        };
        let agency = vec![
            sent("N-1", "ann@example.com"),
            sent("N-2", "bo@example.com"),
            sent("N-3", "cy@example.com"),
        ];
        let all = of(roster, agency, Vec::new());
        let told: Vec<_> =
            all.iter().map(|one| (one.id.as_str(), one.agency.is_some(), one.is_contingent)).collect();
        assert_eq!(told, [("N-3", true, true), ("W-1", true, true), ("W-2", false, false)]);
    }

    #[test]
    fn contacts_add_to_workers_and_make_nobody_one() {
        let contact = |id: &str, email: &str, phone: &str, home: &str| Worker {
            phone: Some(phone.into()),
            home: Some(home.into()),
            ..worker(id, email)
        };
        let roster = vec![
            Worker { phone: Some("1".into()), ..worker("W-1", "ann@example.com") },
            worker("W-2", "bo@example.com"),
        ];
        let contacts = vec![
            contact("W-1", "", "2", "elm"),
            contact("W-9", "", "3", "oak"),
            contact("bo@example.com", "bo@example.com", "4", "ash"),
        ];
        let all = of(roster, Vec::new(), contacts);
        let told: Vec<_> =
            all.iter().map(|one| (one.id.as_str(), one.phone.as_deref(), one.home.as_deref())).collect();
        assert_eq!(told, [("W-1", Some("1"), Some("elm")), ("W-2", Some("4"), Some("ash"))]);
        assert_eq!(all[0].records, ["r-W-1", "r-W-1"]);
    }

    #[test]
    fn an_id_of_another_person_in_another_list_ties_nobody() {
        let named = |id: &str, email: &str, name: &str| Worker {
            folded_name: Some(name.into()),
            ..worker(id, email)
        };
        let roster = vec![named("7", "ann@example.com", "ann lee"), named("8", "bo@example.com", "bo roe")];
        let other = Worker { phone: Some("5".into()), ..named("7", "bo@example.com", "bo roe") };
        let all = of(roster, Vec::new(), vec![other]);
        assert_eq!([all[0].phone.as_deref(), all[1].phone.as_deref()], [None, Some("5")]);
    }
}
