//! peer_cedar POLICY_FOLDER WORKLOAD.jsonl: answers the file's questions with Cedar and compares them with policyc's.
//!
//! Prints one line of JSON. Timed is `Authorizer::is_authorized` alone, with requests, policies and entities made
//! beforehand, after all of them were asked once.

mod entities;

use std::path::Path;
use std::time::{Duration, Instant};

use cedar_policy::{Authorizer, Decision, Entities, PolicySet, Request};
use serde_json::{json, Value};

pub type Failure = Box<dyn std::error::Error>;

#[derive(Default)]
struct Totals {
    requests: usize,
    different: usize,
    asking: Duration,
    setup: Duration,
}

fn ask_world(policies: &PolicySet, line: &str, workload: &str, totals: &mut Totals) -> Result<(), Failure> {
    let world: Value = serde_json::from_str(line)?;
    let expected = world["answers"].as_str().ok_or("no answers")?.as_bytes();
    let started = Instant::now();
    let entities = Entities::from_json_value(entities::of_world(workload, &world), None)?;
    totals.setup += started.elapsed();
    let requests = entities::requests(workload, &world)?;
    let authorizer = Authorizer::new();
    let ask = |request: &Request| authorizer.is_authorized(request, policies, &entities).decision() == Decision::Allow;
    for (request, answer) in requests.iter().zip(expected) {
        totals.different += usize::from(ask(request) != (*answer == b'1'));
    }
    let started = Instant::now();
    let allowed = requests.iter().filter(|request| ask(request)).count();
    totals.asking += started.elapsed();
    std::hint::black_box(allowed);
    totals.requests += requests.len();
    Ok(())
}

fn run(folder: &str, file: &str) -> Result<Value, Failure> {
    let name = Path::new(file).file_stem().and_then(|stem| stem.to_str()).ok_or("no workload")?;
    let policy = Path::new(folder).join(entities::policy_file(name));
    let policies: PolicySet = std::fs::read_to_string(policy)?.parse()?;
    let mut totals = Totals::default();
    for line in std::fs::read_to_string(file)?.lines() {
        ask_world(&policies, line, name, &mut totals)?;
    }
    Ok(json!({
        "engine": "cedar",
        "version": cedar_policy::get_sdk_version().to_string(),
        "workload": name,
        "requests": totals.requests,
        "different": totals.different,
        "ns_per_request": totals.asking.as_nanos() as f64 / totals.requests.max(1) as f64,
        "setup_ms": totals.setup.as_secs_f64() * 1e3,
    }))
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 3 {
        eprintln!("usage: peer_cedar POLICY_FOLDER WORKLOAD.jsonl");
        std::process::exit(2);
    }
    match run(&arguments[1], &arguments[2]) {
        Ok(line) => println!("{line}"),
        Err(failure) => {
            eprintln!("peer_cedar: {failure}");
            std::process::exit(1);
        }
    }
}
