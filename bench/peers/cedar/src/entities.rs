//! The worlds as Cedar's entities, and their questions as Cedar's requests.

use cedar_policy::{Context, EntityUid, Request};
use serde_json::{json, Map, Value};

use crate::Failure;

pub fn policy_file(workload: &str) -> String {
    let name = if is_matrix(workload) { "matrix" } else { workload };
    format!("{name}.cedar")
}

pub fn of_world(workload: &str, world: &Value) -> Value {
    let mut made = Vec::new();
    match workload {
        "gdrive" => gdrive(world, &mut made),
        "github" => github(world, &mut made),
        "tinytodo" => tinytodo(world, &mut made),
        _ => matrix(world, &mut made),
    }
    Value::Array(made)
}

pub fn requests(workload: &str, world: &Value) -> Result<Vec<Request>, Failure> {
    list(&world["requests"]).iter().map(|asked| request(workload, world, asked)).collect()
}

fn request(workload: &str, world: &Value, asked: &Value) -> Result<Request, Failure> {
    let action = text(&asked[1]);
    let resource = asked[2].as_u64().ok_or("no resource")? as usize;
    let context = if is_matrix(workload) {
        let table = text(&world["records"][resource]["table"]);
        let known = json!({
            "right": action,
            "grant": format!("{table}.{action}"),
            "read_grant": format!("{table}.read"),
        });
        Context::from_json_value(known, None)?
    } else {
        Context::empty()
    };
    let principal: EntityUid = format!("User::\"u{}\"", asked[0]).parse()?;
    let action: EntityUid = format!("Action::\"{action}\"").parse()?;
    let resource: EntityUid = format!("Resource::\"{resource}\"").parse()?;
    Ok(Request::new(principal, action, resource, context, None)?)
}

fn is_matrix(workload: &str) -> bool {
    !matches!(workload, "gdrive" | "github" | "tinytodo")
}

// --- the pieces of JSON

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The members of a set, which is an object of true.
fn members(value: &Value) -> impl Iterator<Item = &String> {
    value.as_object().into_iter().flat_map(Map::keys)
}

fn uid(kind: &str, id: impl ToString) -> Value {
    json!({"type": kind, "id": id.to_string()})
}

fn reference(kind: &str, id: impl ToString) -> Value {
    json!({"__entity": uid(kind, id)})
}

/// Users, teams, groups and units have names that say what they are: u3, t1, g1, b2.
fn kind_of(name: &str) -> &'static str {
    match name.as_bytes().first() {
        Some(b'u') => "User",
        Some(b'b') => "Unit",
        _ => "Team",
    }
}

fn named(name: &str) -> Value {
    reference(kind_of(name), name)
}

fn set_of(value: &Value) -> Value {
    members(value).map(|name| named(name)).collect()
}

fn entity(uid: Value, attributes: Value, parents: Vec<Value>) -> Value {
    json!({"uid": uid, "attrs": attributes, "parents": parents})
}

// --- club and crm

fn matrix(world: &Value, made: &mut Vec<Value>) {
    made.push(entity(uid("Unit", "b0"), json!({}), vec![]));
    for (i, parent) in list(&world["unit_parents"]).iter().enumerate() {
        made.push(entity(uid("Unit", format!("b{}", i + 1)), json!({}), vec![uid("Unit", text(parent))]));
    }
    for user in list(&world["users"]) {
        made.push(matrix_user(user));
    }
    for (i, record) in list(&world["records"]).iter().enumerate() {
        made.push(matrix_record(i, record));
    }
}

fn matrix_user(user: &Value) -> Value {
    let principals = list(&user["principals"]);
    let mut tags = Map::new();
    for (table, rights) in user["reach"].as_object().into_iter().flatten() {
        for (right, reach) in rights.as_object().into_iter().flatten() {
            let mut tag = reach.clone();
            for set in ["units", "below", "own_units", "owning_teams"] {
                tag[set] = set_of(&reach[set]);
            }
            tags.insert(format!("{table}.{right}"), tag);
        }
    }
    json!({
        "uid": uid("User", text(&principals[0])),
        "attrs": {"unit": named(text(&user["unit"]))},
        "parents": principals[1..].iter().map(|team| uid("Team", text(team))).collect::<Vec<_>>(),
        "tags": tags,
    })
}

fn matrix_record(index: usize, record: &Value) -> Value {
    let mut attributes = json!({"at_home": record["at_home"]});
    for reference in ["owner", "unit"] {
        if let Some(name) = record[reference].as_str() {
            attributes[reference] = named(name);
        }
    }
    for plain in ["status", "amount_cents"] {
        if !record[plain].is_null() {
            attributes[plain] = record[plain].clone();
        }
    }
    let shares = record["shares"].as_object().into_iter().flatten();
    let tags: Map<String, Value> = shares.map(|(right, with)| (right.clone(), set_of(with))).collect();
    json!({"uid": uid("Resource", index), "attrs": attributes, "parents": [], "tags": tags})
}

// --- the three applications

/// The user of this index, and the groups that it is listed in.
fn user_and_groups(index: usize, user: &Value) -> (String, Vec<Value>) {
    (format!("u{index}"), list(&user["groups"]).iter().map(|group| uid("Team", text(group))).collect())
}

fn gdrive(world: &Value, made: &mut Vec<Value>) {
    for (i, user) in list(&world["users"]).iter().enumerate() {
        let (name, groups) = user_and_groups(i, user);
        let attributes = json!({"view": reference("View", &name), "shelf": reference("Shelf", &name)});
        made.push(entity(uid("User", &name), attributes, groups));
    }
    // What a group sees, its members see: the view of a group lies in theirs.
    for group in 0..list(&world["groups"]).len() {
        let name = format!("g{group}");
        let is_member = |user: &&Value| list(&user["groups"]).iter().any(|listed| text(listed) == name);
        let members =
            list(&world["users"]).iter().filter(is_member).map(|user| uid("View", text(&user["principals"][0])));
        made.push(entity(uid("View", &name), json!({}), members.collect()));
    }
    for (i, resource) in list(&world["resources"]).iter().enumerate() {
        let mut parents: Vec<Value> = members(&resource["viewers"]).map(|viewer| uid("View", viewer)).collect();
        parents.push(uid("Shelf", text(&resource["owner"])));
        parents.extend(resource["parent"].as_u64().map(|parent| uid("Resource", parent)));
        made.push(entity(uid("Resource", i), json!({"is_public": resource["is_public"]}), parents));
    }
}

const RANKS: [&str; 5] = ["readers", "triagers", "writers", "maintainers", "admins"];
const ORGANIZATION_RANKS: [(&str, &str); 3] =
    [("org_reader", "readers"), ("org_writer", "writers"), ("org_admin", "admins")];

fn github(world: &Value, made: &mut Vec<Value>) {
    let mut groups_of: std::collections::BTreeMap<String, Vec<Value>> = Default::default();
    let mut join = |holders: &Value, group: Value| {
        for holder in members(holders) {
            groups_of.entry(holder.clone()).or_default().push(group.clone());
        }
    };
    for (i, repository) in list(&world["resources"]).iter().enumerate() {
        let group = |rank: &str| format!("{i}.{rank}");
        let mut attributes = json!({});
        for (at, rank) in RANKS.iter().enumerate() {
            join(&repository[rank], uid("Permission", group(rank)));
            attributes[rank] = reference("Permission", group(rank));
            let lower = (at > 0).then(|| uid("Permission", group(RANKS[at - 1])));
            made.push(entity(uid("Permission", group(rank)), json!({}), lower.into_iter().collect()));
        }
        made.push(entity(uid("Resource", i), attributes, vec![]));
    }
    for (i, organization) in list(&world["organizations"]).iter().enumerate() {
        for (role, rank) in ORGANIZATION_RANKS {
            let name = format!("{i}.{role}");
            join(&organization[role], uid("OrganizationPermission", &name));
            let repositories = list(&world["resources"]).iter().enumerate();
            let own = repositories.filter(|(_, repository)| repository["organization"] == i);
            let parents = own.map(|(at, _)| uid("Permission", format!("{at}.{rank}"))).collect();
            made.push(entity(uid("OrganizationPermission", &name), json!({}), parents));
        }
    }
    people(world, &groups_of, made);
}

fn tinytodo(world: &Value, made: &mut Vec<Value>) {
    let mut groups_of: std::collections::BTreeMap<String, Vec<Value>> = Default::default();
    for (i, todo) in list(&world["resources"]).iter().enumerate() {
        let mut attributes = json!({"owner": named(text(&todo["owner"]))});
        for relation in ["readers", "editors"] {
            let group = format!("{i}.{relation}");
            for holder in members(&todo[relation]) {
                groups_of.entry(holder.clone()).or_default().push(uid("Team", &group));
            }
            attributes[relation] = reference("Team", &group);
            made.push(entity(uid("Team", &group), json!({}), vec![]));
        }
        made.push(entity(uid("Resource", i), attributes, vec![]));
    }
    people(world, &groups_of, made);
}

/// Users and groups, in the groups that they are listed in and in those that resources have of their own.
fn people(world: &Value, groups_of: &std::collections::BTreeMap<String, Vec<Value>>, made: &mut Vec<Value>) {
    for (kind, letter, people) in [("User", 'u', &world["users"]), ("Team", 'g', &world["groups"])] {
        for (i, person) in list(people).iter().enumerate() {
            let (_, mut parents) = user_and_groups(i, person);
            let name = format!("{letter}{i}");
            parents.extend(groups_of.get(&name).into_iter().flatten().cloned());
            made.push(entity(uid(kind, &name), json!({}), parents));
        }
    }
}
