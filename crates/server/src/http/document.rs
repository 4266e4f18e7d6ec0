//! The API document (OpenAPI 3.1), made from the handlers themselves.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, SecurityRequirement};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use yingku_protocol::{Code, PriceFilter, Problem, VideoSort};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Yingku 影库", description = "Run your own video library."),
    // What queries name and no body does.
    components(schemas(PriceFilter, VideoSort))
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
