//! Communities: on graphs whose answer is known, against every partition of small ones, and what must hold of any.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use measure::chance::Chance;
use measure::community::Graph;
use proptest::prelude::*;

type Edge = (usize, usize, i64);

/// W. W. Zachary, "An information flow model for conflict and fission in small groups" (1977): who met whom.
const KARATE: &[(usize, &[usize])] = &[
    (1, &[2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32]),
    (2, &[3, 4, 8, 14, 18, 20, 22, 31]),
    (3, &[4, 8, 9, 10, 14, 28, 29, 33]),
    (4, &[8, 13, 14]),
    (5, &[7, 11]),
    (6, &[7, 11, 17]),
    (7, &[17]),
    (9, &[31, 33, 34]),
    (10, &[34]),
    (14, &[34]),
    (15, &[33, 34]),
    (16, &[33, 34]),
    (19, &[33, 34]),
    (20, &[34]),
    (21, &[33, 34]),
    (23, &[33, 34]),
    (24, &[26, 28, 30, 33, 34]),
    (25, &[26, 28, 32]),
    (26, &[32]),
    (27, &[30, 34]),
    (28, &[34]),
    (29, &[32, 34]),
    (30, &[33, 34]),
    (31, &[33, 34]),
    (32, &[33, 34]),
    (33, &[34]),
];

fn karate() -> Vec<Edge> {
    let pairs = KARATE.iter().flat_map(|(a, list)| list.iter().map(|b| (*a - 1, *b - 1, 1)));
    pairs.collect()
}

fn clique(from: usize, size: usize, weight: i64) -> Vec<Edge> {
    (from..from + size).flat_map(|a| (a + 1..from + size).map(move |b| (a, b, weight))).collect()
}

fn groups(community: &[usize]) -> usize {
    community.iter().enumerate().filter(|(at, of)| at == *of).count()
}

/// Modularity is the constant Potts model in which the size of a node is its degree, and the resolution 1 over twice the
/// weight of the whole.
fn modularity(nodes: usize, edges: &[Edge]) -> (Vec<usize>, f64) {
    let whole: i64 = edges.iter().map(|(_, _, weight)| weight).sum();
    let degree = |at| edges.iter().filter(|(a, b, _)| *a == at || *b == at).map(|(_, _, w)| w).sum::<i64>();
    let degrees: Vec<i64> = (0..nodes).map(degree).collect();
    let scaled: Vec<Edge> = edges.iter().map(|(a, b, weight)| (*a, *b, weight * 2 * whole)).collect();
    let found = Graph::sized(degrees.clone(), &scaled).communities(1, 1);
    let inside: i64 = edges.iter().filter(|(a, b, _)| found[*a] == found[*b]).map(|(_, _, w)| w).sum();
    let square = |of: usize| {
        let sum: i64 = (0..nodes).filter(|at| found[*at] == of).map(|at| degrees[at]).sum();
        (sum as f64 / (2 * whole) as f64).powi(2)
    };
    let expected: f64 = (0..nodes).filter(|at| found[*at] == *at).map(square).sum();
    (found, inside as f64 / whole as f64 - expected)
}

/// The best modularity of the karate club, proved by Brandes and others, "On modularity clustering", IEEE TKDE 20 (2008).
#[test]
fn the_karate_club_reaches_its_proved_optimum() {
    let edges = karate();
    assert_eq!(edges.len(), 78);
    let (found, quality) = modularity(34, &edges);
    assert!((quality - 0.419_790).abs() < 1e-6, "{quality} {found:?}");
    assert_eq!(groups(&found), 4);
}

/// S. Fortunato and M. Barthélemy, "Resolution limit in community detection", PNAS 104 (2007): thirty cliques of five on a
/// ring. Modularity joins neighbours; the constant Potts model does not, whatever stands beside them.
#[test]
fn cliques_on_a_ring_stay_apart() {
    let mut edges: Vec<Edge> = (0..30).flat_map(|n| clique(n * 5, 5, 1)).collect();
    edges.extend((0..30).map(|n| (n * 5, (n * 5 + 6) % 150, 1)));
    let (_, quality) = modularity(150, &edges);
    let (merged, _) = modularity(150, &edges);
    assert!(groups(&merged) < 30, "the resolution limit: {} groups, {quality}", groups(&merged));
    let scaled: Vec<Edge> = edges.iter().map(|(a, b, _)| (*a, *b, 10)).collect();
    let found = Graph::new(150, &scaled).communities(3, 1);
    assert!((0..150).all(|at| found[at] == at / 5 * 5), "{found:?}");
}

#[test]
fn one_bridge_joins_nothing_and_one_person_joins_one() {
    // one edge between two farms of four
    let mut edges = [clique(0, 4, 10), clique(4, 4, 10)].concat();
    edges.push((3, 4, 10));
    assert_eq!(Graph::new(8, &edges).communities(3, 1), [0, 0, 0, 0, 4, 4, 4, 4]);
    // one person of both
    let edges = [clique(0, 5, 10), clique(4, 5, 10)].concat();
    let found = Graph::new(9, &edges).communities(3, 1);
    assert_eq!((groups(&found), found[0] == found[8]), (2, false), "{found:?}");
    // a chain falls into pieces of two and three
    let chain: Vec<Edge> = (0..20).map(|at| (at, at + 1, 10)).collect();
    let found = Graph::new(21, &chain).communities(3, 1);
    let most = (0..21).map(|of| found.iter().filter(|one| **one == of).count()).max();
    assert_eq!(most, Some(3), "{found:?}");
}

/// Every partition of a few nodes.
fn best(graph: &Graph, nodes: usize, resolution: i64) -> i64 {
    fn walk(graph: &Graph, part: &mut Vec<usize>, used: usize, nodes: usize, resolution: i64) -> i64 {
        if part.len() == nodes {
            return graph.quality(part, resolution);
        }
        let mut most = i64::MIN;
        for of in 0..=used {
            part.push(of);
            most = most.max(walk(graph, part, used.max(of + 1), nodes, resolution));
            part.pop();
        }
        most
    }
    walk(graph, &mut Vec::new(), 0, nodes, resolution)
}

fn drawn_graph(seed: u64, nodes: usize, of_ten: usize) -> Vec<Edge> {
    let mut chance = Chance::new(seed);
    let pairs: Vec<(usize, usize)> = (0..nodes).flat_map(|a| (a + 1..nodes).map(move |b| (a, b))).collect();
    let kept = pairs.into_iter().filter(|_| chance.below(10) < of_ten).collect::<Vec<_>>();
    kept.into_iter().map(|(a, b)| (a, b, 100 + chance.below(900) as i64)).collect()
}

/// No method that moves step by step is always exact; this one nearly is.
#[test]
fn small_graphs_come_to_the_optimum_over_every_partition_or_close_to_it() {
    let (mut tried, mut reached) = (0, 0);
    for seed in 0..60 {
        for of_ten in [3, 6] {
            let edges = drawn_graph(seed, 7, of_ten);
            let graph = Graph::new(7, &edges);
            for resolution in [150, 300, 500] {
                let found = graph.quality(&graph.communities(resolution, 1), resolution);
                let best = best(&graph, 7, resolution);
                assert!(found * 100 >= best * 95, "{found} of {best}: {edges:?}");
                tried += 1;
                reached += usize::from(found == best);
            }
        }
    }
    assert!(reached * 100 >= tried * 97, "{reached} of {tried}");
}

fn any_graph() -> impl Strategy<Value = (usize, Vec<Edge>)> {
    (2_usize..40).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, 1_i64..1_000);
        (Just(nodes), proptest::collection::vec(edge, 0..120))
    })
}

proptest! {
    #[test]
    fn any_order_of_edges_and_any_run_gives_the_same((nodes, edges) in any_graph(), seed in 0_u64..50) {
        let found = Graph::new(nodes, &edges).communities(250, seed);
        let mut other: Vec<Edge> = edges.iter().map(|(a, b, weight)| (*b, *a, *weight)).collect();
        Chance::new(seed).shuffle(&mut other);
        prop_assert_eq!(&found, &Graph::new(nodes, &other).communities(250, seed));
        // each community bears the name of its smallest node
        prop_assert!(found.iter().enumerate().all(|(at, of)| *of <= at && found[*of] == *of));
    }

    #[test]
    fn communities_hang_together_and_no_move_or_union_is_better((nodes, edges) in any_graph()) {
        let resolution = 250;
        let graph = Graph::new(nodes, &edges);
        let found = graph.communities(resolution, 1);
        let quality = graph.quality(&found, resolution);
        let inside: Vec<Edge> = edges.iter().filter(|(a, b, _)| found[*a] == found[*b]).copied().collect();
        let names: std::collections::BTreeSet<usize> = found.iter().copied().collect();
        prop_assert_eq!(Graph::new(nodes, &inside).parts().len(), names.len(), "every community hangs together");
        for at in 0..nodes {
            for to in names.iter().copied().chain([nodes]) {
                let mut moved = found.clone();
                moved[at] = to;
                prop_assert!(graph.quality(&moved, resolution) <= quality, "{} to {}: {:?}", at, to, found);
            }
        }
        for a in &names {
            for b in &names {
                let joined: Vec<usize> = found.iter().map(|of| if of == b { *a } else { *of }).collect();
                prop_assert!(graph.quality(&joined, resolution) <= quality, "{} and {}: {:?}", a, b, found);
            }
        }
    }

    #[test]
    fn what_stands_beside_a_part_changes_nothing_in_it((nodes, edges) in any_graph(), (more, beside) in any_graph()) {
        let alone = Graph::new(nodes, &edges).communities(250, 1);
        let shifted = beside.iter().map(|(a, b, weight)| (a + nodes, b + nodes, *weight));
        let both: Vec<Edge> = edges.iter().copied().chain(shifted).collect();
        let found = Graph::new(nodes + more, &both).communities(250, 1);
        prop_assert_eq!(&alone[..], &found[..nodes]);
    }
}
