//! peer_regorus REGO_FOLDER WORKLOAD.jsonl: answers the file's questions with regorus, compares them with policyc's.
//!
//! Prints one line of JSON. The policies are those of OPA. Timed is setting the input and executing, in its virtual
//! machine with the policy compiled to its instructions, after all questions were asked once.

use std::path::Path;
use std::time::{Duration, Instant};

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Value};

type Failure = Box<dyn std::error::Error>;

const VERSION: &str = "0.14.1"; // as Cargo.toml pins it

#[derive(Default)]
struct Totals {
    requests: usize,
    different: usize,
    asking: Duration,
    setup: Duration,
}

/// The package and its file: the applications have their own, all other workloads share one.
fn policy_of(workload: &str) -> &str {
    match workload {
        "gdrive" | "github" | "tinytodo" => workload,
        _ => "matrix",
    }
}

fn inputs(world: &Value, policy: &str) -> Result<Vec<Value>, Failure> {
    let (action, resource) = if policy == "matrix" { ("right", "record") } else { ("action", "resource") };
    let made = world["requests"].as_array()?.iter().map(|asked| {
        let mut input = Value::new_object();
        let parts = input.as_object_mut()?;
        parts.insert("user".into(), asked[0usize].clone());
        parts.insert(action.into(), asked[1usize].clone());
        parts.insert(resource.into(), asked[2usize].clone());
        Ok(input)
    });
    made.collect()
}

fn machine(policy: &str, text: &str, data: Value) -> Result<RegoVM, Failure> {
    let mut engine = Engine::new();
    engine.add_policy(format!("{policy}.rego"), text.to_string())?;
    let entry = format!("data.{policy}.allow");
    let compiled = engine.compile_with_entrypoint(&entry.as_str().into())?;
    let program = Compiler::compile_from_policy(&compiled, &[entry.as_str()])?;
    let mut machine = RegoVM::new_with_policy(compiled);
    machine.load_program(program);
    machine.set_data(data)?;
    Ok(machine)
}

fn ask_world(policy: &str, text: &str, line: &str, totals: &mut Totals) -> Result<(), Failure> {
    let mut world = Value::from_json_str(line)?;
    let questions = inputs(&world, policy)?;
    let expected = world["answers"].as_string()?.as_bytes().to_vec();
    for asked in ["requests", "answers"] {
        world.as_object_mut()?.remove(&asked.into());
    }
    let started = Instant::now();
    let mut machine = machine(policy, text, world)?;
    totals.setup += started.elapsed();
    let allowed = Value::from(true);
    let mut ask = |question: &Value| -> Result<bool, Failure> {
        machine.set_input(question.clone());
        Ok(machine.execute()? == allowed)
    };
    for (question, answer) in questions.iter().zip(&expected) {
        totals.different += usize::from(ask(question)? != (*answer == b'1'));
    }
    let started = Instant::now();
    for question in &questions {
        std::hint::black_box(ask(question)?);
    }
    totals.asking += started.elapsed();
    totals.requests += questions.len();
    Ok(())
}

fn run(folder: &str, file: &str) -> Result<String, Failure> {
    let name = Path::new(file).file_stem().and_then(|stem| stem.to_str()).ok_or("no workload")?;
    let policy = policy_of(name);
    let text = std::fs::read_to_string(Path::new(folder).join(format!("{policy}.rego")))?;
    let mut totals = Totals::default();
    for line in std::fs::read_to_string(file)?.lines() {
        ask_world(policy, &text, line, &mut totals)?;
    }
    Ok(format!(
        "{{\"engine\":\"regorus\",\"version\":\"{VERSION}\",\"workload\":\"{name}\",\"requests\":{},\"different\":{},\
         \"ns_per_request\":{},\"setup_ms\":{}}}",
        totals.requests,
        totals.different,
        totals.asking.as_nanos() as f64 / totals.requests.max(1) as f64,
        totals.setup.as_secs_f64() * 1e3,
    ))
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 3 {
        eprintln!("usage: peer_regorus REGO_FOLDER WORKLOAD.jsonl");
        std::process::exit(2);
    }
    match run(&arguments[1], &arguments[2]) {
        Ok(line) => println!("{line}"),
        Err(failure) => {
            eprintln!("peer_regorus: {failure}");
            std::process::exit(1);
        }
    }
}
