//! The API document (OpenAPI 3.1), made from the handlers themselves.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, SecurityRequirement};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use yingku_protocol::{Code, PriceFilter, Problem, VideoSort, Visibility, VisibilityFilter};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Yingku 影库", description = "Run your own video library."),
    // What queries name and no body does.
    components(schemas(PriceFilter, VideoSort, Visibility, VisibilityFilter))
)]
struct Base;

/// The document before any route is in it.
pub fn base() -> OpenApi {
    let mut document = Base::openapi();
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("`{}`", code.as_str())).collect();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.info.description = Some(format!(
        "Amounts are in minor units of the site's currency, sizes in bytes, times RFC 3339 in \
         UTC. Refusals are problem documents (RFC 9457) with a stable `code`, one of: {}.",
        codes.join(", ")
    ));
    document
}

/// Adds what is the same for every route: how to log in, and what a refusal looks like.
pub fn finish(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Default::default);
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    let mut needed = Vec::new();
    Problem::schemas(&mut needed);
    components.schemas.extend(needed);
    components
        .add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("yingku_session"))),
    );
    for schema in components.schemas.values_mut() {
        write_patterns(schema);
    }
    let none: [&str; 0] = [];
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
            &mut item.head,
            &mut item.options,
        ];
        for operation in operations.into_iter().flatten() {
            add_refusal(operation);
            for parameter in operation.parameters.iter_mut().flatten() {
                let RefOr::T(parameter) = parameter else { continue };
                match parameter.name.to_ascii_lowercase().as_str() {
                    "idempotency-key" => parameter.schema = Some(RefOr::T(idempotency_key())),
                    "code" => parameter.schema = Some(RefOr::T(plan_code())),
                    "upload-offset" | "upload-length" => {
                        parameter.schema = Some(RefOr::T(upload_bytes()));
                    }
                    "upload-defer-length" => parameter.schema = Some(RefOr::T(defers_length())),
                    "tus-resumable" => parameter.schema = Some(RefOr::T(tus_version())),
                    _ => {}
                }
                parameter.schema.iter_mut().for_each(write_patterns);
            }
            operation.security = Some(vec![
                SecurityRequirement::default(),
                SecurityRequirement::new("bearer", none),
                SecurityRequirement::new("cookie", none),
            ]);
        }
    }
}

fn add_refusal(operation: &mut Operation) {
    let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    let mut refusal = Response::new("Refused: a problem document.");
    refusal.content.insert("application/problem+json".to_owned(), RefOr::T(content));
    operation.responses.responses.insert("default".to_owned(), RefOr::T(refusal));
}

/// What a text may hold, by the word that stands for it in the protocol crate's types
/// (`core::text` and `core::account` have the rules). `?` allows an empty text.
fn pattern(word: &str) -> Option<String> {
    // Controls, and marks that change the direction of the text around them.
    const REFUSED: &str =
        "\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069";
    // What shows nothing by itself. Beyond U+FFFF the characters themselves: each dialect of
    // regular expressions has another escape for them.
    const HIDDEN: &str = "\\s\\u00AD\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200D\\u2060-\\u2065\\u206A-\\u206F\\u2800\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\u{110BD}\u{110CD}\u{13430}-\u{1343F}\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}";
    let shown = format!("[^{REFUSED}{HIDDEN}]");
    Some(match word {
        "line" => format!("^{shown}([^{REFUSED}]*{shown})?$"),
        "line?" => format!("^({shown}([^{REFUSED}]*{shown})?)?$"),
        "name" => format!("^{shown}([ ]?{shown})*$"),
        "text" => format!("^{shown}[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$"),
        "text?" => "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$".to_owned(),
        "tags" => format!("^[^{REFUSED},]{{0,50}}(,[^{REFUSED},]{{0,50}}){{0,19}}$"),
        "code" => "^[a-z0-9_-]+$".to_owned(),
        "hash" => "^[0-9a-fA-F]{64}$".to_owned(),
        "fingerprint" => "^[0-9a-fA-F]{32}$".to_owned(),
        _ => return None,
    })
}

fn write_patterns(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            if let Some(found) = object.pattern.as_deref().and_then(pattern) {
                object.pattern = Some(found);
            }
            object.properties.values_mut().for_each(write_patterns);
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(write_patterns),
        Schema::AllOf(all) => all.items.iter_mut().for_each(write_patterns),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(write_patterns),
        _ => {}
    }
}

/// 1–255 visible ASCII characters.
fn idempotency_key() -> Schema {
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    Schema::Object(key.build())
}

/// The one version of tus that is spoken.
fn tus_version() -> Schema {
    let version = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["1.0.0"]));
    Schema::Object(version.build())
}

/// 1–32 of `a-z 0-9 _ -`.
fn plan_code() -> Schema {
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(32))
        .pattern(pattern("code"));
    Schema::Object(code.build())
}

/// A number of bytes in a header of tus: up to 2^62.
fn upload_bytes() -> Schema {
    let bytes =
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(1_i64 << 62));
    Schema::Object(bytes.build())
}

/// That the length is announced later.
fn defers_length() -> Schema {
    let one = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([1]));
    Schema::Object(one.build())
}
