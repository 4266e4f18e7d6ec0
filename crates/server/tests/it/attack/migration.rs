//! A first start that is killed at any statement of the migrations.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use yingku_server::clock::TestClock;
use yingku_server::config::{Config, Given};
use yingku_server::serve;
use yingku_testkit::{MariaDb, temp_dir};

/// Passes on what clients send to a database, until they have sent so many packets; then every
/// connection ends, as with a server that is killed.
struct Cut {
    port: u16,
}

impl Cut {
    fn after(packets: i64, target: String) -> Cut {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let left = Arc::new(AtomicI64::new(packets));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if left.load(Ordering::SeqCst) <= 0 {
                    continue;
                }
                let server = TcpStream::connect(&target).expect("MariaDB listens");
                let left = Arc::clone(&left);
                thread::spawn(move || pass(&client, &server, &left));
            }
        });
        Cut { port }
    }
}

fn pass(mut client: &TcpStream, mut server: &TcpStream, left: &AtomicI64) {
    thread::scope(|scope| {
        scope.spawn(|| {
            drop(std::io::copy(&mut &*server, &mut &*client));
            drop(client.shutdown(Shutdown::Both));
        });
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = client.read(&mut buffer) {
            if left.fetch_sub(1, Ordering::SeqCst) <= 0
                || server.write_all(&buffer[..count]).is_err()
            {
                break;
            }
        }
        drop(server.shutdown(Shutdown::Both));
        drop(client.shutdown(Shutdown::Both));
    });
}

/// Each start is killed one statement later than the one before, on what that one has left:
/// every state that a killed first start can leave is met, and gone on from.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_killed_at_each_statement_on_mariadb() {
    let url = MariaDb::shared().fresh_database();
    let (head, database) = url.rsplit_once('/').expect("an address has a database");
    let target = head.rsplit_once('@').expect("an address has a host").1.to_owned();
    let folder = temp_dir();
    let open = async |database_url: String| {
        let given = Given {
            data_dir: Some(folder.path().to_owned()),
            database_url: Some(database_url),
            classic_listen: Some("off".to_owned()),
            ..Given::default()
        };
        let config = Config::new(&given).expect("the configuration is right");
        serve::open(&config, Arc::new(TestClock::at(0))).await
    };
    let mut killed = 0;
    loop {
        let cut = Cut::after(killed + 1, target.clone());
        match open(format!("mysql://root@127.0.0.1:{}/{database}", cut.port)).await {
            Ok(app) => {
                app.db().close().await;
                break;
            }
            Err(_) => killed += 1,
        }
        assert!(killed < 2_000, "it never starts");
    }
    println!("killed at {killed} statements");
    assert!(killed > 50, "{killed}: were these the migrations?");
    let app = open(url.clone()).await.expect("it starts");
    let plans = app.shop.list_plans().await.expect("the tables are there");
    assert_eq!(plans.items.len(), 3);
    app.db().close().await;
}
