//! A library as it is after years, made up: the same rows for the same size. Written as
//! SQL that both databases read, for their own clients to load; keys and grams come from
//! the same functions as the server's.

use std::collections::BTreeMap;
use std::io::{self, Write};
use yingku_core::fold::{fold, grams};
use yingku_core::video::search_text;
use yingku_testkit::Random;

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Videos.
    pub videos: u64,
    /// Accounts.
    pub accounts: u64,
    /// Records of downloads.
    pub tickets: u64,
    /// Entries of the audit log.
    pub audit: u64,
}

/// Records of the account that asks for its own.
pub const MY_TICKETS: u64 = 3_000;
/// Numbers below belong to the accounts that the measurement makes itself.
const FIRST_ACCOUNT: u64 = 1_001;
const ROWS_PER_INSERT: usize = 500;
/// October 2025; the last row is a year younger than the first.
const BEGAN_MS: u64 = 1_760_000_000_000;
const YEAR_MS: u64 = 31_536_000_000;

const CHINESE: &[&str] = &[
    "电影",
    "电视",
    "电视剧",
    "纪录片",
    "动画",
    "课程",
    "高等数学",
    "线性代数",
    "人工智能",
    "智能人物",
    "机器学习",
    "春天",
    "夏天",
    "秋天",
    "冬天",
    "故事",
    "历史",
    "中国",
    "世界",
    "北京",
    "上海",
    "音乐",
    "音乐会",
    "舞蹈",
    "京剧",
    "戏曲",
    "美食",
    "旅行",
    "自然",
    "动物",
    "海洋",
    "天空",
    "宇宙",
    "科学",
    "实验",
    "物理",
    "化学",
    "生物",
    "医学",
    "护理",
    "安全",
    "培训",
    "管理",
    "营销",
    "会计",
    "法律",
    "英语",
    "日语",
    "口语",
    "写作",
    "阅读",
    "诗词",
    "唐诗",
    "宋词",
    "红楼梦",
    "西游记",
    "三国",
    "水浒",
    "编程",
    "入门",
    "进阶",
    "实战",
    "网络",
    "数据库",
    "操作系统",
    "影院",
    "影评",
    "导演",
    "访谈",
    "花絮",
];
const LATIN: &[&str] = &[
    "Introduction",
    "Linear",
    "Algebra",
    "Mathematics",
    "Physics",
    "Chemistry",
    "General",
    "Science",
    "Engine",
    "Engineering",
    "History",
    "Modern",
    "Ancient",
    "World",
    "Music",
    "Concert",
    "Piano",
    "Guitar",
    "Dance",
    "Travel",
    "Nature",
    "Ocean",
    "Mountain",
    "River",
    "City",
    "Night",
    "Morning",
    "Summer",
    "Winter",
    "Story",
    "Interview",
    "Documentary",
    "Cooking",
    "Bread",
    "Garden",
    "Design",
    "Python",
    "Rust",
    "Database",
    "Network",
    "Security",
    "Training",
    "Safety",
    "Management",
    "Sales",
    "Finance",
    "English",
    "Grammar",
    "Writing",
    "Poetry",
    "Theatre",
    "Cinema",
    "Film",
    "Camera",
];
const CATEGORIES: &[&str] = &[
    "电影",
    "电视剧",
    "纪录片",
    "公开课",
    "培训",
    "音乐",
    "动画",
    "体育",
    "Lectures",
    "Documentary",
    "访谈",
    "花絮",
];
const TAGS: &[&str] = &[
    "高清",
    "中文字幕",
    "双语",
    "入门",
    "进阶",
    "获奖",
    "经典",
    "独家",
    "儿童",
    "家庭",
    "励志",
    "悬疑",
    "喜剧",
    "爱情",
    "科幻",
    "战争",
    "HD",
    "subtitled",
    "beginner",
    "advanced",
    "classic",
    "award",
    "family",
    "2024",
    "2025",
    "必修",
    "选修",
    "期末",
    "新生",
    "校庆",
];
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "林",
];
const GIVEN: &[&str] = &[
    "小明", "伟", "芳", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
    "涛",
];
const PINYIN: &[&str] = &[
    "wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "ma",
    "zhu", "hu", "lin",
];
const PINYIN_GIVEN: &[&str] = &[
    "xiaoming", "wei", "fang", "xiuying", "min", "jing", "li", "qiang", "lei", "jun", "yang",
    "yong",
];

/// Writes all of it as SQL; `me` is the account that has [`MY_TICKETS`] records.
pub fn write(out: &mut impl Write, size: Size, me: i64) -> io::Result<()> {
    let mut index = Index::default();
    accounts(out, size, &mut index)?;
    videos(out, size, &mut index)?;
    index.write(out)?;
    tickets(out, size, me)?;
    audit(out, size, me)
}

/// The grams of the search index, in the order of its key.
#[derive(Default)]
struct Index(BTreeMap<(&'static str, String), Vec<u64>>);

impl Index {
    fn add(&mut self, kind: &'static str, id: u64, folded: &str) {
        for gram in grams(folded) {
            self.0.entry((kind, gram)).or_default().push(id);
        }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut table = Table::new(out, "search_gram", "kind, gram, subject_id");
        for ((kind, gram), ids) in &self.0 {
            let gram = quoted(gram);
            for id in ids {
                table.row(&format!("'{kind}',{gram},{id}"))?;
            }
        }
        table.end()
    }
}

fn accounts(out: &mut impl Write, size: Size, index: &mut Index) -> io::Result<()> {
    let mut random = Random::from_seed(1);
    let mut wallets = Vec::new();
    let mut table = Table::new(
        out,
        "account",
        "id, name, name_key, role, password_hash, epoch, locked, created_at_ms, membership_lifetime",
    );
    for number in 0..size.accounts {
        let id = FIRST_ACCOUNT + number;
        // Three with a rare name, whatever the size.
        let name = match number * 10 / size.accounts {
            part if is_one_of_three(number, size.accounts) => format!("欧阳龘{part}"),
            _ if random.between(0, 2) == 0 => {
                format!("{}{}{number}", pick(&mut random, SURNAMES), pick(&mut random, GIVEN))
            }
            _ => {
                format!("{}{}{number}", pick(&mut random, PINYIN), pick(&mut random, PINYIN_GIVEN))
            }
        };
        let key = fold(&name);
        index.add("account", id, &key);
        let role = if random.between(0, 1000) == 0 { "admin" } else { "user" };
        let locked = u8::from(random.between(0, 100) == 0);
        let at = moment(number, size.accounts);
        // Nobody logs in with these; the text is as long as a real one.
        let hash = format!("$argon2id$v=19$m=47104,t=1,p=1${}", "x".repeat(66));
        table.row(&format!(
            "{id},{},{},'{role}','{hash}',0,{locked},{at},0",
            quoted(&name),
            quoted(&key)
        ))?;
        wallets.push(id);
    }
    table.end()?;
    let mut table = Table::new(out, "wallet", "account_id, balance_minor, seq, head_hash");
    for id in wallets {
        table.row(&format!("{id},0,0,''"))?;
    }
    table.end()
}

fn videos(out: &mut impl Write, size: Size, index: &mut Index) -> io::Result<()> {
    let mut random = Random::from_seed(2);
    let (mut blobs, mut rows) = (Vec::new(), Vec::new());
    let (mut tagged, mut offers) = (Vec::new(), Vec::new());
    for number in 0..size.videos {
        let id = number + 1;
        let title = title(&mut random, number, size.videos);
        let category = pick(&mut random, CATEGORIES);
        let tags = tags(&mut random, number, size.videos);
        let text = search_text(&title, category, &tags);
        index.add("video", id, &text);
        let at = moment(number, size.videos);
        let hash = blake3::hash(&id.to_le_bytes()).to_hex().to_string();
        let key = format!("{}/{}/{}", &hash[..2], &hash[2..4], &hash[..32]);
        let bytes = random.between(1 << 20, 4 << 30);
        blobs.push(format!(
            "{id},'{hash}',{bytes},'{key}','{}','video/mp4',1,{at},'done',{},1280,720",
            &hash[32..],
            random.between(60_000, 7_200_000)
        ));
        let is_free = u8::from(random.between(0, 10) < 4);
        let description = "一部关于学习与生活的影片。 A film about learning and living. ".repeat(3);
        rows.push(format!(
            "{id},{id},{},{},{},{},{},{},{},{is_free},'visible',1,{at},{at}",
            quoted(&title),
            quoted(&fold(&title)),
            quoted(&text),
            quoted(&format!("{title}.mp4")),
            quoted(&description),
            quoted(category),
            quoted(&fold(category))
        ));
        for (position, tag) in tags.iter().enumerate() {
            tagged.push(format!("{},{id},{},{position},1", quoted(&fold(tag)), quoted(tag)));
        }
        offers.push(format!("'video',{id}"));
    }
    let blob = "id, content_hash, size_bytes, storage_key, fingerprint, media_type, \
        reference_count, created_at_ms, probe, duration_ms, width, height";
    let video = "id, blob_id, title, title_key, search_text, file_name, description, category, \
        category_key, is_free, state, uploaded_by, created_at_ms, updated_at_ms";
    tagged.sort();
    Table::all(out, "blob", blob, &blobs)?;
    Table::all(out, "video", video, &rows)?;
    Table::all(out, "video_tag", "tag_key, video_id, tag, position, visible", &tagged)?;
    Table::all(out, "offer", "kind, subject_id", &offers)
}

fn title(random: &mut Random, number: u64, of: u64) -> String {
    // Three with rare words, whatever the size; a word that only the oldest 3 % have.
    if is_one_of_three(number, of) {
        return format!("鹦鹉学舌龘记 {number} Zyzzyva þ");
    }
    let (first, second) = (pick(random, CHINESE), pick(random, CHINESE));
    let second = if first == second { "之二" } else { second };
    let (one, two) = (pick(random, LATIN), pick(random, LATIN));
    let part = random.between(1, 60);
    let title = match random.between(0, 20) {
        0..5 => format!("{first}{second} 第{part}集"),
        5..9 => format!("{first}与{second}的故事 第{part}讲"),
        9..12 => format!("{first}（{second}）"),
        12..15 => format!("{one} {two} Lecture {part}"),
        15..17 => format!("{one} and {two}: Part {part}"),
        _ => format!("{first} {one} {part}"),
    };
    if number < of * 3 / 100 { format!("胶卷修复 {title}") } else { title }
}

fn tags(random: &mut Random, number: u64, of: u64) -> Vec<&'static str> {
    let mut tags = Vec::new();
    for _ in 0..random.between(0, 5) {
        let tag = pick(random, TAGS);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if is_one_of_three(number, of) {
        tags.push("孤本");
    }
    tags
}

fn tickets(out: &mut impl Write, size: Size, me: i64) -> io::Result<()> {
    let mut random = Random::from_seed(3);
    let live = (size.tickets / 10).min(1_000).min(size.accounts);
    let mut table = Table::new(
        out,
        "ticket",
        "account_id, video_id, basis, live_key, price_paid_minor, created_at_ms, \
         available_at_ms, started_at_ms, completed_at_ms, bytes_sent, coverage",
    );
    for number in 0..size.tickets {
        let at = moment(number, size.tickets);
        let video = random.between(1, size.videos + 1);
        let left = size.tickets - number;
        let is_mine = number * MY_TICKETS / size.tickets
            != (number + 1) * MY_TICKETS / size.tickets
            && left > live;
        let account = match is_mine {
            true => me.unsigned_abs(),
            false if left <= live => FIRST_ACCOUNT + left - 1,
            false => random.between(FIRST_ACCOUNT, FIRST_ACCOUNT + size.accounts),
        };
        let key = if left <= live { format!("'{account}:{video}'") } else { "NULL".to_owned() };
        let (done, bytes) = match random.between(0, 10) {
            0 => ("NULL".to_owned(), 0),
            _ if left <= live => ("NULL".to_owned(), 0),
            _ => ((at + 60_000).to_string(), random.between(1 << 20, 4 << 30)),
        };
        table
            .row(&format!("{account},{video},'free',{key},0,{at},{at},{done},{done},{bytes},''"))?;
    }
    table.end()
}

fn audit(out: &mut impl Write, size: Size, me: i64) -> io::Result<()> {
    let mut random = Random::from_seed(4);
    let mut table = Table::new(
        out,
        "audit_entry",
        "at_ms, actor_id, actor, action, subject_kind, subject_id, address, detail",
    );
    for number in 0..size.audit {
        let at = moment(number, size.audit);
        let account = match random.between(0, 50) {
            0 => me.unsigned_abs(),
            _ => random.between(FIRST_ACCOUNT, FIRST_ACCOUNT + size.accounts),
        };
        let video = random.between(1, size.videos + 1);
        let (action, subject) = match random.between(0, 100) {
            0..60 => ("session.login", "NULL,NULL".to_owned()),
            60..70 => ("session.login_failed", "NULL,NULL".to_owned()),
            70..99 => ("download.ask", format!("'video',{video}")),
            _ => ("video.edit", format!("'video',{video}")),
        };
        let detail = format!("{{\"n\":{number}}}");
        table.row(&format!(
            "{at},{account},'account{account}','{action}',{subject},'192.0.2.{}','{detail}'",
            number % 250
        ))?;
    }
    table.end()
}

fn is_one_of_three(number: u64, of: u64) -> bool {
    [1, 5, 9].iter().any(|tenth| number == of * tenth / 10)
}

fn moment(number: u64, of: u64) -> u64 {
    BEGAN_MS + YEAR_MS / of.max(1) * number
}

fn pick(random: &mut Random, from: &[&'static str]) -> &'static str {
    let index = random.between(0, from.len() as u64);
    usize::try_from(index).ok().and_then(|index| from.get(index)).copied().unwrap_or_default()
}

/// None of these texts has a backslash.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Rows of a table, many in one statement.
struct Table<'a, W: Write> {
    out: &'a mut W,
    head: String,
    rows: usize,
}

impl<'a, W: Write> Table<'a, W> {
    fn new(out: &'a mut W, name: &str, columns: &str) -> Table<'a, W> {
        Table { out, head: format!("INSERT INTO `{name}` ({columns}) VALUES"), rows: 0 }
    }

    fn all(out: &'a mut W, name: &str, columns: &str, rows: &[String]) -> io::Result<()> {
        let mut table = Table::new(out, name, columns);
        for row in rows {
            table.row(row)?;
        }
        table.end()
    }

    fn row(&mut self, values: &str) -> io::Result<()> {
        match self.rows % ROWS_PER_INSERT {
            0 if self.rows > 0 => write!(self.out, ";\n{} ({values})", self.head)?,
            0 => write!(self.out, "{} ({values})", self.head)?,
            _ => write!(self.out, ",({values})")?,
        }
        self.rows += 1;
        Ok(())
    }

    fn end(self) -> io::Result<()> {
        if self.rows == 0 { Ok(()) } else { self.out.write_all(b";\n") }
    }
}
