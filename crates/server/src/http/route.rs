//! Declaring routes: the handler, its description for the API document, and who may call it, in one
//! place.

use super::HttpState;
use super::access::{Route, Who};
use axum::Router;
use axum::routing::MethodRouter;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes, with who may call each.
pub struct Routes {
    router: OpenApiRouter<HttpState>,
    table: Vec<Route>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Routes {
        Routes { router: OpenApiRouter::new(), table: Vec::new() }
    }

    /// Adds the handlers of a path, for such callers.
    pub fn allow(self, who: Who, routes: UtoipaMethodRouter<HttpState>) -> Routes {
        self.add(who, false, routes)
    }

    /// The same where the body of a request is a file.
    pub fn allow_files(self, who: Who, routes: UtoipaMethodRouter<HttpState>) -> Routes {
        self.add(who, true, routes)
    }

    fn add(mut self, who: Who, takes_files: bool, routes: UtoipaMethodRouter<HttpState>) -> Routes {
        for (path, item) in &routes.1.paths {
            let route = |method| Route { method, path: path.clone(), who, takes_files };
            self.table.extend(methods(item).map(route));
        }
        Routes { router: self.router.routes(routes), ..self }
    }

    /// Adds what is fetched from a path, and the document says nothing of.
    pub fn allow_undescribed(
        mut self,
        who: Who,
        path: &str,
        routes: MethodRouter<HttpState>,
    ) -> Routes {
        let path = path.to_owned();
        self.router = self.router.route(&path, routes);
        self.table.push(Route { method: "GET", path, who, takes_files: false });
        self
    }

    /// Adds those of another subject.
    pub fn merge(mut self, other: Routes) -> Routes {
        self.table.extend(other.table);
        Routes { router: self.router.merge(other.router), ..self }
    }

    /// Who may call what.
    pub fn into_table(self) -> Vec<Route> {
        self.table
    }

    /// The router, and what it is in the words of the document, added to this one.
    pub fn into_router(self, document: OpenApi) -> (Router<HttpState>, OpenApi) {
        OpenApiRouter::with_openapi(document).merge(self.router).split_for_parts()
    }
}

fn methods(item: &PathItem) -> impl Iterator<Item = &'static str> {
    let methods = [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("OPTIONS", &item.options),
        ("HEAD", &item.head),
        ("PATCH", &item.patch),
    ];
    methods.map(|(method, operation)| operation.is_some().then_some(method)).into_iter().flatten()
}
