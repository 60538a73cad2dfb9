//! The record tables. Each begins with `record_id`, `time`, `source`; names are OCSF 1.8 attributes,
//! flattened, wherever OCSF has the concept. Columns that no source can fill lawfully do not exist.

use crate::table::{At, declare_tables};

/// `record_id` in every record table.
pub const RECORD_ID: At = At(0);
/// `time` in every record table.
pub const TIME: At = At(1);
/// `source` in every record table.
pub const SOURCE: At = At(2);

declare_tables! {
    /// Sign-in, sign-out, single sign-on or factor check: OCSF Authentication.
    authentication(Record, 3002) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        activity: Text Plain "logon, logoff, sso, mfa, denied_push, session_access, device_sync or other.",
        operation: Text Plain "The vendor's own event name.",
        status: Text Plain "success, failure or unknown.",
        status_detail: Text Plain "The vendor's reason.",
        user_email: Text Email "Account as an e-mail address, as the vendor writes it.",
        user_uid: Text Plain "The vendor's id of the account.",
        user_type: Text Plain "User, SystemPrincipal, … as the vendor writes it.",
        src_ip: Text Plain "Public address seen by the vendor.",
        src_asn: Int Plain "Autonomous system number.",
        src_as_org: Text Plain "Autonomous system's organisation.",
        src_isp: Text Plain "Internet provider.",
        src_domain: Text Plain "Reverse domain of the address.",
        src_is_proxy: Bool Plain "The vendor's own anonymiser flag.",
        src_country: Text Plain "ISO 3166 alpha-2 of the address; compared only with the same person's claim.",
        src_region: Text Plain "State or region of the address.",
        src_city: Text Plain "City of the address.",
        src_lat: Float Plain "Latitude of the address, degrees.",
        src_lon: Float Plain "Longitude of the address, degrees.",
        tunnel: Text Plain "VPN or proxy operator's name, where the vendor names one.",
        user_agent: Text Plain "Raw user agent.",
        os: Text Plain "Operating system family of the client.",
        browser: Text Plain "Browser family of the client.",
        device_token: Text Plain "Vendor's hash of a browser or device (Okta dtHash).",
        device_fingerprint: Text Plain "Vendor's device fingerprint.",
        device_uid: Text Plain "Vendor's id of a registered device.",
        device_name: Text Plain "Name of a registered device.",
        is_managed: Bool Plain "The vendor says that the device is managed by the company.",
        session_uid: Text Plain "Session id.",
        factor: Text Plain "Authentication factor.",
        factor_device: Text Plain "The vendor's id of the phone or token that approved.",
        factor_ip: Text Plain "Address of the phone or token that approved.",
        factor_asn: Int Plain "Autonomous system number of that address.",
        factor_is_proxy: Bool Plain "That address is an anonymiser's.",
        factor_country: Text Plain "ISO 3166 alpha-2 of that address; compared only with the same person's claim.",
        app: Text Plain "Application signed in to.",
        network_zone: Text Plain "Named network zone.",
        risk: Text Plain "The vendor's own risk level.",
        behaviors: Text Plain "What the vendor calls new about the sign-in, by its own names.",
    }
    /// Change of an account or its factors: OCSF Account Change.
    account_change(Record, 3001) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        operation: Text Plain "The vendor's own event name.",
        status: Text Plain "success, failure or unknown.",
        actor_email: Text Email "Who did it.",
        actor_uid: Text Plain "The vendor's id of the actor.",
        user_email: Text Email "Whose account.",
        user_uid: Text Plain "The vendor's id of the account.",
        factor: Text Plain "Factor concerned.",
        factor_device: Text Plain "The vendor's id of the phone or token concerned.",
        device_uid: Text Plain "Vendor's id of the device concerned.",
        device_name: Text Plain "Name of the device concerned.",
        device_token: Text Plain "Vendor's hash of the browser or device.",
        src_ip: Text Plain "Public address of the actor.",
        src_asn: Int Plain "Autonomous system number.",
        src_as_org: Text Plain "Autonomous system's organisation.",
        src_is_proxy: Bool Plain "The vendor's own anonymiser flag.",
        src_country: Text Plain "ISO 3166 alpha-2 of the address.",
        detail: Text Plain "What changed, in the vendor's words.",
    }
    /// One device as an inventory knows it: OCSF Device Inventory Info.
    device_inventory(Record, 5001) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Stable id of the device (hardware UUID, else host identifier).",
        hostname: Text Plain "Host name.",
        serial: Text Plain "Hardware serial number.",
        vendor: Text Plain "Hardware vendor.",
        model: Text Plain "Hardware model.",
        os: Text Plain "Operating system.",
        user_email: Text Email "User that the inventory names.",
        user_name: Text Plain "Local or directory user name that the inventory names.",
        asset_tag: Text Plain "Company asset tag.",
        public_ip: Text Plain "Public address the inventory saw.",
        timezone: Text Plain "Time zone of the device's clock (IANA name or offset).",
        uptime_seconds: Int Plain "Seconds since boot.",
        enrolled_time: Time Plain "When the device was enrolled.",
    }
    /// Installed software: OCSF Software Inventory Info.
    software_inventory(Record, 5020) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "added, removed or snapshot.",
        name: Text Plain "Package or application name.",
        version: Text Plain "Version.",
        vendor: Text Plain "Publisher.",
        path: Text Plain "Install path or bundle path.",
        bundle_id: Text Plain "Bundle or package identifier.",
        installed_time: Time Plain "Install time as the inventory says.",
    }
    /// Peripheral connected or present: OCSF Peripheral Activity.
    peripheral(Record, 1010) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "connect, disconnect or present.",
        vendor_id: Text Plain "USB vendor id, four lower-case hex digits.",
        product_id: Text Plain "USB product id, four lower-case hex digits.",
        vendor_name: Text Plain "Manufacturer string.",
        product_name: Text Plain "Product string.",
        peripheral_serial: Text Plain "Serial string of the peripheral.",
        device_class: Text Plain "USB class, decimal or hex as reported.",
        device_subclass: Text Plain "USB subclass.",
        device_protocol: Text Plain "USB protocol.",
        version: Text Plain "bcdDevice or revision.",
        is_removable: Bool Plain "Removable.",
        port: Text Plain "USB address and port.",
        composition: Text Plain "What it consists of, in JSON as the collector writes a USB device: interfaces with their report descriptors, drives.",
    }
    /// Display attached to a device (EDID fields).
    display(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "connect, disconnect or present.",
        manufacturer: Text Plain "EDID manufacturer id (three letters) where known.",
        vendor_id: Text Plain "Vendor id as the platform reports it.",
        product_id: Text Plain "Product id as the platform reports it.",
        name: Text Plain "Display name.",
        display_serial: Text Plain "Serial number or string of the display.",
        week: Int Plain "Week of manufacture.", year: Int Plain "Year of manufacture.",
        connection: Text Plain "Connection type.",
        is_builtin: Bool Plain "Built-in panel.",
        edid: Text Plain "What the display says of itself (EDID), in hexadecimal.",
    }
    /// How a device stands there at a moment, and what its input says; never what was typed.
    posture(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        lid: Text Plain "open or closed; missing where not known.",
        on_mains: Bool Plain "On mains power.",
        displays: Int Plain "Displays attached beside its own panel.",
        input_moments: Int Plain "Moments of input that followed a pause, in the time looked at; missing where nobody looked.",
        input_hours: Float Plain "Hours looked at.",
        input_period_seconds: Float Plain "Period that stands out among those moments.",
        input_false_alarm: Float Plain "How likely honest input has as regular a beat, after correction for all that was tried.",
    }
    /// Network interface of a device.
    network_interface(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        interface: Text Plain "Interface name.",
        mac: Text Plain "MAC address, lower case with colons.",
        ip: Text Plain "Address on the interface.",
        mask: Text Plain "Network mask.",
        interface_type: Text Plain "Type as reported.",
        manufacturer: Text Plain "Manufacturer as reported.",
        description: Text Plain "Description as reported.",
    }
    /// A machine seen beside a device on its local network (ARP cache).
    lan_neighbour(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        interface: Text Plain "Interface name.",
        ip: Text Plain "Neighbour's address.",
        mac: Text Plain "Neighbour's MAC address, lower case with colons.",
    }
    /// Route of a device.
    route(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        interface: Text Plain "Interface name.",
        destination: Text Plain "Destination network; 0.0.0.0 is the default route.",
        mask: Text Plain "Netmask, dotted or prefix length.",
        gateway: Text Plain "Gateway address.",
    }
    /// Wireless network a device is on.
    wifi(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        interface: Text Plain "Interface name.",
        ssid: Text Plain "Network name.",
        bssid: Text Plain "Access point's MAC address, lower case with colons.",
        country: Text Plain "Country whose radio rules the access points around announce, ISO 3166 alpha-2.",
    }
    /// Process seen or started: OCSF Process Activity.
    process(Record, 1007) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "launch, present or terminate.",
        name: Text Plain "Process name.",
        path: Text Plain "Executable path.",
        cmd_line: Text Plain "Command line.",
        parent_path: Text Plain "Parent's path or name.",
        user_name: Text Plain "Local user.",
        pid: Int Plain "Process id.",
    }
    /// A name that a device looked up: OCSF DNS Activity. What people read is nobody's business: only names of identity
    /// providers, device managements and IP-KVMs are kept.
    dns_activity(Record, 4003) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        query_hostname: Text Plain "Name looked up, lower case.",
        service: Text Plain "identity_provider, device_management or ip_kvm.",
        tenant: Text Plain "The customer's own name within the service, where each has one; of an IP-KVM its product.",
    }
    /// Port a device listens on.
    listening_port(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "added, removed or snapshot.",
        port: Int Plain "Port.", protocol: Text Plain "tcp, udp or number.", address: Text Plain "Bound address.",
        process_name: Text Plain "Process name where reported.", path: Text Plain "Executable path where reported.",
    }
    /// User logged in at a device.
    local_logon(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name.", serial: Text Plain "Hardware serial number.",
        user_name: Text Plain "Local user.",
        logon_type: Text Plain "user, login, active, … as reported.",
        remote_host: Text Plain "Host that the session comes from, if not local.",
        logon_time: Time Plain "Start of the session.",
    }
    /// One engagement of one worker as a roster states it: OCSF User Inventory Info.
    employment(Record, 5003) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Date of the snapshot.", source: Text Plain "Source kind.",
        worker_id: Text Plain "The roster's own id.",
        full_name: Text Name "Name as the roster writes it.",
        work_email: Text Email "Work e-mail.",
        personal_email: Text Email "Private e-mail.",
        user_name: Text Plain "User principal or login name where the roster has one.",
        phone: Text Phone "Private or mobile phone.",
        home_address: Text Address "Declared home, one line, with unit.",
        home_city: Text Plain "Declared home city.",
        home_region: Text Plain "Declared home state or region.",
        home_postcode: Text Plain "Declared home postal code.",
        home_country: Text Plain "Declared home country, ISO 3166 alpha-2.",
        work_location: Text Plain "Office or Remote, as the roster writes it.",
        is_remote: Bool Plain "Works remotely.",
        job_title: Text Plain "Job title.",
        department: Text Plain "Department.",
        worker_type: Text Plain "Employee, Contractor, … as written.",
        employer_of_record: Text Plain "Agency, vendor or employer of record.",
        manager_id: Text Plain "Roster id (or name) of the manager.",
        start_time: Time Plain "Start of the engagement.",
        end_time: Time Plain "End of the engagement; missing while it lasts.",
        status: Text Plain "Active, Terminated, … as written.",
        timezone: Text Plain "Claimed time zone.",
        roster_kind: Text Plain "Missing: the company's own roster. agency: a supplier's list of whom it sent, which gives way to the roster. contacts: adds to whom another roster names, and alone makes nobody a worker.",
    }
    /// A shipment of equipment.
    shipment(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was created, else shipped.", source: Text Plain "Source kind.",
        shipment_id: Text Plain "Shipment or order id.",
        worker_id: Text Plain "Roster id of the recipient.",
        recipient_email: Text Email "E-mail of the recipient.",
        recipient_name: Text Name "Name on the label.",
        recipient_phone: Text Phone "Phone on the label.",
        direction: Text Plain "outbound or return.",
        item: Text Plain "What was sent.",
        asset_tag: Text Plain "Asset tag.", asset_serial: Text Plain "Serial number of the device.",
        carrier: Text Plain "Carrier.", tracking: Text Account "Tracking number.",
        status: Text Plain "As written.",
        ship_to: Text Address "Address first ordered, one line, with unit.",
        ship_to_city: Text Plain "City of it.", ship_to_region: Text Plain "Region of it.",
        ship_to_postcode: Text Plain "Postal code of it.", ship_to_country: Text Plain "Country of it, ISO 3166 alpha-2.",
        delivered_to: Text Address "Address delivered to, one line, with unit.",
        delivered_city: Text Plain "City of it.", delivered_region: Text Plain "Region of it.",
        delivered_postcode: Text Plain "Postal code of it.", delivered_country: Text Plain "Country of it, ISO 3166 alpha-2.",
        ship_from: Text Address "Origin, for returns.",
        ship_from_city: Text Plain "City of it.", ship_from_region: Text Plain "Region of it.",
        ship_from_postcode: Text Plain "Postal code of it.", ship_from_country: Text Plain "Country of it, ISO 3166 alpha-2.",
        is_rerouted: Bool Plain "The carrier or the recipient changed the address after dispatch.",
        rerouted_time: Time Plain "When the address was changed.",
        delivered_time: Time Plain "Delivery time.",
        signed_by: Text Name "Who signed.",
        place_type: Text Plain "home, office, pickup_point, forwarder, mailbox, hotel, … as written.",
    }
    /// An instruction where to pay a worker.
    pay_instruction(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was set or changed.", source: Text Plain "Source kind.",
        worker_id: Text Plain "Roster id of the payee.",
        worker_email: Text Email "E-mail of the payee.",
        method: Text Plain "bank, crypto, card, check or as written.",
        routing: Text Plain "Routing number, sort code or BIC.",
        account: Text Account "Bank account or IBAN.",
        account_type: Text Plain "checking, savings or as written.",
        bank_name: Text Plain "Bank or processor.",
        holder_name: Text Name "Account holder.",
        holder_match: Text Plain "exact, close, none or unknown: the bank's own answer; other_name: it did not say, and the two names have no word in common.",
        wallet: Text Account "Wallet address.",
        chain: Text Plain "Chain or asset of the wallet.",
        currency: Text Plain "Currency.",
        changed_by: Text Email "Who changed it.",
        actor_ip: Text Plain "Address it was changed from.",
        activity: Text Plain "create, update, delete or as written.",
        effective_time: Time Plain "When it takes effect.",
        worker_name: Text Name "Name of the worker, where the row has neither id nor e-mail address.",
    }
    /// A fact that the company itself has checked or approved, which speaks for a worker.
    attestation(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it happened or was approved.", source: Text Plain "Source kind.",
        worker_id: Text Plain "Roster id.",
        worker_email: Text Email "E-mail of the worker.",
        kind: Text Plain "badge_in, in_person_check, approved_travel, approved_relocation, declared_household, approved_equipment or approved_software.",
        from_time: Time Plain "Start of validity.", to_time: Time Plain "End of validity.",
        place: Text Plain "Place it speaks of (office, city, destination).",
        place_country: Text Plain "Country of the place, ISO 3166 alpha-2.",
        other_worker_id: Text Plain "The other person, for a declared household.",
        item: Text Plain "Equipment or software approved.",
        reference: Text Plain "Ticket or approval number.",
        worker_name: Text Name "Name of the worker, where the row has neither id nor e-mail address.",
    }
    /// Assignment of a company device to a worker.
    device_assignment(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was assigned.", source: Text Plain "Source kind.",
        worker_id: Text Plain "Roster id.",
        worker_email: Text Email "E-mail of the worker.",
        asset_tag: Text Plain "Asset tag.", serial: Text Plain "Serial number.",
        hostname: Text Plain "Host name.", device_uid: Text Plain "Device id in an endpoint tool.",
        model: Text Plain "Model.",
        returned_time: Time Plain "When it came back.",
        is_pool: Bool Plain "Loan, pool, kiosk or staging device.",
        worker_name: Text Name "Name of the worker, where the row has neither id nor e-mail address.",
    }
    /// Something done in a service: OCSF API Activity.
    api_activity(Record, 6003) {
        record_id: Text Plain "Id of the record.", time: Time Plain "Event time.", source: Text Plain "Source kind.",
        operation: Text Plain "The vendor's own event name.",
        status: Text Plain "success, failure or unknown.",
        actor_email: Text Email "Who did it, where the vendor writes an e-mail address.",
        actor_name: Text Plain "Account name of who did it (a code host's login).",
        actor_uid: Text Plain "The vendor's id of who did it.",
        is_bot: Bool Plain "The vendor says that a program did it.",
        user_name: Text Plain "Account it was done to.",
        src_ip: Text Plain "Public address seen by the vendor.",
        src_country: Text Plain "ISO 3166 alpha-2 of the address.",
        user_agent: Text Plain "Raw user agent.",
        resource: Text Plain "What it was done to: repository, document, role.",
        resource_type: Text Plain "Kind of that.",
        organisation: Text Plain "Organisation or business within the service.",
        is_public: Bool Plain "The resource is public.",
        access: Text Plain "How access was made: token kind, protocol.",
        token: Text Account "Digest of the access token, as the vendor writes it.",
        detail: Text Plain "What changed, in the vendor's words.",
    }
    /// One person's part in one meeting, with what the client said of its hardware and network.
    meeting_participation(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When the person joined, else when it was reported.", source: Text Plain "Source kind.",
        meeting_uid: Text Plain "Id of the meeting, as the vendor writes it.",
        meeting_number: Text Plain "Number or code that the meeting's link carries: digits, capital letters, or the code of a Teams thread.",
        user_email: Text Email "E-mail address of the participant.",
        user_uid: Text Plain "The vendor's id of the participant.",
        display_name: Text Name "Name shown in the meeting.",
        is_external: Bool Plain "Not of the company, as the vendor says.",
        joined_time: Time Plain "Joined.", left_time: Time Plain "Left.",
        duration_seconds: Int Plain "Seconds in the meeting.",
        src_ip: Text Plain "Public address.",
        internal_ip: Text Plain "Address on the local network.",
        mac: Text Plain "MAC address, lower case with colons.",
        disk_id: Text Plain "Id of the hard disk.",
        hostname: Text Plain "Name of the computer.",
        network_domain: Text Plain "Windows domain or workgroup.",
        device: Text Plain "Kind of device or operating system.",
        client_version: Text Plain "Version of the client.",
        camera: Text Plain "Camera.", microphone: Text Plain "Microphone.", speaker: Text Plain "Speaker.",
        connection: Text Plain "Connection or network type.",
        src_country: Text Plain "ISO 3166 alpha-2 of the address, as the vendor says.",
        latency_ms: Float Plain "Average round trip or latency, milliseconds.",
        jitter_ms: Float Plain "Average jitter, milliseconds.",
        video_sent_seconds: Int Plain "Seconds for which video was sent.",
    }
    /// One interview as an applicant tracking system planned it.
    interview(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was to begin.", source: Text Plain "Source kind.",
        application_uid: Text Plain "The tracking system's id of the application.",
        applicant_id: Text Plain "The tracking system's own id of the candidate, where the interview names one.",
        meeting_number: Text Plain "Number or code that the meeting's link carries: digits, capital letters, or the code of a Teams thread.",
        end_time: Time Plain "When it was to end.",
        name: Text Plain "What kind of interview, as written.",
        status: Text Plain "Status, as written.",
    }
    /// One candidate as an applicant tracking system knows them.
    applicant(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When the candidate was created.", source: Text Plain "Source kind.",
        applicant_id: Text Plain "The tracking system's own id.",
        full_name: Text Name "Name.",
        email: Text Email "E-mail address.",
        phone: Text Phone "Phone.",
        address: Text Address "Address, one line.",
        profile_url: Text Plain "Profile or portfolio page.",
        job: Text Plain "Position applied for.",
        stage: Text Plain "Stage or status, as written.",
        origin: Text Plain "Where the application came from.",
        application_uid: Text Plain "The tracking system's id of the application.",
        applied_time: Time Plain "When they applied.",
        document: Text Plain "Name of a document attached.",
        email_stem: Text Account "Local part of the e-mail address without digits and signs, where it is no part of the name.",
        address_country: Text Plain "Country of the address as the candidate wrote it, ISO 3166 alpha-2.",
        address_city: Text Plain "City of the address or of the place that the application names.",
        address_region: Text Plain "State or region of the same.",
        src_ip: Text Plain "Public address that the application was sent from.",
        reference_name: Text Name "Name of a person whom the candidate names as a reference.",
        reference_email: Text Email "E-mail address of that person.",
        reference_phone: Text Phone "Phone of that person.",
        referrer_uid: Text Plain "The roster's id of the colleague who recommended them.",
        referrer_name: Text Name "Name of that colleague.",
        referrer_email: Text Email "E-mail address of that colleague.",
    }
    /// A document that a candidate handed in, as text.
    document(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was handed in, where that is known.", source: Text Plain "Source kind.",
        applicant_id: Text Plain "The tracking system's own id of the candidate.",
        email: Text Email "E-mail address of the candidate: as stated beside the document, else the first in its text.",
        phone: Text Phone "First phone number in the text.",
        file_name: Text Name "Name of the file.",
        document_type: Text Plain "resume, cover_letter or as written.",
        text: Text Name "The text, each line without outer space, blank lines left out.",
        characters: Int Plain "Characters of the text.",
        is_cut: Bool Plain "The text was longer than is kept.",
        reference_email: Text Email "First e-mail address below a heading that names references.",
        reference_phone: Text Phone "First phone number there.",
    }
    /// What a look-up service says of a phone number.
    phone_lookup(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When it was looked up, where that is known.", source: Text Plain "Source kind.",
        phone: Text Phone "Number looked up.",
        line_type: Text Plain "mobile, landline, fixed_voip, non_fixed_voip, toll_free, … in lower case with underscores.",
        carrier: Text Plain "Carrier.",
        country_code: Text Plain "ISO 3166 alpha-2 of the number's plan; compared only with the same person's claim.",
        is_valid: Bool Plain "The number can exist.",
        applicant_id: Text Plain "Candidate whom it was looked up for, where the answer says.",
    }
    /// What a remote-access tool wrote about a session with a device of the company. One line of a log tells one part:
    /// rows of one device, tool and `session_uid`, or of the same moment, belong together.
    remote_session(Record, 0) {
        record_id: Text Plain "Id of the record.", time: Time Plain "When the line was written, else the start.", source: Text Plain "Source kind.",
        device_uid: Text Plain "Device.", hostname: Text Plain "Host name, from the collector, the line, or the folder or name of the file.", serial: Text Plain "Hardware serial number.",
        activity: Text Plain "session (whole, with start and end), request, start, peer (who or from where the other side is), end, denied or own (this device's id or address).",
        tool: Text Plain "anydesk, teamviewer, screenconnect, chrome_remote_desktop, rustdesk, splashtop, or as written.",
        direction: Text Plain "incoming (somebody on this device), outgoing (from it), or missing where the line does not tell.",
        remote_uid: Text Plain "The tool's id of the other side.",
        remote_name: Text Name "Name, alias or account of the other side.",
        remote_email: Text Email "E-mail address of the other side, where the tool names accounts so.",
        remote_ip: Text Plain "Address of the other side.",
        remote_host: Text Plain "Computer of the other side.",
        local_uid: Text Plain "The tool's id of this device.",
        local_ip: Text Plain "This device's own public address, as the tool saw it.",
        user_name: Text Plain "Local user whose session it was.",
        method: Text Plain "How access was allowed: user, password, token, unattended, rejected, or as written.",
        mode: Text Plain "remote control, file transfer, … as written.",
        start_time: Time Plain "Start.", end_time: Time Plain "End.",
        duration_seconds: Int Plain "Seconds.",
        session_uid: Text Plain "What ties the lines of one session together within one log.",
        is_local_clock: Bool Plain "The log is written in local time and names no offset: the time may be off by hours.",
    }
}
