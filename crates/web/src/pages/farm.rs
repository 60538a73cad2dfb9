//! Farms: the list, and the board of one.

use app::desk::farm::{Edge, FarmFile, Lane, words};
use maud::{Markup, html};

use crate::board::{self, COLUMNS, row_id};
use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::Answer;
use crate::layout::{self, Page, counted, records};
use crate::map;

/// Lines seen on fewer days are hidden at first.
const LEAST_DAYS: u64 = 3;

/// Every farm.
pub(crate) async fn list(call: &Call<'_>) -> Outcome {
    let farms = call.desk.farms(call.user()?).await?;
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
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Farms", state: None, under: "/farms", body }).await,
    ))
}

/// One farm.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let least = query.number("days")?.unwrap_or(LEAST_DAYS);
    let whole = query.text("whole");
    let farm = call.desk.farm(call.user()?, call.part("farm"), least, whole).await?;
    let day = |name: &str| match query.get(name) {
        None => Ok(None),
        Some(text) => app::day_of(text).map(Some).ok_or_else(|| Fault::new(422, format!("{name} is no day"))),
    };
    let shown = board::window(&farm.lanes, day("from")?, day("to")?);
    let body = html! {
        (place(&farm))
        section .sheet aria-labelledby="board" {
            h2 #board tabindex="-1" { "Board" }
            form .inline.narrow method="get" action="" {
                label for="days" { "Hide lines seen on fewer days than" } input #days type="range" name="days" min="0" max="60" value=(least.min(60)) aria-describedby="least" data-shows="least"; output #least for="days" { (least) }
                @if !whole.is_empty() { input type="hidden" name="whole" value=(whole); }
                button { "Apply" } @if farm.hidden_edges > 0 { span .meta { (counted(farm.hidden_edges as u64, "line")) " hidden" } }
            }
            (board::board(&farm))
            p .meta { "Solid: same serial or account. Dashed: same place, probable. Dotted: shared network only. Thicker: on more days. Point at a box, or go to it with tab, and its lines are told." }
            (rolled(&farm, least, whole))
            details #table { summary { "As a table, with sentences and records" } (edges(&farm)) }
        }
        section .sheet aria-labelledby="lanes" {
            h2 #lanes tabindex="-1" data-key="timeline" { "Lanes: who wakes together" }
            form .inline.narrow method="get" action="" {
                input type="hidden" name="days" value=(least);
                label for="from" { "Days from" } input #from type="date" name="from" value=(app::day_name(shown.0));
                label for="to" { "to" } input #to type="date" name="to" value=(app::day_name(shown.1));
                button { "Show" } @if query.get("from").or(query.get("to")).is_some() { a .button href=(format!("/farm/{}?days={least}", farm.name)) { "Last 90 days" } }
            }
            (board::lanes(&farm.lanes, shown))
            @if farm.workers > farm.lanes.len() { p .notice { (farm.workers - farm.lanes.len()) " more people, not drawn" } }
            details { summary { "As a table" } (lane_table(&farm.lanes)) }
        }
    };
    let title = format!("Farm {}", farm.name);
    let state = counted(farm.cases as u64, "open case");
    let page = Page { title: &title, state: Some(&state), under: "/farms", body };
    Ok(Answer::html(200, layout::page(call, page).await))
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
                    dl .pairs { dt { "Told by" } dd { (farm.traces.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", ")) } }
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
fn rolled(farm: &FarmFile, least: u64, whole: &str) -> Markup {
    html! {
        @if !farm.not_drawn.is_empty() || !whole.is_empty() {
            ul .bare.notice {
                @for (key, name, _) in COLUMNS {
                    @if let Some(count) = farm.not_drawn.get(key) {
                        li { "+" (count) " more in " (name) ", not drawn. "
                            @if whole != key { a href=(format!("/farm/{}?days={least}&whole={key}#board", farm.name)) data-key="more" title="Draw more of this column (+)" { "Draw more of them" } } }
                    }
                }
                @if farm.edges_not_drawn > 0 { li { (farm.edges_not_drawn) " lines lead to what is not drawn." } }
                @if !whole.is_empty() { li { a href=(format!("/farm/{}?days={least}#board", farm.name)) { "Draw every column short again" } } }
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
            thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "What it says" } th scope="col" { "Records" } } }
            tbody { @for edge in &farm.edges { tr id=[id(edge)] {
                th scope="row" { (name(&edge.from)) } td { (name(&edge.to)) }
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
            thead { tr { th scope="col" { "Person" } th scope="col" .number { "Days" } th scope="col" .number { "Sign-ins" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "What else" } } }
            tbody { @for lane in lanes { tr {
                th scope="row" { (lane.person) } td .number { (lane.days.len()) } td .number { (lane.days.values().sum::<u64>()) }
                td .nowrap { (day(lane.days.keys().next())) } td .nowrap { (day(lane.days.keys().next_back())) }
                td { @for one in lane.marks.iter().filter(|one| one.kind != "meeting") { (one.kind) " " (day(Some(&one.day))) "; " }
                    @for span in &lane.remote { "remote-control tools " (day(Some(&span.first))) " to " (day(Some(&span.last))) "; " }
                    @let meetings = lane.marks.iter().filter(|one| one.kind == "meeting").count(); @if meetings > 0 { "meetings on " (meetings) " days" } }
            } } }
        } }
    }
}
