//! `yingku serve`: from flags, environment and file to a running server.

use crate::args::{DatabaseOptions, ServeOptions};
use crate::facts;
use crate::failure::Failure;
use crate::stdout::line_to_stdout;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;
use yingku_protocol::{Lang, text};
use yingku_server::config::{Config, Given, ImportGiven, Proxies};
use yingku_server::serve::Node;

/// Serves until a signal stops it. `lang` is that of the operator, for the texts that are
/// printed before `ready`.
pub async fn run(
    options: &ServeOptions,
    database: &DatabaseOptions,
    lang: Lang,
) -> Result<(), Failure> {
    log_to_stderr();
    let config = configuration(options, database)?;
    // Before anything is started: a signal that comes early is not missed.
    let mut stop = Stop::new().map_err(|error| Failure::file("signal".as_ref(), error))?;
    let node = Node::start(&config).await.map_err(|error| Failure::database(database, error))?;
    if let Some(code) = &node.setup_code {
        say(&text(lang, "cli.serve.setup_code", &facts! { "code" => code.as_str() }));
    }
    let classic = node.classic.map_or("off".to_owned(), |address| address.to_string());
    say(&format!("ready http=http://{} classic={classic}", node.http));
    stop.asked().await;
    tracing::info!("stopping");
    node.stop().await;
    Ok(())
}

/// What flags, environment and file say.
pub fn configuration(
    options: &ServeOptions,
    database: &DatabaseOptions,
) -> Result<Config, Failure> {
    let wrong = |error: yingku_server::config::ConfigError| Failure::Usage {
        code: "configuration",
        facts: facts! { "reason" => error.to_string() },
    };
    let proxies = options.trusted_proxy.clone();
    let nearer = Given {
        data_dir: database.data_dir.clone(),
        database_url: database.database_url.clone(),
        storage_url: database.storage_url.clone(),
        listen: options.listen.clone(),
        classic_listen: options.classic_listen.clone(),
        public_url: options.public_url.clone(),
        trusted_proxy: (!proxies.is_empty()).then_some(Proxies::Many(proxies)),
        address_connections: options.address_connections,
        import: ImportGiven {
            watch_dir: options.import_watch_dir.clone(),
            mode: options.import_mode.clone(),
        },
    };
    let file = match &database.config {
        Some(path) => Given::read(path).map_err(wrong)?,
        None => Given::default(),
    };
    Config::new(&nearer.or(file)).map_err(wrong)
}

/// Where standard output is gone, nobody waits for the line.
fn say(line: &str) {
    let _ = line_to_stdout(line);
}

/// One line an event on standard error, as JSON where `YINGKU_LOG_FORMAT=json` says so;
/// `YINGKU_LOG` filters, for example `debug` or `yingku_server=debug`.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("YINGKU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let done = match std::env::var("YINGKU_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().try_init(),
        _ => log.with_ansi(false).try_init(),
    };
    // Somebody has set up logging already: it stays as it is.
    drop(done);
}

/// The word to stop: SIGTERM or SIGINT.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> std::io::Result<Stop> {
        Ok(Stop {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits until it comes.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
