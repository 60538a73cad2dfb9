//! Farms: the list, and the board of one.

use app::desk::farm::FarmFile;
use maud::{Markup, html};

use crate::call::{Call, Outcome};
use crate::chart;
use crate::http::Answer;
use crate::layout::{self, Page, records};

/// Lines seen on fewer days are hidden at first.
const LEAST_DAYS: u64 = 3;

/// Every farm.
pub(crate) async fn list(call: &Call<'_>) -> Outcome {
    let farms = call.desk.farms(call.user()?).await?;
    let body = html! {
        section .sheet aria-label="Farms" {
            @if farms.is_empty() { h2 { "No farm was found" } p { "A farm is a place where company devices of people stand who declare different homes. Traces of networks and neighbours must agree before one is named." } }
            @else { div .scroll { table {
                caption { (farms.len()) " shown of " (farms.len()) ", most people first" }
                thead { tr { th scope="col" { "Farm" } th scope="col" .number { "Laptops" } th scope="col" .number { "Workers" } th scope="col" .number { "Homes declared" } th scope="col" .number { "Open cases" } th scope="col" { "Agreeing traces" } } }
                tbody { @for farm in &farms { tr data-row {
                    th scope="row" { a data-open href=(format!("/farm/{}", farm.name)) { (farm.name) } }
                    td .number { (farm.laptops) } td .number { (farm.workers) } td .number { (farm.homes) }
                    td .number { a href=(format!("/?view=live&farm={}", farm.name)) { (farm.cases) } }
                    td { (farm.traces.iter().map(|kind| app::desk::farm::words(kind)).collect::<Vec<_>>().join(", ")) }
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
    let least = call.query()?.number("days")?.unwrap_or(LEAST_DAYS);
    let farm = call.desk.farm(call.user()?, call.part("farm"), least).await?;
    let body = html! {
        section .sheet aria-labelledby="site" {
            h2 #site { "The place" }
            p .lead { (farm.devices) " laptops of " (farm.workers) " workers, who declare " (farm.homes) " different homes." }
            p { "Told by: " (farm.traces.iter().map(|kind| app::desk::farm::words(kind)).collect::<Vec<_>>().join(", ")) "." }
            p .innocent { "It may be innocent: a household, a shared office, a depot, or a repair desk. Whoever lives there need not know what the laptops are for, and is not accused by standing on this board." }
        }
        section .sheet aria-labelledby="board" {
            h2 #board { "Board" }
            form .inline method="get" action="" {
                label for="days" { "Hide lines seen on fewer days than" } input #days type="number" name="days" min="0" max="400" value=(least);
                button { "Apply" } @if farm.hidden_edges > 0 { span .meta { (farm.hidden_edges) " hidden" } }
            }
            (chart::board(&farm))
            p .meta { "Solid: same serial or account. Dashed: same place, probable. Dotted: shared network only. Thicker: on more days." }
            @for (column, count) in &farm.not_drawn { p .notice { (count) " more in column " (column) ", not drawn" } }
            details { summary { "As a table, with sentences and records" } (edges(&farm)) }
        }
        section .sheet aria-labelledby="lanes" {
            h2 #lanes { "Lanes: who wakes together" }
            (chart::lanes(&farm.lanes))
            details { summary { "As a table" } div .scroll { table {
                thead { tr { th scope="col" { "Person" } th scope="col" .number { "Days" } th scope="col" .number { "Sign-ins" } th scope="col" { "First" } th scope="col" { "Last" } } }
                tbody { @for lane in &farm.lanes { tr { th scope="row" { (lane.person) } td .number { (lane.days.len()) } td .number { (lane.days.values().sum::<u64>()) }
                    td { (lane.days.keys().next().map(|day| app::day_name(*day)).unwrap_or_default()) } td { (lane.days.keys().next_back().map(|day| app::day_name(*day)).unwrap_or_default()) } } } }
            } } }
        }
    };
    let title = format!("Farm {}", farm.name);
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: &title, state: None, under: "/farms", body }).await,
    ))
}

fn edges(farm: &FarmFile) -> Markup {
    let label = |key: &str| {
        farm.nodes.iter().find(|node| node.key == key).map_or("", |node| node.label.as_str()).to_owned()
    };
    html! {
        div .scroll { table {
            thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "What it says" } th scope="col" { "Records" } } }
            tbody { @for edge in &farm.edges { tr {
                th scope="row" { (label(&edge.from)) } td { (label(&edge.to)) }
                td { (edge.sentence) @if let Some(innocent) = &edge.innocent { br; span .innocent { (innocent) } } }
                td { @if edge.records.is_empty() { span .soft { "open the person to see them" } } (records(&edge.records)) }
            } } }
        } }
    }
}
