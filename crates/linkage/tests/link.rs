//! Records go in, derived tables come out: what is shared, what explains it, and what it must not depend on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lake::{FileEntry, Lake, Options, Row, WorkspaceKey, rows};
use linkage::{Linked, Settings, link};
use model::{Cell, Kind, RecordId, TableDef, Time, UnitKey, tables as t};

/// Midnight of the first day.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

/// A company as rows of records.
#[derive(Default)]
struct Company {
    rows: Vec<(&'static TableDef, Vec<Cell>)>,
    until: i64,
}

fn fill(table: &'static TableDef, time: Option<i64>, values: &[(&str, &str)]) -> Vec<Cell> {
    let mut cells = vec![Cell::Null; table.columns.len()];
    cells[1] = time.map_or(Cell::Null, |time| Cell::Time(Time::from_seconds(time)));
    cells[2] = Cell::Text("test".into());
    for (name, value) in values {
        let at = table.position(name).unwrap_or_else(|| panic!("no column {name}"));
        cells[at] = match table.columns[at].kind {
            Kind::Time => Cell::Time(Time::from_seconds(value.parse().unwrap())),
            Kind::Bool => Cell::Bool(*value == "true"),
            _ => Cell::Text((*value).to_owned()),
        };
    }
    cells
}

impl Company {
    fn new(days: i64) -> Self {
        Self { rows: vec![], until: START + days * DAY - 1 }
    }

    fn add(&mut self, table: &'static TableDef, time: Option<i64>, values: &[(&str, &str)]) -> &mut Self {
        self.rows.push((table, fill(table, time, values)));
        self
    }

    /// A worker with a laptop of the same number; what else the roster says.
    fn hire(&mut self, id: &str, home: &str, more: &[(&str, &str)]) -> &mut Self {
        self.hire_at(Some(START), id, home, more)
    }

    fn hire_at(&mut self, said: Option<i64>, id: &str, home: &str, more: &[(&str, &str)]) -> &mut Self {
        let mail = mail(id);
        let mut values = vec![("worker_id", id), ("work_email", &mail), ("home_address", home)];
        values.extend(more);
        self.add(&t::employment::TABLE, said, &values);
        self.add(
            &t::device_assignment::TABLE,
            Some(START),
            &[("worker_id", id), ("serial", &format!("PF2{id}XK"))],
        )
    }

    /// The laptop stands behind a router on some days.
    fn stands(&mut self, id: &str, mac: &str, days: impl IntoIterator<Item = i64>) -> &mut Self {
        let serial = format!("PF2{id}XK");
        for day in days {
            let time = Some(START + day * DAY + 36_000);
            let seen =
                [("serial", serial.as_str()), ("interface", "en0"), ("ip", "192.168.1.1"), ("mac", mac)];
            self.add(&t::lan_neighbour::TABLE, time, &seen);
            let way = [("serial", serial.as_str()), ("destination", "0.0.0.0"), ("gateway", "192.168.1.1")];
            self.add(&t::route::TABLE, time, &way);
        }
        self
    }

    fn plug(
        &mut self,
        id: &str,
        product: &str,
        number: &str,
        days: impl IntoIterator<Item = i64>,
    ) -> &mut Self {
        let serial = format!("PF2{id}XK");
        for day in days {
            let seen =
                [("serial", serial.as_str()), ("product_name", product), ("peripheral_serial", number)];
            self.add(&t::peripheral::TABLE, Some(START + day * DAY + 36_000), &seen);
        }
        self
    }

    fn pay(&mut self, id: &str, account: &str, holder: &str) -> &mut Self {
        let values = [("worker_id", id), ("account", account), ("holder_name", holder)];
        self.add(&t::pay_instruction::TABLE, Some(START), &values)
    }

    fn ship(&mut self, id: &str, to: &str, delivered: &str) -> &mut Self {
        let values = [("worker_id", id), ("ship_to", to), ("delivered_to", delivered), ("item", "laptop")];
        self.add(&t::shipment::TABLE, Some(START), &values)
    }

    async fn link(&self) -> Found {
        self.link_with(1).await
    }

    async fn link_with(&self, key: u8) -> Found {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { memory_bytes: 256 << 20, threads: 2 };
        let mut lake = Lake::open(folder.path(), WorkspaceKey::from_bytes([key; 32]), options).await.unwrap();
        let mut commit = lake.begin().await.unwrap();
        let file = commit.start_file(FileEntry::default());
        let made = self.rows.iter().enumerate().map(|(n, (table, cells))| Row {
            table,
            id: RecordId::new("test", &UnitKey::of_bytes(table.name.as_bytes()), n as u32, 0),
            file,
            offset: 0,
            length: 0,
            line: 1,
            cells: cells.clone(),
        });
        commit.append(made.collect()).unwrap();
        commit.publish().await.unwrap();
        lake.refresh().await.unwrap();
        let settings = Settings { judgement_time: Time::from_seconds(self.until), aliases: vec![] };
        let linked = link(&mut lake, &settings).await.unwrap();
        Found { linked, lake, _folder: folder }
    }
}

fn mail(id: &str) -> String {
    format!("{id}@corp.example")
}

struct Found {
    linked: Linked,
    lake: Lake,
    _folder: tempfile::TempDir,
}

impl Found {
    async fn ask(&self, sql: &str) -> Vec<String> {
        let mut out = Vec::new();
        for batch in self.lake.query(sql).await.unwrap() {
            out.extend(rows::texts(&batch, 0).into_iter().flatten());
        }
        out
    }

    /// Kind, members and explanation of each component of a kind.
    async fn of(&self, kind: &str) -> Vec<String> {
        let sql = format!(
            "SELECT concat(CAST(members AS VARCHAR), ' ', coalesce(explained_by, '-')) FROM component \
             WHERE kind = '{kind}' ORDER BY component_id"
        );
        self.ask(&sql).await
    }
}

const FAR: [&str; 4] = [
    "1 Elm St, Salem, OR 97301",
    "2 Oak St, Boise, ID 83702",
    "3 Fir St, Reno, NV 89501",
    "4 Ash St, Ames, IA 50010",
];
const HOUSE: &str = "9 Hill Rd, Mesa, AZ 85201";

fn farm() -> Company {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let id = format!("W-{n}");
        company
            .hire(&id, home, &[("is_remote", "true")])
            .stands(&id, "e8:9f:80:dc:c2:fe", 0..20)
            .ship(&id, HOUSE, HOUSE);
    }
    company
}

#[tokio::test]
async fn a_farm_is_a_site_and_a_ring() {
    let found = farm().link().await;
    assert_eq!(
        (found.linked.workers, found.linked.sites.1, found.linked.rings),
        (4, 1, 1),
        "{:?}",
        found.linked
    );
    assert_eq!(found.of("gateway_mac").await, ["4 -"]);
    assert_eq!(found.of("ship_to").await, ["4 -"]);
    assert_eq!(
        found.ask("SELECT DISTINCT ring_id FROM ring").await,
        ["R-W-0-gateway_mac+neighbour_mac+ship_to"]
    );
}

#[tokio::test]
async fn a_pair_of_strangers_is_a_ring_and_a_couple_is_a_household_whatever_the_key() {
    let mut company = Company::new(30);
    company.hire("W-1", FAR[0], &[]).hire("W-2", FAR[1], &[]).hire("W-3", FAR[2], &[]).hire(
        "W-4",
        FAR[2],
        &[],
    );
    for (id, account) in [("W-1", "1"), ("W-2", "1"), ("W-3", "2"), ("W-4", "2")] {
        company.pay(id, &format!("DE0212030000000020205{account}"), "A B");
    }
    company.ship("W-1", HOUSE, HOUSE).ship("W-2", HOUSE, HOUSE);
    let mut answers = Vec::new();
    for key in [1, 7] {
        let found = company.link_with(key).await;
        assert_eq!((found.linked.households, found.linked.rings), (1, 1));
        assert_eq!(found.of("bank_account").await, ["2 -", "2 household"]);
        let sql = "SELECT component_id FROM component UNION ALL SELECT ring_id FROM ring ORDER BY 1";
        answers.push(found.ask(sql).await);
    }
    assert_eq!(answers[0], answers[1], "the workspace key shows nowhere");
}

#[tokio::test]
async fn whoever_is_home_one_day_in_five_does_not_stay_in_the_shared_office() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, own) = (format!("W-{n}"), format!("30:de:4b:00:00:0{n}"));
        company.hire(&id, home, &[]);
        company.stands(&id, "e8:9f:80:dc:c2:fe", (0..30).filter(|day| day % 5 != 0));
        company.stands(&id, &own, (0..30).filter(|day| day % 5 == 0));
    }
    assert_eq!(company.link().await.of("gateway_mac").await, ["4 coworking"]);
}

#[tokio::test]
async fn an_offsite_week_is_a_visit() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, own) = (format!("W-{n}"), format!("30:de:4b:00:00:0{n}"));
        company.hire(&id, home, &[]).stands(&id, &own, (0..12).chain(17..30)).stands(
            &id,
            "e8:9f:80:dc:c2:fe",
            12..17,
        );
    }
    assert_eq!(company.link().await.of("gateway_mac").await, ["4 coworking"]);
}

/// The laptop of W-0 is seen on two trips, and is wherever it was seen: that says nothing about a place.
#[tokio::test]
async fn a_laptop_that_others_see_stays_nowhere_by_that() {
    let mut company = Company::new(30);
    let card = "f8:4d:89:28:2f:a1";
    for (n, home) in FAR.into_iter().enumerate().take(3) {
        company.hire(&format!("W-{n}"), home, &[]);
    }
    company.add(&t::network_interface::TABLE, Some(START), &[("serial", "PF2W-0XK"), ("mac", card)]);
    // their own networks are told of on few other days
    for (id, own, met) in
        [("W-1", "30:de:4b:00:00:01", [2, 9, 16]), ("W-2", "30:de:4b:00:00:02", [16, 20, 27])]
    {
        company.stands(id, own, [0, 1]);
        for day in met {
            let serial = format!("PF2{id}XK");
            let seen =
                [("serial", serial.as_str()), ("interface", "en0"), ("ip", "10.5.50.159"), ("mac", card)];
            company.add(&t::lan_neighbour::TABLE, Some(START + day * DAY + 36_000), &seen);
        }
    }
    assert_eq!(company.link().await.of("neighbour_mac").await, ["3 coworking"]);
}

#[tokio::test]
async fn an_office_is_known_by_the_roster_even_where_it_says_no_more_than_a_name() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let id = format!("W-{n}");
        company.hire(&id, home, &[("work_location", "Phoenix HQ")]).stands(&id, "e8:9f:80:dc:c2:fe", 0..30);
    }
    assert_eq!(company.link().await.of("gateway_mac").await, ["4 office"]);
}

#[tokio::test]
async fn default_serials_and_numbers_in_three_places_tie_nobody() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, own) = (format!("W-{n}"), format!("30:de:4b:00:00:0{n}"));
        company.hire(&id, home, &[]).stands(&id, &own, 0..30);
        for number in ["000000001", "fedcba9876543210", "4C530001230921112394"] {
            company.plug(&id, "USB Hub", number, 0..30);
        }
    }
    assert_eq!(company.link().await.of("peripheral_serial").await, [""; 0]);
}

#[tokio::test]
async fn a_dock_that_goes_round_in_one_house_ties() {
    let mut company = farm();
    for n in 0..3 {
        company.plug(
            &format!("W-{n}"),
            "Dock WD19",
            "4C530001230921112394",
            (0..20).filter(|day| day % 3 == n),
        );
    }
    assert_eq!(company.link().await.of("peripheral_serial").await, ["3 -"]);
}

/// Two carry a dock to and fro, two others another: only the parcels are everybody's, and they are by twos.
#[tokio::test]
async fn a_farm_whose_laptops_stand_behind_routers_of_their_own_is_one_site() {
    let mut company = Company::new(30);
    let (left, right) = (HOUSE, "11 Lake Rd, Mesa, AZ 85203");
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, own) = (format!("W-{n}"), format!("30:de:4b:00:00:0{n}"));
        company.hire(&id, home, &[("is_remote", "true")]).stands(&id, &own, 0..20);
        let to = if n < 2 { left } else { right };
        company.ship(&id, to, to);
    }
    let days = |odd: i64| (0..20).filter(move |day| day % 2 == odd);
    company.plug("W-1", "Dock WD19", "4C530001230921112394", days(0));
    company.plug("W-2", "Dock WD19", "4C530001230921112394", days(1));
    let found = company.link().await;
    let farms = "SELECT CAST(members AS VARCHAR) FROM site WHERE kind = 'farm'";
    assert_eq!(found.ask(farms).await, ["4"], "{:?}", found.of("peripheral_serial").await);
}

/// Parcels for three go to one house: a farm once two of them are paid into one account, and no site before.
#[tokio::test]
async fn a_house_that_parcels_go_to_is_a_farm_where_something_else_ties_its_people() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, own) = (format!("W-{n}"), format!("30:de:4b:00:00:0{n}"));
        company.hire(&id, home, &[("is_remote", "true")]).stands(&id, &own, 0..20).ship(&id, HOUSE, HOUSE);
    }
    let farms = "SELECT CAST(members AS VARCHAR) FROM site WHERE kind = 'farm'";
    assert_eq!(company.link().await.ask(farms).await, [""; 0]);
    for id in ["W-1", "W-2"] {
        company.pay(id, "DE02120300000000202051", "A B");
    }
    assert_eq!(company.link().await.ask(farms).await, ["4"]);
}

/// An access point has several radios, and few days on the second are no visits.
#[tokio::test]
async fn a_second_radio_makes_no_office_of_a_farm() {
    let mut company = farm();
    for n in 0..3 {
        let id = format!("W-{n}");
        company.plug(&id, "Dock WD19", "4C530001230921112394", (0..20).filter(|day| day % 3 == n));
        let serial = format!("PF2{id}XK");
        for day in 0..20 {
            let radio = if day % 7 == 0 { "a0:63:91:00:00:15" } else { "a0:63:91:00:00:14" };
            let seen =
                [("serial", serial.as_str()), ("interface", "en0"), ("ssid", "Maple"), ("bssid", radio)];
            company.add(&t::wifi::TABLE, Some(START + day * DAY + 36_000), &seen);
        }
    }
    assert_eq!(company.link().await.of("peripheral_serial").await, ["3 -"]);
}

#[tokio::test]
async fn a_firms_account_makes_an_agency_where_the_roster_names_none() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, phone) = (format!("W-{n}"), ("phone", "+1 435 555 0100"));
        company.hire(&id, home, &[phone]).pay(&id, "DE02120300000000202051", "Meridian Talent LLC");
    }
    let found = company.link().await;
    assert_eq!(found.of("bank_account").await, ["4 agency"]);
    assert_eq!(found.of("phone").await, ["4 agency"]);
}

#[tokio::test]
async fn an_account_of_a_third_person_is_no_couples() {
    let pairs = [("DE02120300000000202051", "other_name"), ("DE02500105170137075030", "exact")];
    for (account, second) in pairs {
        let mut company = Company::new(30);
        for (n, (home, answer)) in FAR.into_iter().zip(["other_name", second]).enumerate() {
            let (id, holder) = (format!("W-{n}"), "Marta Lindqvist");
            let values = [
                ("worker_id", id.as_str()),
                ("account", account),
                ("holder_name", holder),
                ("holder_match", answer),
            ];
            company.hire(&id, home, &[]).add(&t::pay_instruction::TABLE, Some(START), &values);
        }
        let linked = company.link().await;
        assert_eq!(linked.of("bank_account").await, ["2 -"]);
        let couples = linked
            .ask("SELECT CAST(is_household_kind AS VARCHAR) FROM component WHERE kind = 'bank_account'")
            .await;
        assert_eq!(couples, [if second == "exact" { "true" } else { "false" }], "{second}");
    }
}

#[tokio::test]
async fn one_place_written_two_ways_is_one_component() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().take(3).enumerate() {
        let id = format!("W-{n}");
        company.hire(&id, home, &[]);
        company.ship(
            &id,
            "ul. Lipowa 164, Krakow, Lesser Poland, 31-759, Poland",
            "ul. Lipowa 164, 31-759 Krakow, Poland",
        );
    }
    assert_eq!(company.link().await.of("ship_to").await, ["3 -"]);
}

/// Carriers show the town and the postal code of where they left a parcel, and half a town lives there.
#[tokio::test]
async fn a_town_ties_nobody() {
    let mut company = Company::new(30);
    company.hire("W1", "1 Elm Street, Raleigh, NC 27606", &[]);
    company.hire("W2", "2 Oak Street, Raleigh, NC 27606", &[]);
    company.hire("W3", "RALEIGH, NC 27606", &[]);
    company.hire("W4", "Raleigh, NC 27606", &[]);
    company.ship("W1", "1 Elm Street, Raleigh, NC 27606", "RALEIGH, NC 27606");
    company.ship("W2", "2 Oak Street, Raleigh, NC 27606", "RALEIGH, NC 27606");
    let found = company.link().await;
    assert_eq!(found.of("ship_to").await, [] as [String; 0]);
    assert_eq!(found.ask("SELECT worker_id FROM household").await, [] as [String; 0]);
}

/// Of five who work behind one line two had parcels sent there: others' were sent on, and it is one place.
#[tokio::test]
async fn parcels_of_two_name_the_house_of_five() {
    let mut company = Company::new(30);
    let homes = [FAR[0], FAR[1], FAR[2], FAR[3], HOUSE];
    for (n, home) in homes.into_iter().enumerate() {
        let id = format!("W{n}");
        company.hire(&id, home, &[]);
        company.stands(&id, "3c:58:c2:00:00:01", 0..20);
    }
    company.ship("W0", HOUSE, HOUSE);
    company.ship("W1", FAR[1], FAR[1]);
    let found = company.link().await;
    assert_eq!(found.ask("SELECT kind FROM site").await, ["farm"]);
    let traces = found.ask("SELECT array_to_string(traces, '+') FROM site").await;
    assert_eq!(traces, ["gateway_mac+neighbour_mac+ship_to"]);
}

#[tokio::test]
async fn depots_lockers_and_mail_rooms_are_no_homes() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let id = format!("W-{n}");
        let from =
            [("worker_id", id.as_str()), ("ship_from", "1 Dock Way, Reno, NV 89502"), ("ship_to", home)];
        company.hire(&id, home, &[]).add(&t::shipment::TABLE, Some(START), &from);
        company.ship(&id, "1 Dock Way, Reno, NV 89502", "1 Dock Way, Reno, NV 89502");
        company.ship(&id, home, "Parcel Locker 12, Main St, Reno, NV 89501");
    }
    let mut found = company.link().await.of("ship_to").await;
    found.sort();
    assert_eq!(found, ["4 pickup_point", "4 staging_depot"]);
}

#[tokio::test]
async fn where_laptops_stop_on_their_way_home_is_a_depot() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let (id, asset) = (format!("W-{n}"), format!("PF2W-{n}XK"));
        company.hire(&id, home, &[]);
        for (day, to) in [(0, HOUSE), (3, home)] {
            let values = [("worker_id", id.as_str()), ("ship_to", to), ("asset_serial", &asset)];
            company.add(&t::shipment::TABLE, Some(START + day * DAY), &values);
        }
    }
    assert_eq!(company.link().await.of("ship_to").await, ["4 staging_depot"]);
}

#[tokio::test]
async fn a_roster_that_is_later_than_the_logs_or_bears_no_date_is_read() {
    for said in [None, Some(START + 90 * DAY)] {
        let mut company = Company::new(30);
        for (n, home) in FAR.into_iter().take(2).enumerate() {
            let id = format!("W-{n}");
            company.hire_at(said, &id, home, &[("phone", "+1 435 555 0100")]).stands(
                &id,
                "e8:9f:80:dc:c2:fe",
                0..20,
            );
        }
        let found = company.link().await;
        assert_eq!(found.linked.workers, 2, "{said:?}");
        assert_eq!(found.of("phone").await, ["2 -"], "{said:?}");
        let fresh = "SELECT component_id FROM component WHERE kind = 'phone' AND \
                     last_time >= arrow_cast(1769731200000000, 'Timestamp(Microsecond, None)')";
        assert_eq!(found.ask(fresh).await.len(), 1, "what bears no date holds at judgement time: {said:?}");
    }
}

#[tokio::test]
async fn support_staff_sign_in_for_others() {
    let mut company = Company::new(30);
    company.hire("W-1", FAR[0], &[("job_title", "IT Support Engineer")]).hire("W-2", FAR[1], &[]).hire(
        "W-3",
        FAR[2],
        &[],
    );
    for id in ["W-1", "W-2", "W-3"] {
        let mail = mail(id);
        let values = [("user_email", mail.as_str()), ("status", "success"), ("device_token", "d1")];
        company.add(&t::authentication::TABLE, Some(START + 3600), &values);
    }
    assert_eq!(company.link().await.of("device_token").await, ["3 it_support"]);
}

/// A guest who says nothing of themselves came to the meeting that was planned for one candidate, with a computer that came
/// to another candidate's.
#[tokio::test]
async fn the_guest_of_an_interview_is_the_candidate() {
    let mut company = Company::new(30);
    company.hire("W-1", FAR[0], &[]);
    for (n, id) in ["31", "32"].into_iter().enumerate() {
        let (application, number) = (format!("9{id}"), format!("8762107000{n}"));
        let candidate = [
            ("applicant_id", id),
            ("application_uid", application.as_str()),
            ("full_name", FAR[n]),
            ("email", if n == 0 { "ada@mail.example" } else { "bo@mail.example" }),
        ];
        let day = START + DAY * (n as i64 + 1);
        company.add(&t::applicant::TABLE, Some(START), &candidate);
        let plan = [("application_uid", application.as_str()), ("meeting_number", number.as_str())];
        company.add(&t::interview::TABLE, Some(day), &plan);
        let host = [("meeting_number", number.as_str()), ("user_email", "W-1@corp.example")];
        company.add(&t::meeting_participation::TABLE, Some(day + 60), &host);
        let account = format!("{number}/1677");
        let guest = [
            ("meeting_number", number.as_str()),
            ("user_uid", account.as_str()),
            ("disk_id", "09C744CD-1B40"),
        ];
        company.add(&t::meeting_participation::TABLE, Some(day + 90), &guest);
    }
    let found = company.link().await;
    let tied =
        "SELECT concat(account, ' ', worker_id, ' ', rule) FROM account WHERE rule = 'interview' ORDER BY 1";
    assert_eq!(
        found.ask(tied).await,
        ["87621070000/1677 applicant:31 interview", "87621070001/1677 applicant:32 interview"]
    );
    assert_eq!(found.of("meeting_device").await, ["2 -"]);
}

/// With who is who held fixed, other names, e-mails, hosts and streets change nothing but themselves.
#[tokio::test]
async fn renaming_everybody_changes_nothing() {
    let company = farm();
    let mut other = Company { rows: company.rows.clone(), until: company.until };
    for (table, cells) in &mut other.rows {
        for (cell, column) in cells.iter_mut().zip(table.columns) {
            if let Cell::Text(text) = cell {
                match column.name {
                    "work_email" | "user_email" => {
                        *text = format!("x{}", text.chars().rev().collect::<String>())
                    }
                    "home_address" | "ship_to" | "delivered_to" => {
                        *text = text.replace(" St", "berg St").replace("Hill", "Tal")
                    }
                    _ => {}
                }
            }
        }
    }
    let sql = "SELECT concat(component_id, ' ', CAST(members AS VARCHAR), ' ', CAST(homes AS VARCHAR), ' ', \
               CAST(days AS VARCHAR), ' ', coalesce(explained_by, '-')) FROM component UNION ALL \
               SELECT concat(ring_id, worker_id) FROM ring UNION ALL SELECT concat(site_id, kind) FROM site ORDER BY 1";
    assert_eq!(company.link().await.ask(sql).await, other.link().await.ask(sql).await);
}

#[tokio::test]
async fn where_things_are_returned_to_is_nobodys_address() {
    let mut company = Company::new(30);
    for (n, home) in FAR.into_iter().enumerate() {
        let id = format!("W-{n}");
        let back = [
            ("worker_id", id.as_str()),
            ("direction", "return"),
            ("ship_from", home),
            ("ship_to", "1 Dock Way, Reno, NV 89502"),
            ("delivered_to", "1 Dock Way, Reno, NV 89502"),
        ];
        company.hire(&id, home, &[]).add(&t::shipment::TABLE, Some(START), &back);
    }
    // A help desk that has much sent to that place.
    company.ship("W-0", "1 Dock Way, Reno, NV 89502", "1 Dock Way, Reno, NV 89502");
    company.ship("W-1", "1 Dock Way, Reno, NV 89502", "1 Dock Way, Reno, NV 89502");
    assert_eq!(company.link().await.of("ship_to").await, ["2 staging_depot"]);
}
