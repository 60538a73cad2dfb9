//! What explains a local network, on companies made up here.

use super::*;
use crate::ring::tests::Company;

/// What explains the router of four people who were seen behind it once each, if anything; `change`: what else is so of them.
fn router(days_on_the_line: i64, change: impl Fn(&mut Company)) -> Option<&'static str> {
    let mut company = Company::new(60);
    company.carry_on(0..days_on_the_line, Kind::EgressIp, "line", 0..4);
    for at in 0..4 {
        let day = at as i64 % 2;
        company.carry_on(day..day + 1, Kind::GatewayMac, "router", [at]);
    }
    // the others, each at home
    for at in 4..60 {
        company.carry_on(0..8, Kind::EgressIp, &format!("line {at}"), [at]);
        company.carry_on(0..1, Kind::GatewayMac, &format!("router {at}"), [at]);
    }
    change(&mut company);
    company.look(|context, mut components| {
        explain(context, &mut components);
        components.iter().find(|one| one.kind == Kind::GatewayMac)?.explained_by
    })
}

#[test]
fn one_look_is_enough_on_a_line_where_they_stay() {
    assert_eq!(router(8, |_| ()), None);
    assert_eq!(router(2, |_| ()), Some("coworking"));
}

#[test]
fn an_agency_has_an_office_where_its_people_live_and_a_farm_has_people_from_anywhere() {
    let of_one_firm = |company: &mut Company, town: &dyn Fn(usize) -> String| {
        for (at, worker) in company.workers.iter_mut().enumerate().take(4) {
            (worker.agency, worker.is_contingent) = (Some("Firm".into()), true);
            worker.area = [Some(town(at)), Some("Jalisco".into()), None, Some("MX".into())];
        }
    };
    assert_eq!(router(8, |company| of_one_firm(company, &|_| "Guadalajara".into())), Some("agency"));
    let anywhere = |company: &mut Company| {
        of_one_firm(company, &|at| format!("Town {at}"));
        for (at, worker) in company.workers.iter_mut().enumerate().take(4) {
            worker.area[1] = Some(format!("State {at}"));
        }
    };
    assert_eq!(router(8, anywhere), None);
}
