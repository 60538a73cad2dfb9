//! The description of the API, OpenAPI 3.1, made from the routes and from the types that they take and give: it cannot
//! speak of what is not there.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::route::{self, Access, Doc, Route};

/// The description.
#[must_use]
pub fn document() -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for route in route::all() {
        let Some(doc) = &route.doc else { continue };
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        entry[route.method.to_lowercase()] = operation(route, doc, &mut schemas);
    }
    schemas.insert(
        "Problem".into(),
        json!({
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"}, "title": {"type": "string"},
                "status": {"type": "integer"}, "detail": {"type": "string"},
            },
        }),
    );
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "bonafide",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Casework over the last check of one workspace. People are pseudonymous until they are opened with a purpose.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "security": [{"token": []}, {"session": [], "form_mark": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made under Account, or by bonafide user token. Scopes: read \
    (queue, farms, health, without names; the history where the role may), work (opens people, changes cases, and reads), ingest (delivers, and reads \
    nothing)"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Of a browser that is signed in; \
    over TLS it is called __Host-session. It may do all that its user may, and is given another value from time to time"},
                "form_mark": {"type": "apiKey", "in": "header", "name": "X-Form-Mark", "description": "With a session, whatever \
    changes something carries what the forms of its pages carry as mark"},
            },
        },
    })
}

/// Takes a schema in, with its definitions among those of the document, and refers to them there.
fn take(schema: &Schema, schemas: &mut Map<String, Value>) -> Value {
    let mut value = schema.clone().to_value();
    if let Some(object) = value.as_object_mut() {
        object.remove("$schema");
        if let Some(Value::Object(definitions)) = object.remove("$defs") {
            for (name, mut definition) in definitions {
                refer(&mut definition);
                schemas.insert(name, definition);
            }
        }
    }
    refer(&mut value);
    let title =
        value.get("title").and_then(Value::as_str).filter(|title| title.chars().all(char::is_alphanumeric));
    match title.map(str::to_owned) {
        Some(title) if title != "AnyValue" => {
            // a definition within another has none: one shape is one, wherever it stands
            value.as_object_mut().and_then(|object| object.remove("title"));
            schemas.insert(title.clone(), value);
            json!({"$ref": format!("#/components/schemas/{title}")})
        }
        _ => value,
    }
}

fn refer(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                *target = target.replace("#/$defs/", "#/components/schemas/");
            }
            object.values_mut().for_each(refer);
        }
        Value::Array(items) => items.iter_mut().for_each(refer),
        _ => {}
    }
}

fn operation(route: &Route, doc: &Doc, schemas: &mut Map<String, Value>) -> Value {
    let named = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let part = |name: &str| match name {
        "source" => json!({"type": "string", "enum": app::desk::intake::kinds().collect::<Vec<_>>()}),
        _ => json!({"type": "string", "minLength": 1}),
    };
    let mut parameters: Vec<Value> = named
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": part(name)}))
        .collect();
    parameters.extend(doc.query.iter().map(|(name, text)| {
        let kind = match *name {
            "limit" => json!({"type": "integer", "minimum": 1, "maximum": doc.most}),
            "days" => json!({"type": "integer", "minimum": 0, "maximum": crate::call::LARGEST}),
            "cursor" if route.path == "/api/v1/history" => {
                json!({"type": "string", "pattern": "^[0-9]{1,15}$"})
            }
            _ => json!({"type": "string"}),
        };
        json!({"name": name, "in": "query", "required": false, "description": text, "schema": kind})
    }));
    let problem = json!({
        "description": "Why not",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let mut good = json!({"description": doc.summary});
    if let Some(schema) = doc.answer {
        good["content"] = json!({"application/json": {"schema": take(&schema(), schemas)}});
    } else if let Some(kind) = doc.answer_kind {
        good["content"] = json!({(kind): {"schema": {"type": "string"}}});
    }
    let mut out = json!({
        "operationId": doc.id,
        "summary": doc.summary,
        "parameters": parameters,
        "responses": {(doc.status.to_string()): good, "default": problem},
    });
    if route.access == Access::Anybody {
        out["security"] = json!([]);
    } else if doc.is_for_people() {
        out["security"] = json!([{"session": [], "form_mark": []}]);
    }
    if route.method == "POST" {
        out["parameters"].as_array_mut().into_iter().for_each(|list| {
            list.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "The same key with the same request gets the same answer, and nothing is done twice",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
            }));
        });
    }
    if let Some(schema) = doc.body {
        let mut content = json!({"application/json": {"schema": take(&schema(), schemas)}});
        for (kind, text) in doc.other_bodies {
            content[kind] = json!({"schema": {"type": "string", "description": text}});
        }
        out["requestBody"] = json!({"required": true, "content": content});
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        for part in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
        assert!(!text.contains("$defs"));
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn a_name_is_one_shape() {
        let mut known: Map<String, Value> = Map::new();
        let docs = route::all().filter_map(|route| route.doc.as_ref());
        for schema in docs.flat_map(|doc| [doc.body, doc.answer]).flatten() {
            let mut own = Map::new();
            take(&schema(), &mut own);
            for (name, shape) in own {
                if let Some(before) = known.get(&name) {
                    assert_eq!(*before, shape, "two shapes are called {name}");
                }
                known.insert(name, shape);
            }
        }
        let text = Value::Object(known).to_string();
        assert!(!text.contains("prefixItems"), "a pair without names is hard to read for programs");
    }
}
