#include "cli/doctor_command.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/agent/safe_text.h"
#include "cli/progress.h"
#include "server/examine.h"
#include "server/hub/data_folder.h"

namespace deskbell::cli {
namespace {

struct Patient {
  std::string path;
  std::optional<StoreKind> kind;
  std::vector<Finding> findings = {};
};

Result<std::vector<Patient>> patients(const DoctorOptions& options) {
  if (options.data.empty()) return std::vector<Patient>{{options.file, std::nullopt}};
  auto sites = sites_in(options.data);
  if (!sites) return sites.error();
  std::vector<Patient> found;
  for (const std::string& site : *sites)
    if (options.site.empty() || options.site == site)
      found.push_back({database_in(options.data, site), StoreKind::hub});
  if (found.empty())
    return Error{ErrorCode::not_found,
                 "The data folder " + options.data + " has no " +
                     (options.site.empty() ? "site." : "site \"" + options.site + "\".")};
  return found;
}

Result<void> examine(std::vector<Patient>& all) {
  Progress progress;
  for (Patient& patient : all) {
    const auto show = [&](std::string_view step, std::int64_t done, std::int64_t total) {
      progress.show(step, done, total);
    };
    auto findings = examine_store(patient.path, patient.kind, show);
    if (!findings) return findings.error();
    patient.findings = std::move(*findings);
    auto files = examine_attachments(patient.path, show);
    if (!files) return files.error();
    patient.findings.insert(patient.findings.end(), files->begin(), files->end());
  }
  return {};
}

void print_json(const std::vector<Patient>& all, bool sound) {
  nlohmann::json stores = nlohmann::json::array();
  for (const Patient& patient : all) {
    nlohmann::json findings = nlohmann::json::array();
    for (const Finding& finding : patient.findings)
      findings.push_back({{"code", finding.code}, {"sentence", finding.sentence}});
    stores.push_back({{"store", patient.path}, {"findings", findings}});
  }
  const nlohmann::json answer = {{"sound", sound}, {"stores", stores}};
  // A finding may quote what is no UTF-8: that is what is wrong with it.
  std::cout << answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print_text(const std::vector<Patient>& all) {
  for (const Patient& patient : all) {
    if (patient.findings.empty()) {
      std::cout << patient.path << " is sound.\n";
      continue;
    }
    std::cout << patient.path << " is not sound:\n";
    for (const Finding& finding : patient.findings)
      std::cout << "  " << safe_text(finding.sentence) << '\n';
  }
}

}  // namespace

int run_doctor(const DoctorOptions& options) {
  if (options.data.empty() == options.file.empty()) {
    std::cerr << "error: name either a hub's data folder (--data DIR) or the file of one store.\n";
    return 2;
  }
  auto all = patients(options);
  if (!all) {
    std::cerr << "error: " << all.error().message << '\n';
    return 1;
  }
  if (auto examined = examine(*all); !examined) {
    std::cerr << "error: " << examined.error().message << '\n';
    return 1;
  }
  bool sound = true;
  for (const Patient& patient : *all) sound &= patient.findings.empty();
  if (options.json)
    print_json(*all, sound);
  else
    print_text(*all);
  return sound ? 0 : 1;
}

}  // namespace deskbell::cli
