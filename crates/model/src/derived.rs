//! The tables that `linkage` writes: who is who first, then what is shared where. Indicators read these
//! beside the record tables, through the views of `lake`.

use crate::table::declare_tables;

declare_tables! {
    /// One worker, from the latest roster snapshot, or one candidate who is no worker.
    worker(Derived, 0) {
        worker_id: Text Plain "The roster's own id; of a candidate the tracking system's, after `applicant:`.",
        population: Text Plain "worker or applicant.",
        email: Text Email "Work e-mail, else private e-mail.",
        full_name: Text Name "Name.",
        home: Text Address "Declared home, with unit.",
        home_building: Text Address "Declared home without its unit.",
        home_city: Text Plain "Declared city.", home_region: Text Plain "Declared region.",
        home_postcode: Text Plain "Declared postal code.", home_country: Text Plain "Declared country.",
        work_location: Text Plain "Office or Remote.", is_remote: Bool Plain "Works remotely.",
        is_support: Bool Plain "Works in IT support, endpoint, service desk or security (from title and department).",
        agency: Text Plain "Agency, vendor or employer of record.",
        department: Text Plain "Department.", job_title: Text Plain "Job title.", manager_id: Text Plain "Manager.",
        start_time: Time Plain "Start; of a candidate the first application.", end_time: Time Plain "End.",
        timezone: Text Plain "Claimed time zone.",
        record_ids: List Plain "Roster records.",
    }
    /// Which account is whose, and by which rule.
    account(Derived, 0) {
        source: Text Plain "Source kind.",
        account: Text Plain "The vendor's account id, or the e-mail token.",
        worker_id: Text Plain "Worker; missing where nobody could be tied without guessing.",
        rule: Text Plain "work_email, personal_email, user_name, worker_id, alias, interview, or unjoined.",
    }
    /// Every name a device goes by.
    device_alias(Derived, 0) {
        alias: Text Plain "device_uid, serial or host name as an export writes it.",
        device_id: Text Plain "One device.",
    }
    /// Which device is whose, when, and by which rule.
    device_worker(Derived, 0) {
        device_id: Text Plain "Device.",
        worker_id: Text Plain "Worker.",
        rule: Text Plain "assignment, shipment_serial, inventory_user, local_user, host_name, …",
        is_shared: Bool Plain "Pool, kiosk or loan device: says nothing about one person.",
        record_ids: List Plain "Records.",
    }
    /// People who declare one home.
    household(Derived, 0) {
        household_id: Text Plain "Made from its smallest member.",
        worker_id: Text Plain "Member.",
        size: Int Plain "Members.",
        rule: Text Plain "same_unit or declared.",
    }
    /// Per source: when it speaks, and of how many workers.
    coverage(Derived, 0) {
        source: Text Plain "Source kind.",
        table_name: Text Plain "Record table.",
        first_time: Time Plain "First event.", last_time: Time Plain "Last event.",
        records: Int Plain "Records.",
        accounts: Int Plain "Accounts or devices seen.",
        accounts_joined: Int Plain "Of these, tied to a worker.",
        workers: Int Plain "Workers seen.",
    }
    /// Worker able to be seen in a record table in the window: who could have fired an indicator.
    visible(Derived, 0) {
        worker_id: Text Plain "Worker.",
        table_name: Text Plain "Record table.",
        first_time: Time Plain "First record.", last_time: Time Plain "Last record.",
        records: Int Plain "Records.",
    }
    /// One shared token (or agreeing traces of one site): the unit of link weight.
    component(Derived, 0) {
        component_id: Text Plain "Made from kind and smallest members.",
        kind: Text Plain "ship_to, home_address, bank_account, wallet, phone, personal_email, device_token, display_serial, peripheral_serial, gateway_mac, bssid, neighbour_mac, egress_ip, device, meeting_device, remote_id, interview_ip, profile, resume.",
        family: Text Plain "place, device, money or text.",
        is_household_kind: Bool Plain "Address, phone, bank account, home network.",
        members: Int Plain "People.",
        homes: Int Plain "Distinct declared homes (buildings) among them; an undeclared home counts as its own.",
        units: Int Plain "Distinct declared units among them.",
        is_one_area: Bool Plain "Nearly all of them declare homes in one region (else city): within reach of one workplace.",
        is_paper_only: Bool Plain "Only papers say so and they have an everyday reading: all are contractors, or each is seen behind another router.",
        days: Int Plain "Days on which two or more of them were there.",
        degree: Int Plain "People who ever carried the token: the hub measure.",
        first_time: Time Plain "First seen.", last_time: Time Plain "Last seen.",
        explained_by: Text Plain "Id of the innocent explanation that covers it wholly; missing while unexplained.",
        explanation: Text Plain "Why, in a sentence.",
    }
    /// One person's part in a component.
    component_member(Derived, 0) {
        component_id: Text Plain "Component.",
        worker_id: Text Plain "Member.",
        mark: Text Plain "asserted, observed or verified.",
        is_own_home: Bool Plain "The place is the member's declared home.",
        protects: Bool Plain "The link adds nothing against this member (verified or observed, others merely assert).",
        days: Int Plain "Days seen.",
        first_time: Time Plain "First seen.", last_time: Time Plain "Last seen.",
        record_ids: List Plain "Records.",
    }
    /// A physical place where devices stand, from agreeing traces.
    site(Derived, 0) {
        site_id: Text Plain "Made from its smallest members and kinds.",
        kind: Text Plain "home, office, shared_work, carrier, farm or unclear.",
        members: Int Plain "Workers.", devices: Int Plain "Devices.", homes: Int Plain "Distinct declared homes.",
        traces: List Plain "Kinds of agreeing traces.",
    }
    /// Who stands at a site.
    site_member(Derived, 0) {
        site_id: Text Plain "Site.", worker_id: Text Plain "Worker.",
        days: Int Plain "Days seen there.",
    }
    /// Workers tied together by at least two independent kinds of unexplained links.
    ring(Derived, 0) {
        ring_id: Text Plain "Made from its smallest member and kinds.",
        worker_id: Text Plain "Member.",
        kinds: List Plain "Kinds of the links that hold the ring together.",
        farm_id: Text Plain "Farm site, if there is one.",
        members: Int Plain "Members.",
        independent: Int Plain "Kinds that do not come from one and the same trace.",
        held_by: List Plain "Components that tie two or more of its members, those that say most first.",
        draws: Int Plain "Times that what honest people carry was dealt out anew.",
        chance_draws: Int Plain "Times in which a ring of as many members and independent kinds, or more, arose.",
        chance_rings: Int Plain "Such rings in all of these times.",
    }
    /// Candidates whom shared tokens tie together: personas that may be one person's, and workers among them.
    persona(Derived, 0) {
        cluster_id: Text Plain "Made from its smallest member.",
        worker_id: Text Plain "Member.",
        kinds: List Plain "Kinds of the tokens that tie the cluster.",
        size: Int Plain "People in it.",
    }
    /// A rare phrase that the papers of two people have in common.
    shared_phrase(Derived, 0) {
        worker_id: Text Plain "Whose papers.",
        other_id: Text Plain "Whose papers, too.",
        phrase: Text Plain "Folded words.",
        words: Int Plain "Words in it.",
        people: Int Plain "People in whose papers it stands.",
        compared: Int Plain "People whose papers were compared.",
    }
    /// Centre of a city as this company's own logs place it: median of the coordinates they give.
    place(Derived, 0) {
        country: Text Plain "ISO 3166 alpha-2.", region: Text Plain "Region, lower case.", city: Text Plain "City, lower case.",
        lat: Float Plain "Degrees.", lon: Float Plain "Degrees.", records: Int Plain "Records behind it.",
    }
    /// An address as somebody wrote it, the place and building that it means, and what it says of itself.
    address(Derived, 0) {
        address: Text Address "Address, one line, with unit.",
        place: Text Address "The address that stands for the same place, however it is written.",
        building: Text Address "The address that stands for its building.",
        class: Text Plain "pickup_point, office (mail room or reception) or depot, where the address says so.",
    }
    /// A public address behind which anybody may stand: what one log knows of it holds for all.
    anonymiser_address(Derived, 0) {
        src_ip: Text Plain "Public address.",
        operator: Text Plain "VPN or proxy operator's name, where a log or a list names one.",
    }
    /// Fact: a remote-access tool by process or application name (LOLRMM).
    fact_remote_tool(Derived, 0) {
        tool: Text Plain "Tool.", pattern: Text Plain "LIKE pattern, lower case, over process name or application name.",
    }
    /// Fact: an IP-KVM by its USB strings or its display.
    fact_kvm(Derived, 0) {
        product: Text Plain "Product.", kind: Text Plain "usb, usb_spoof, display, display_serial or mac_prefix.",
        vendor_id: Text Plain "USB vendor id.", product_id: Text Plain "USB product id.",
        pattern: Text Plain "LIKE pattern, lower case, over manufacturer, name, serial or MAC.",
    }
    /// Fact: an anonymiser's operator by name.
    fact_vpn(Derived, 0) {
        operator: Text Plain "Operator.", pattern: Text Plain "LIKE pattern, lower case, over tunnel, ISP and organisation.",
        is_relay: Bool Plain "Privacy relay of an operating system or browser: never counted.",
    }
    /// Fact: a network whose addresses are exits of VPNs or rented servers.
    fact_network(Derived, 0) {
        asn: Int Plain "Autonomous system number.", kind: Text Plain "vpn or hosting.", name: Text Plain "Whose it is.",
    }
    /// Fact: addresses of a VPN provider's exits.
    fact_vpn_exits(Derived, 0) {
        block: Text Plain "First two numbers of the IPv4 address.",
        first: Int Plain "The first address within the block, 0 to 65535.", last: Int Plain "The last one.",
    }
    /// Fact: a command that looks around, weakens protection, or sets up a remote-access tool.
    fact_command(Derived, 0) {
        class: Text Plain "reconnaissance, tampering or remote_setup.", pattern: Text Plain "LIKE pattern, lower case, over the command line.",
        name: Text Plain "Name to count by.",
    }
}

/// What stands before a candidate's id wherever it stands among roster ids, which may look alike.
pub const APPLICANT_PREFIX: &str = "applicant:";

/// The tracking system's own id of a person who is a candidate.
#[must_use]
pub fn applicant_id(person: &str) -> Option<&str> {
    person.strip_prefix(APPLICANT_PREFIX)
}

/// Tables that hold shipped facts.
pub static FACTS: &[&crate::table::TableDef] = &[
    &fact_remote_tool::TABLE,
    &fact_kvm::TABLE,
    &fact_vpn::TABLE,
    &fact_network::TABLE,
    &fact_vpn_exits::TABLE,
    &fact_command::TABLE,
];
