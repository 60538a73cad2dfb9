//! Whom a check accuses.

use crate::company::Company;

async fn nobody(seed: u64, workers: u32, days: u32) {
    let checked = Company::new(seed, workers, days, Some("none"), None).check().await;
    assert_eq!(checked.people.len(), workers as usize);
    for person in checked.people.iter().take(5) {
        let found: Vec<_> = person.evidence.iter().map(|item| (item.indicator.as_str(), item.bits)).collect();
        eprintln!("seed {seed}: {:?} {:.4} {found:?}", person.worker_id, person.probability);
    }
    let opened: Vec<_> = checked.people.iter().filter(|person| person.case).collect();
    assert!(opened.is_empty(), "seed {seed}: {opened:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_honest_people_for_two_weeks() {
    for seed in [5, 21, 22] {
        nobody(seed, 60, 14).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long"]
async fn two_thousand_honest_people_for_two_months() {
    for seed in [5, 21, 22] {
        nobody(seed, 2000, 60).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_farm_opens_and_nobody_else_does() {
    let company = Company::new(31, 60, 21, Some("hosted_farm"), Some(1));
    let (checked, positives) = (company.check().await, company.positives());
    let opened: Vec<&str> = checked
        .people
        .iter()
        .filter(|person| person.case)
        .filter_map(|person| person.worker_id.as_deref())
        .collect();
    let guilty = company.guilty();
    assert!(opened.iter().all(|id| guilty.contains_key(*id)), "{opened:?} {guilty:?}");
    assert!(opened.len() * 3 >= positives.len() * 2, "{opened:?} of {positives:?}");
}

/// Recall by scheme on development seeds: printed, and held to what a farm of several people must give.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long"]
async fn planted_schemes_on_development_seeds() {
    let (mut farms, mut opened, mut innocents) = (0, 0, 0);
    for seed in [101, 102, 103] {
        let company = Company::new(seed, 200, 45, None, Some(18));
        let (checked, positives, guilty) = (company.check().await, company.positives(), company.guilty());
        for person in &checked.people {
            let id = person.worker_id.clone().unwrap_or_default();
            let scheme = positives.get(&id);
            if let Some(scheme) = scheme {
                eprintln!(
                    "{seed} {scheme} {:?} {:.3} {:.1} bits",
                    person.worker_id, person.probability, person.bits
                );
            }
            farms += usize::from(scheme.is_some_and(|scheme| scheme == "hosted_farm"));
            opened += usize::from(person.case && scheme.is_some_and(|scheme| scheme == "hosted_farm"));
            innocents += usize::from(person.case && !guilty.contains_key(&id));
        }
    }
    assert_eq!(innocents, 0);
    assert!(opened * 10 >= farms * 8, "{opened} of {farms}");
}
