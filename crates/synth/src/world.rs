//! The company as it is: people, places, devices. Exports only tell of it.

use crate::applicants::Applicant;
use crate::atlas::{CarrierId, CityId, carriers, cities};
use crate::calendar::Day;
use crate::draw::Draw;
use crate::meetings::Machine;
use crate::rates::Rates;
use crate::systems::Systems;
use crate::truth::Truth;

pub use crate::device::{Device, Fitted, Loan, Logon, Program, Started};
pub use crate::document::{Account, Attested, Parcel, Pay};
pub use crate::person::{
    Act, Approver, Approves, Change, Door, Mode, Person, Profile, Seat, Span, Stay, StayTags, Tenure,
    TunnelUse, Turns, Via,
};
pub use crate::place::{Desk, Lan, Lease, Mac, Neighbour, Place, PlaceId, PlaceKind};

/// A day after every other.
pub const ALWAYS: Day = Day::MAX;

/// Whose the papers are that were struck out.
pub const NOBODY: usize = usize::MAX;

/// The company.
pub struct World {
    /// Seed.
    pub seed: u64,
    /// First day of the window.
    pub from: Day,
    /// Last day of the window.
    pub to: Day,
    /// 0 to 1.
    pub difficulty: f64,
    /// How often things happen here.
    pub rates: Rates,
    /// Schemes pull every lever, look-alikes show every habit.
    pub every_tell: bool,
    /// What the company runs.
    pub systems: Systems,
    /// Domain of the work mail.
    pub domain: &'static str,
    /// Subdomain at Okta.
    pub org: &'static str,
    /// Workers.
    pub people: Vec<Person>,
    /// Applicants.
    pub applicants: Vec<Applicant>,
    /// Places.
    pub places: Vec<Place>,
    /// Our offices, the first is the head office.
    pub offices: Vec<PlaceId>,
    /// Where laptops are prepared and come back to.
    pub depot: PlaceId,
    /// Laptops.
    pub devices: Vec<Device>,
    /// Machines that are none of ours, on which meetings are attended.
    pub machines: Vec<Machine>,
    /// Who has people to lead.
    pub leads: Vec<bool>,
    /// Spare laptops in somebody's keeping.
    pub loans: Vec<Loan>,
    /// Parcels.
    pub parcels: Vec<Parcel>,
    /// Pay instructions.
    pub pay: Vec<Pay>,
    /// Approvals.
    pub attested: Vec<Attested>,
    /// Truth.
    pub truth: Truth,
    /// Customers that each carrier already has.
    pub slots: Vec<u32>,
    /// Phone numbers given out, beyond those of the workers.
    pub phones: usize,
}

impl World {
    /// Who resets factors for others: somebody in IT, else the first worker.
    pub fn help_desk(&self) -> usize {
        self.people.iter().position(|person| person.department == "IT").unwrap_or_default()
    }

    /// A new customer number at a provider.
    pub fn slot(&mut self, carrier: CarrierId) -> u32 {
        if self.slots.len() < carriers().len() {
            self.slots.resize(carriers().len(), 0);
        }
        self.slots[carrier] += 1;
        self.slots[carrier]
    }

    /// Strikes out somebody's papers: they keep their places in the lists and belong to nobody.
    pub fn strike(&mut self, worker: usize) {
        self.parcels.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
        self.pay.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
        self.strike_approvals(worker);
    }

    /// Strikes out what was approved for somebody.
    pub fn strike_approvals(&mut self, worker: usize) {
        self.attested.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
    }

    /// The city of a place.
    pub fn city(&self, place: PlaceId) -> CityId {
        self.places[place].address.city
    }

    /// ISO code of the country in which somebody lives.
    pub fn iso(&self, worker: usize) -> &'static str {
        cities()[self.people[worker].city].iso
    }

    /// How often something happens here.
    pub fn rate(&self, key: &str) -> f64 {
        self.rates.of(key)
    }

    /// Whether a look-alike shows a habit: by its rate, always where every tell is asked for.
    pub fn often(&self, draw: &mut Draw, key: &str) -> bool {
        let by_chance = draw.chance(self.rate(key));
        self.every_tell || by_chance
    }

    /// Days in the window.
    pub fn days(&self) -> i32 {
        self.to - self.from + 1
    }

    /// A day of the window at a share of its length.
    pub fn day_at(&self, share: f64) -> Day {
        self.from + (f64::from(self.days() - 1) * share.clamp(0.0, 1.0)) as i32
    }

    /// Work mail of somebody.
    pub fn email(&self, worker: usize) -> String {
        format!("{}@{}", self.people[worker].login, self.domain)
    }
}
