#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "server/http/message.h"

namespace deskbell {

struct Site;

/// The built widget, read into memory once: a few hundred kilobytes, so that serving it touches no
/// disk and no path of a request ever names a file.
///
///     deskbell.js  deskbell.LANGUAGE.js  notify.js  service-worker.js  panel.html  proactive.js
///     assets/*
///
/// each with .br and .gz beside it.
class StaticFiles {
 public:
  /// Reads `folder`; an empty name gives no files at all.
  static Result<StaticFiles> load(const std::string& folder);

  /// The answer to GET or HEAD for `/deskbell.js`, `/notify.js`, `/service-worker.js` and
  /// `/assets/*`; 404 for anything else. `/deskbell.js` comes with the words of the first language
  /// that the request accepts and that there is, else in English; `/deskbell.de.js` in German.
  HttpResponse serve(const HttpRequest& request) const;

  /// The panel's page for a site, or a readable 404 where there is no such site.
  HttpResponse serve_panel(const HttpRequest& request, const Site* site) const;

  /// The script that shows a site's proactive messages on its pages, with what it is to know in
  /// front of it: `about`, JSON. Changes with what the site says, so that it is made anew each time.
  HttpResponse serve_proactive(const HttpRequest& request, const std::string& about) const;

 private:
  struct Encoded {
    std::string_view encoding;  // as in Content-Encoding; empty for the plain bytes
    std::shared_ptr<const std::string> bytes;
  };
  struct File {
    std::string type;
    std::string hash;
    std::vector<Encoded> encodings;  // the smallest first, the plain one last
  };

  /// The name of the loader in the language that the request wants.
  std::string loader_for(const HttpRequest& request) const;
  Result<void> load_file(const std::string& path, const std::string& name);
  static HttpResponse serve_file(const HttpRequest& request, const File& file,
                                 const std::string& variant, std::vector<HttpField> fields);

  std::map<std::string, File, std::less<>> files_;  // by "deskbell.js", "assets/…"
  std::vector<std::string> languages_ = {"en"};     // of the loader
};

}  // namespace deskbell
