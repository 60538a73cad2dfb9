//! Farms: the list, and the board of one.

use app::desk::farm::{Edge, FarmFile, LANES, Shown, words};
use app::desk::lanes::Lane;
use app::ring::RingFile;
use maud::{Markup, html};

use crate::board::{self, COLUMNS, row_id};
use crate::call::{Call, Fields, Outcome};
use crate::fault::Fault;
use crate::http::Answer;
use crate::layout::{self, Page, counted, records, time};
use crate::map;

/// Lines that weigh less are hidden at first, bits.
const LEAST_BITS: f64 = 3.0;

/// Every farm.
pub(crate) async fn list(call: &Call<'_>) -> Outcome {
    let farms = call.desk.farms(call.user()?).await?;
    let rings = call.desk.rings(call.user()?).await?;
    let board = call.desk.board().await;
    let body = html! {
        section .sheet aria-label="Farms" {
            @if board.judged_as_of.is_none() { h2 { "This will be the list of farms" } p { "It is empty because no folder of exports was checked in this workspace. On the server:" } pre { "bonafide check EXPORTS --workspace WORKSPACE" } }
            @else if farms.is_empty() { h2 { "No farm was found" } p { "A farm is a place where company devices of people stand who declare different homes. Traces of networks and neighbours must agree before one is named. " (board.people.len()) " people were looked at, up to " (board.judged_as_of.as_deref().unwrap_or_default()) "." } }
            @else { div .scroll { table {
                caption { (farms.len()) " shown of " (farms.len()) ", most people first" }
                thead { tr { th scope="col" { "Farm" } th scope="col" .number { "Laptops" } th scope="col" .number { "Workers" } th scope="col" .number { "Homes declared" } th scope="col" .number { "Open cases" } th scope="col" { "Agreeing traces" } } }
                tbody { @for farm in &farms { tr data-row {
                    th scope="row" { a data-open href=(format!("/farm/{}", farm.name)) { (farm.name) } }
                    td .number { (farm.laptops) } td .number { (farm.workers) } td .number { (farm.homes) }
                    td .number { a href=(format!("/?view=live&farm={}", farm.name)) { (farm.cases) } }
                    td { (farm.traces.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", ")) }
                } } }
            } } }
        }
        @if !rings.is_empty() { section .sheet aria-labelledby="rings" { h2 #rings { "Rings" } (ring_table(&rings)) } }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Farms", state: None, under: "/farms", body }).await,
    ))
}

/// What a query asks of a farm.
pub(crate) fn asked(query: &Fields, least_bits: f64) -> Result<Shown, Fault> {
    let day = |name: &str| match query.get(name) {
        None => Ok(None),
        Some(text) => app::day_of(text).map(Some).ok_or_else(|| Fault::new(422, format!("{name} is no day"))),
    };
    let bits = |text: &str| {
        let number = text.parse::<f64>().ok().filter(|bits| bits.is_finite());
        number.ok_or_else(|| Fault::new(422, "bits is no number"))
    };
    Ok(Shown {
        least_bits: query.get("bits").map(bits).transpose()?.unwrap_or(least_bits),
        from: day("from")?,
        to: day("to")?,
        whole: query.text("whole").to_owned(),
    })
}

/// The address of the same board, otherwise.
fn address(farm: &FarmFile, asked: &Shown, whole: &str, anchor: &str) -> String {
    let mut out = format!("/farm/{}?bits={}", farm.name, asked.least_bits);
    for (name, day) in [("from", asked.from), ("to", asked.to)] {
        if let Some(day) = day {
            out.push_str(&format!("&{name}={}", app::day_name(day)));
        }
    }
    if !whole.is_empty() {
        out.push_str(&format!("&whole={whole}"));
    }
    format!("{out}#{anchor}")
}

/// One farm.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let asked = asked(&query, LEAST_BITS)?;
    let farm = call.desk.farm(call.user()?, call.part("farm"), &asked).await?;
    let body = html! {
        (place(&farm))
        (window(&farm, &asked))
        section .sheet aria-labelledby="board" {
            h2 #board tabindex="-1" { "Board" }
            @if farm.hidden_edges > 0 { p .meta { (counted(farm.hidden_edges as u64, "line")) " hidden: lighter than " (asked.least_bits) " bits, or outside these days." } }
            (board::board(&farm))
            p .meta { "Solid: same serial or account. Dashed: same place, probable. Dotted: shared network only. Thicker: weighs more. A line from a person to a laptop says whose it is, and weighs nothing. Point at a box, or go to it with tab, and its lines are told." }
            (rolled(&farm, &asked))
            details #table { summary { "As a table, with sentences, weights, records and innocent explanations" } (edges(&farm)) }
        }
        section .sheet aria-labelledby="lanes" {
            h2 #lanes tabindex="-1" data-key="timeline" { "Lanes: which laptops wake together" }
            (board::lanes(&farm.lanes, (farm.window.first, farm.window.last)))
            @if farm.lanes_not_drawn > 0 { p .notice { (farm.lanes_not_drawn) " more lanes, not drawn. " a href=(address(&farm, &asked, LANES, "lanes")) { "Show all" } } }
            @else if asked.whole == LANES { p { a href=(address(&farm, &asked, "", "lanes")) { "Show the first lanes only" } } }
            details { summary { "As a table, with sentences, records and innocent explanations" } (lane_table(&farm.lanes)) }
        }
        @if !farm.rings.is_empty() { section .sheet aria-labelledby="rings" { h2 #rings { "Rings among its people" } (ring_table(&farm.rings)) } }
        (who_has_seen(&farm))
    };
    let title = format!("Farm {}", farm.name);
    let state = counted(farm.cases as u64, "open case");
    let page = Page { title: &title, state: Some(&state), under: "/farms", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

/// One choice of days and of weight for place, board and lanes.
fn window(farm: &FarmFile, asked: &Shown) -> Markup {
    let is_chosen = asked.from.or(asked.to).is_some();
    html! {
        section .sheet aria-labelledby="window" {
            h2 #window { "What is shown" }
            form .inline.narrow method="get" action="" {
                label for="from" { "Days from" } input #from type="date" name="from" value=(app::day_name(farm.window.first));
                label for="to" { "to" } input #to type="date" name="to" value=(app::day_name(farm.window.last));
                label for="bits" { "Hide lines under" } input #bits type="range" name="bits" min="0" max="10" step="0.5" value=(asked.least_bits.clamp(0.0, 10.0)) aria-describedby="least" data-shows="least"; output #least for="bits" { (asked.least_bits) } span { "bits" }
                @if !asked.whole.is_empty() { input type="hidden" name="whole" value=(asked.whole); }
                button { "Show" }
                @if is_chosen { a .button href=(format!("/farm/{}?bits={}", farm.name, asked.least_bits)) { "Last 90 days" } }
            }
            p .small.soft { "These days hold for the place, the board and the lanes." }
        }
    }
}

/// Rings, with what holds each together and how often chance makes one.
fn ring_table(rings: &[RingFile]) -> Markup {
    html! {
        p .small.soft { "People whom things of at least two independent kinds tie, as communities of what they share. To be in a ring is no evidence and opens no case." }
        div .scroll { table {
            thead { tr { th scope="col" { "Ring" } th scope="col" .number { "People" } th scope="col" { "Held by" } th scope="col" { "By chance" } th scope="col" { "Over time" } } }
            tbody { @for ring in rings { tr {
                th scope="row" { (ring.name) } td .number { (ring.facts.members) }
                td { ul .bare { @for one in &ring.facts.held_by { li { (one) } } } }
                td .small { (ring.facts.chance) "." }
                td .small { ul .bare { @for one in &ring.history { li { (one) } } } }
            } } }
        } }
    }
}

/// Who has opened its people. What for stands on the page of the person.
fn who_has_seen(farm: &FarmFile) -> Markup {
    html! {
        section .sheet aria-labelledby="seen" {
            h2 #seen { "Who has opened its people" }
            @if farm.seen_by.is_empty() { p .soft { "Nobody has." } }
            ol .plain { @for one in &farm.seen_by { li { (time(&one.entry.at)) " · " strong { (one.entry.by) } " · " a href=(format!("/worker/{}", one.whom)) { (one.whom) } } } }
            p .small.soft { "Nobody has a name on this page before they are open to you. What they were opened for stands on their own pages." }
        }
    }
}

fn place(farm: &FarmFile) -> Markup {
    let drawn = map::map(&farm.seen_in);
    html! {
        section .sheet aria-labelledby="site" {
            h2 #site { "The place" }
            p .lead { (counted(farm.devices, "laptop")) " of " (counted(farm.workers as u64, "worker")) ", who declare " (counted(farm.homes, "different home")) ". "
                a href=(format!("/?view=live&farm={}", farm.name)) { (counted(farm.cases as u64, "open case")) } "." }
            div .place {
                div {
                    dl .pairs {
                        dt { "Told by" } dd { (farm.traces.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", ")) }
                        dt { "Address" } dd { @if farm.parcels.is_empty() { "no parcel says what kind of place it is" } @else { "parcels went to: " (farm.parcels.iter().map(|(kind, count)| format!("{kind} ({count})")).collect::<Vec<_>>().join(", ")) } }
                        dt { "Employers" } dd { @if farm.employers.is_empty() { "the roster names none but the company" } @else { (farm.employers.len() + usize::from(farm.own_staff > 0)) ": " (farm.employers.join(", ")) @if farm.own_staff > 0 { ", and the company itself (" (farm.own_staff) ")" } } }
                        @if !farm.history.is_empty() { dt { "Over time" } dd { (farm.history.join(" · ")) } }
                        dt { "Household" } dd { "Whoever lives there need not know of it: a household that takes in laptops for pay, for a relative or unasked is not thereby a facilitator." }
                    }
                    @if !farm.seen_in.is_empty() { (seen_in(farm)) }
                    @if drawn.is_none() { p .meta { "No map: the logs do not say where these addresses are." } }
                    p .innocent { "It may be innocent: a household, a shared office, a depot, or a repair desk. Whoever lives there need not know what the laptops are for, and is not accused by standing on this board." }
                }
                @if let Some(drawn) = drawn { (drawn) }
            }
        }
    }
}

fn seen_in(farm: &FarmFile) -> Markup {
    html! {
        div .scroll { table {
            caption { "Where most sign-ins came from" }
            thead { tr { th scope="col" .number { "No." } th scope="col" { "Place" } th scope="col" .number { "Sign-ins" } th scope="col" .number { "People" } } }
            tbody { @for (at, one) in farm.seen_in.iter().enumerate() { tr {
                td .number { (at + 1) } th scope="row" { (one.place) } td .number { (one.sign_ins) } td .number { (one.people) }
            } } }
        } }
    }
}

/// Rows that are not drawn, one column at a time.
fn rolled(farm: &FarmFile, asked: &Shown) -> Markup {
    let whole = asked.whole.as_str();
    let is_column = COLUMNS.iter().any(|(key, _, _)| *key == whole);
    html! {
        @if !farm.not_drawn.is_empty() || is_column {
            ul .bare.notice {
                @for (key, name, _) in COLUMNS {
                    @if let Some(count) = farm.not_drawn.get(key) {
                        li { "+" (count) " more in " (name) ", not drawn. "
                            @if whole != key { a href=(address(farm, asked, key, "board")) data-key="more" title="Draw more of this column (+)" { "Draw more of them" } } }
                    }
                }
                @if farm.edges_not_drawn > 0 { li { (farm.edges_not_drawn) " lines lead to what is not drawn." } }
                @if is_column { li { a href=(address(farm, asked, "", "board")) { "Draw every column short again" } } }
            }
        }
    }
}

fn edges(farm: &FarmFile) -> Markup {
    let label: std::collections::BTreeMap<&str, &str> =
        farm.nodes.iter().map(|node| (node.key.as_str(), node.label.as_str())).collect();
    let name = |key: &str| label.get(key).copied().unwrap_or_default().to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut id = |edge: &Edge| seen.insert(edge.to.clone()).then(|| row_id(&edge.to));
    html! {
        div .scroll { table {
            thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" .number { "Bits" } th scope="col" { "What it says" } th scope="col" { "Records" } } }
            tbody { @for edge in &farm.edges { tr id=[id(edge)] {
                th scope="row" { (name(&edge.from)) } td { (name(&edge.to)) } td .number { @match edge.bits { Some(bits) => (format!("{bits:+.1}")), None => "—" } }
                td { (edge.sentence) @if let Some(innocent) = &edge.innocent { br; span .innocent { (innocent) } } }
                td { @if edge.records.is_empty() { span .soft { "open the person to see them" } } (records(&edge.records)) }
            } } }
        } }
    }
}

fn lane_table(lanes: &[Lane]) -> Markup {
    let day = |day: Option<&i64>| day.map(|day| app::day_name(*day)).unwrap_or_default();
    html! {
        div .scroll { table {
            thead { tr { th scope="col" { "Person and laptop" } th scope="col" .number { "Days" } th scope="col" .number { "Sign-ins" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "What else" } th scope="col" { "Remote control" } } }
            tbody { @for lane in lanes { tr {
                th scope="row" { (board::name(lane)) } td .number { (lane.days.len()) } td .number { (lane.days.values().sum::<u64>()) " " (records(&lane.records)) }
                td .nowrap { (day(lane.days.keys().next())) } td .nowrap { (day(lane.days.keys().next_back())) }
                td { ul .bare { @for one in lane.marks.iter().filter(|one| one.kind != "meeting") { li { (one.kind) " " (day(Some(&one.day))) " " (records(&one.records)) } } }
                    @let meetings = lane.marks.iter().filter(|one| one.kind == "meeting").count(); @if meetings > 0 { "meetings on " (meetings) " days" } }
                td { ul .bare { @for span in &lane.remote { li { (day(Some(&span.first))) " to " (day(Some(&span.last))) ": " (span.sentence) " " (records(&span.records))
                    @if !span.innocent.is_empty() { br; span .innocent { "It might be: " (span.innocent.join("; ")) } } } } } }
            } } }
        } }
    }
}
