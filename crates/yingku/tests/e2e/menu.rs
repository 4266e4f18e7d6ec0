//! The brief's two numbered menus, driven through a pipe as two people would.

use crate::stage::{ADMIN, BIN, PASSWORD, SOON, Stage, all};
use std::fs;
use yingku_testkit::{Cli, Database, Running, hash_of, hash_of_file, poll, unique_film};

#[test]
fn both_roles_work_by_menu() {
    let stage = Stage::open(Database::Sqlite);
    stage.set("download.wait_free_seconds", "1");
    let film = unique_film(401, 100_000);
    admin_uploads_and_publishes(&stage, &film);
    user_joins_and_downloads(&stage, &film);
    admin_deletes(&stage);
    assert!(all(&stage.admin.http, "/api/v1/videos").is_empty());
    stage.close();
}

fn admin_uploads_and_publishes(stage: &Stage, film: &[u8]) {
    let cli = at(stage);
    fs::write(cli.home().join("开国大典.mp4"), film).expect("the film can be written");
    let mut menu = Menu::open(&cli);
    menu.choose("管理员");
    menu.choose("登录");
    menu.answer("用户名", ADMIN);
    menu.answer("密码", PASSWORD);
    menu.choose("上传视频");
    menu.answer("文件", "开国大典.mp4");
    menu.answer("免费", "y");
    menu.sees("开国大典");
    menu.choose("发布公告");
    menu.answer("标题", "今晚放映");
    menu.answer("内容", "七点,礼堂");
    menu.leave();
    let videos = all(&stage.admin.http, "/api/v1/videos");
    assert_eq!(videos.len(), 1, "{videos:?}");
    assert_eq!(videos[0]["title"], "开国大典");
    assert_eq!(videos[0]["is_free"], true);
    assert_eq!(all(&stage.admin.http, "/api/v1/announcements")[0]["title"], "今晚放映");
}

fn user_joins_and_downloads(stage: &Stage, film: &[u8]) {
    let cli = at(stage);
    let mut menu = Menu::open(&cli);
    menu.choose("普通用户");
    menu.choose("注册");
    menu.answer("用户名", "菜单用户");
    menu.answer("密码", PASSWORD);
    menu.choose("登录");
    menu.answer("用户名", "菜单用户");
    menu.answer("密码", PASSWORD);
    menu.choose("查看所有视频");
    menu.sees("开国大典");
    menu.choose("查看公告");
    menu.sees("今晚放映");
    menu.choose("下载免费");
    menu.choose("开国大典");
    menu.choose("下载记录");
    menu.sees("开国大典");
    let person = crate::stage::log_in(&stage.http(), "菜单用户");
    stage.credit(&person, 1500);
    menu.choose("购买会员");
    menu.choose("15.00");
    menu.answer("确认", "y");
    menu.choose("查看所有视频");
    menu.leave();
    assert_eq!(person.balance(), 0);
    let saved = cli.home().join("开国大典.mp4");
    assert_eq!(hash_of_file(saved), hash_of(film));
}

fn admin_deletes(stage: &Stage) {
    let cli = at(stage);
    let mut menu = Menu::open(&cli);
    menu.choose("管理员");
    menu.choose("登录");
    menu.answer("用户名", ADMIN);
    menu.answer("密码", PASSWORD);
    menu.choose("删除视频");
    menu.choose("开国大典");
    menu.answer("确认", "y");
    menu.choose("删除视频");
    menu.leave();
}

fn at(stage: &Stage) -> Cli {
    Cli::new(BIN).env("YINGKU_SERVER", &stage.server.url)
}

/// A person in front of the menu, who reads before typing.
struct Menu {
    running: Running,
    read: usize,
}

impl Menu {
    fn open(cli: &Cli) -> Self {
        Menu { running: cli.start(["--lang", "zh", "menu"]), read: 0 }
    }

    /// Waits for the item with that text and types its number.
    fn choose(&mut self, item: &str) {
        let found = poll(SOON, || {
            let (message, base) = self.unread();
            let mut at = base;
            for line in message.split_inclusive('\n') {
                at += line.len();
                if let (Some(number), true) = (number_of(line), line.contains(item)) {
                    return Some((number.to_owned(), at));
                }
            }
            self.assert_runs(item);
            None
        });
        let (number, end) = found.unwrap_or_else(|| self.misses(item));
        self.read = end;
        self.running.type_line(&number);
    }

    /// Waits for a question with that text and types the answer.
    fn answer(&mut self, question: &str, answer: &str) {
        self.sees(question);
        self.running.type_line(answer);
    }

    /// Waits until that text has been printed.
    fn sees(&mut self, text: &str) {
        let found = poll(SOON, || {
            let (message, base) = self.unread();
            let found = message.find(text).map(|at| base + at + text.len());
            if found.is_none() {
                self.assert_runs(text);
            }
            found
        });
        self.read = found.unwrap_or_else(|| self.misses(text));
    }

    /// The end of input is a way to leave.
    fn leave(self) {
        self.running.finish().ok();
    }

    fn unread(&self) -> (String, usize) {
        let message = self.running.stdout();
        (message.get(self.read..).unwrap_or_default().to_owned(), self.read)
    }

    fn assert_runs(&mut self, wanted: &str) {
        if !self.running.runs() {
            self.misses::<()>(wanted);
        }
    }

    fn misses<T>(&self, wanted: &str) -> T {
        let (out, err) = (self.running.stdout(), self.running.stderr());
        panic!("the menu never message {wanted}; it message:\n{out}\n{err}");
    }
}

/// The number that a line of a menu begins with.
fn number_of(line: &str) -> Option<&str> {
    let line = line.trim_start_matches([' ', '[', '(']);
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits > 0).then(|| &line[..digits])
}
