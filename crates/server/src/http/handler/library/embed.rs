//! Videos on other pages: oEmbed, and what is said of a video in the head of its page.

use crate::app::{Caller, Result};
use crate::http::HttpState;
use crate::http::extract::{Answer, Json, Query};
use axum::extract::State;
use http::HeaderMap;
use std::fmt::Write;
use yingku_core::field::FieldProblem;
use yingku_core::id::VideoId;
use yingku_protocol::{AskOEmbed, OEmbed, Poster, PosterFile, Refusal, Video};

/// What a frame is wide, where the other page does not say.
const WIDTH: u32 = 960;
/// The most characters of a description.
const MOST_CHARS: usize = 200;

/// Says how another page shows a video (oEmbed 1.0). Where the site is not public, only for whoever
/// is logged in.
#[utoipa::path(get, path = "/oembed", tag = "videos", params(AskOEmbed),
    responses((status = 200, body = OEmbed)))]
pub async fn show_oembed(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    Query(wanted): Query<AskOEmbed>,
) -> Answer<Json<OEmbed>> {
    if wanted.format.as_deref().is_some_and(|format| format != "json") {
        return Err(Refusal::invalid("format", FieldProblem::BadFormat("json")).into());
    }
    let id = video_of(&state.address(&headers, ""), &wanted.url);
    let id = id.ok_or_else(|| Refusal::not_found("video"))?;
    let (video, _) = state.app.library.show_video(&caller, id).await?;
    let site = state.app.operation.site().await?;
    let (width, height) = fitting(&video, wanted.maxwidth, wanted.maxheight);
    let address = |path: &str| state.address(&headers, path);
    let html = format!(
        "<iframe src=\"{}\" width=\"{width}\" height=\"{height}\" title=\"{}\" frameborder=\"0\" \
         allow=\"fullscreen; picture-in-picture\" allowfullscreen></iframe>",
        escaped(&address(&format!("/embed/{id}"))),
        escaped(&video.title)
    );
    let thumbnail = video.poster.as_ref().and_then(jpeg);
    Ok(Json(OEmbed {
        version: "1.0".to_owned(),
        kind: "video".to_owned(),
        title: video.title.clone(),
        provider_name: site.name,
        provider_url: address("/"),
        html,
        width,
        height,
        thumbnail_url: thumbnail.map(|file| address(&file.path)),
        thumbnail_width: thumbnail.map(|file| file.width),
        thumbnail_height: thumbnail.map(|file| file.height),
    }))
}

/// What other programs read in the head of the page of a video: Open Graph (<https://ogp.me>), and
/// where its oEmbed is. `None` where the site or the video is not for everybody.
pub(in crate::http) async fn head(
    state: &HttpState,
    nobody: &Caller,
    headers: &HeaderMap,
    id: VideoId,
) -> Result<Option<String>> {
    let site = state.app.operation.site().await?;
    if site.visibility != "public" {
        return Ok(None);
    }
    let Ok((video, _)) = state.app.library.show_video(nobody, id).await else { return Ok(None) };
    let address = |path: &str| state.address(headers, path);
    let page = address(&format!("/videos/{id}"));
    let description: String = video.description.chars().take(MOST_CHARS).collect();
    let mut head = String::new();
    let mut put = |name: &str, value: &str| {
        let _ = writeln!(head, "<meta property=\"{name}\" content=\"{}\" />", escaped(value));
    };
    put("og:type", "video.other");
    put("og:site_name", &site.name);
    put("og:title", &video.title);
    put("og:description", description.trim());
    put("og:url", &page);
    if let Some(file) = video.poster.as_ref().and_then(jpeg) {
        put("og:image", &address(&file.path));
        put("og:image:width", &file.width.to_string());
        put("og:image:height", &file.height.to_string());
    }
    if let Some(duration_ms) = video.duration_ms {
        put("og:video:duration", &(duration_ms / 1_000).to_string());
    }
    let query: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    let _ = writeln!(
        head,
        "<link rel=\"alternate\" type=\"application/json+oembed\" title=\"{}\" href=\"{}\" />",
        escaped(&video.title),
        escaped(&address(&format!("/oembed?url={query}")))
    );
    Ok(Some(head))
}

fn jpeg(poster: &Poster) -> Option<&PosterFile> {
    poster.files.iter().find(|file| file.media_type == "image/jpeg")
}

/// The video whose page has that address on this site.
fn video_of(site: &str, url: &str) -> Option<VideoId> {
    let path = url.strip_prefix(site)?.split(['?', '#']).next()?;
    let id = path.strip_prefix("/videos/").or_else(|| path.strip_prefix("/embed/"))?;
    id.trim_end_matches('/').parse().ok().map(VideoId)
}

/// The largest frame of the shape of a video that there is room for.
fn fitting(video: &Video, most_wide: Option<u32>, most_high: Option<u32>) -> (u32, u32) {
    let side = |side: Option<i64>, usual: u32| {
        side.and_then(|side| u32::try_from(side).ok()).filter(|&side| side > 0).unwrap_or(usual)
    };
    let (width, height) = (f64::from(side(video.width, 16)), f64::from(side(video.height, 9)));
    let room = f64::from(most_wide.unwrap_or(WIDTH).clamp(1, 10_000));
    let high = f64::from(most_high.unwrap_or(10_000).clamp(1, 10_000));
    let scale = (room / width).min(high / height);
    ((width * scale).round().max(1.0) as u32, (height * scale).round().max(1.0) as u32)
}

/// A text within HTML, in an attribute or out of it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_videos_of_this_site_are_known() {
        let site = "https://films.example";
        for (url, id) in [
            ("https://films.example/videos/7", Some(7)),
            ("https://films.example/videos/7/?a=b#c", Some(7)),
            ("https://films.example/embed/7", Some(7)),
            ("https://films.example.org/videos/7", None),
            ("https://other.example/videos/7", None),
            ("https://films.example/plans", None),
            ("https://films.example/videos/seven", None),
        ] {
            assert_eq!(video_of(site, url), id.map(VideoId), "{url}");
        }
    }
}
