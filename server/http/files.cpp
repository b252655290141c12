#include "server/http/files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "server/http/negotiation.h"
#include "server/http/problem.h"
#include "server/hub/hub.h"
#include "server/hub/content_hash.h"

namespace deskbell {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLoader = "deskbell.js";
constexpr std::string_view kLoaderStem = "deskbell.";  // deskbell.de.js has German words
constexpr std::string_view kOwnLanguage = "en";        // what it speaks without another's
constexpr std::array<std::string_view, 3> kPageFiles = {kLoader, "service-worker.js", "notify.js"};
constexpr std::string_view kPanel = "panel.html";
constexpr std::string_view kProactive = "proactive.js";
constexpr std::string_view kAssets = "assets/";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes = {{
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
}};

/// The panel may load its own files, talk to its own hub, and be framed by its site's pages.
constexpr std::string_view kPanelPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: https:; connect-src 'self'; worker-src 'self'; manifest-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types deskbell; base-uri 'none'; "
    "form-action 'none'; frame-ancestors ";

constexpr std::string_view kNoSitePage = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>No such site</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 30rem; padding: 0 1rem }</style>
<h1>No such site</h1>
<p>This Deskbell hub serves no site of that name. Check the <code>site</code> in the page that
embeds the widget, and that the hub was started with that site's file.</p>
</html>
)html";

std::string_view type_of(const std::string& name) {
  const std::string extension = fs::path(name).extension();
  for (const auto& [known, type] : kTypes)
    if (known == extension) return type;
  return "application/octet-stream";
}

std::optional<std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return std::nullopt;
  return bytes;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += separator;
    joined += part;
  }
  return joined;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  StaticFiles files;
  if (folder.empty()) return files;
  for (const std::string_view name :
       {kPageFiles[0], kPageFiles[1], kPageFiles[2], kPanel, kProactive})
    if (auto loaded = files.load_file(folder, std::string(name)); !loaded) return loaded.error();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kLoaderStem) || !name.ends_with(".js") || name == kLoader) continue;
    if (auto loaded = files.load_file(folder, name); !loaded) return loaded.error();
    files.languages_.push_back(name.substr(kLoaderStem.size(), name.size() - kLoader.size() - 1));
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder + "/assets", error)) {
    const std::string name = fs::relative(entry.path(), folder);
    const bool encoded = name.ends_with(".br") || name.ends_with(".gz");
    if (!entry.is_regular_file() || encoded) continue;
    if (auto loaded = files.load_file(folder, name); !loaded) return loaded.error();
  }
  return files;
}

Result<void> StaticFiles::load_file(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  auto plain = read_file(path);
  if (!plain)
    return Error{ErrorCode::not_found, "There is no " + path +
                                           ": build the widget first (npm run build), or name the "
                                           "folder it was built into."};
  File file;
  file.type = type_of(name);
  file.hash = sha256_hex(*plain).substr(0, 32);
  for (const auto& [extension, encoding] :
       {std::pair{".br", std::string_view("br")}, std::pair{".gz", std::string_view("gzip")}})
    if (auto bytes = read_file(path + extension))
      file.encodings.push_back({encoding, std::make_shared<const std::string>(std::move(*bytes))});
  file.encodings.push_back({"", std::make_shared<const std::string>(std::move(*plain))});
  files_.emplace(name, std::move(file));
  return {};
}

HttpResponse StaticFiles::serve(const HttpRequest& request) const {
  const std::string_view name = request.path().substr(1);
  const bool asset = name.starts_with(kAssets);
  const bool loader = name.starts_with(kLoaderStem);
  const auto found = files_.find(name == kLoader ? loader_for(request) : name);
  if (found == files_.end() || name == kPanel || name == kProactive)
    return problem_response({ErrorCode::not_found, "There is no such file here."});
  std::vector<HttpField> fields = {
      // The loader and the files it needs are loaded by pages of other origins.
      {"Cross-Origin-Resource-Policy", "cross-origin"},
      {"Access-Control-Allow-Origin", "*"},
      {"Cache-Control", asset    ? "public, max-age=31536000, immutable"
                        : loader ? "public, max-age=300"
                                 : "no-cache"}};
  if (name == kLoader) fields.push_back({"Vary", "Accept-Language"});
  return serve_file(request, found->second, "", std::move(fields));
}

std::string StaticFiles::loader_for(const HttpRequest& request) const {
  const std::string_view wanted = request.field("accept-language").value_or("");
  const std::string_view language = best_language(accepted_languages(wanted), languages_);
  if (language.empty() || language == kOwnLanguage) return std::string(kLoader);
  return std::string(kLoaderStem) + std::string(language) + ".js";
}

HttpResponse StaticFiles::serve_panel(const HttpRequest& request, const Site* site) const {
  const auto found = files_.find(kPanel);
  if (site && found == files_.end())
    return problem_response({ErrorCode::not_found, "This hub was started without the widget."});
  if (!site) {
    HttpResponse response;
    response.status = 404;
    response.fields = {{"Content-Type", "text/html; charset=utf-8"},
                       {"Cache-Control", "no-cache"},
                       {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                       {"X-Content-Type-Options", "nosniff"}};
    response.body = kNoSitePage;
    return response;
  }
  const std::string ancestors = site->origins.empty() ? "'none'" : join(site->origins, " ");
  // What frames it is part of what a cache must not mix up.
  const std::string variant = sha256_hex(ancestors).substr(0, 8);
  return serve_file(request, found->second, variant,
                    {{"Cache-Control", "no-cache"},
                     {"Content-Security-Policy", std::string(kPanelPolicy) + ancestors}});
}

HttpResponse StaticFiles::serve_proactive(const HttpRequest& request,
                                          const std::string& about) const {
  const auto found = files_.find(kProactive);
  if (found == files_.end())
    return problem_response({ErrorCode::not_found, "This hub was started without the widget."});
  const File& file = found->second;
  HttpResponse response;
  response.body = "const DESKBELL_PROACTIVE=" + about + ";\n" + *file.encodings.back().bytes;
  const std::string etag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  response.fields = {{"Cross-Origin-Resource-Policy", "cross-origin"},
                     {"Access-Control-Allow-Origin", "*"},
                     {"Cache-Control", "public, max-age=300"},
                     {"ETag", etag},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Referrer-Policy", "strict-origin-when-cross-origin"}};
  if (has_etag(request.field("if-none-match").value_or(""), etag)) {
    response.status = 304;
    response.body.clear();
    return response;
  }
  response.fields.push_back({"Content-Type", file.type});
  return response;
}

HttpResponse StaticFiles::serve_file(const HttpRequest& request, const File& file,
                                     const std::string& variant, std::vector<HttpField> fields) {
  const std::string_view accepted = request.field("accept-encoding").value_or("");
  const auto chosen =
      std::find_if(file.encodings.begin(), file.encodings.end(), [&](const Encoded& encoded) {
        return encoded.encoding.empty() || accepts_encoding(accepted, encoded.encoding);
      });
  std::string etag = "\"" + file.hash;
  if (!variant.empty()) etag += "-" + variant;
  if (!chosen->encoding.empty()) etag.append("-").append(chosen->encoding);
  etag += "\"";

  HttpResponse response;
  response.fields = std::move(fields);
  response.fields.push_back({"ETag", etag});
  response.fields.push_back({"Vary", "Accept-Encoding"});
  response.fields.push_back({"X-Content-Type-Options", "nosniff"});
  response.fields.push_back({"Referrer-Policy", "strict-origin-when-cross-origin"});
  if (has_etag(request.field("if-none-match").value_or(""), etag)) {
    response.status = 304;
    return response;
  }
  response.fields.push_back({"Content-Type", file.type});
  if (!chosen->encoding.empty())
    response.fields.push_back({"Content-Encoding", std::string(chosen->encoding)});
  response.shared_body = chosen->bytes;
  return response;
}

}  // namespace deskbell
