#include "tests/simulation/command_line.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <vector>

namespace deskbell::test {
namespace {

constexpr const char* kHelp =
    R"(deskbell-simulate: runs the hub and its devices in virtual time, with faults

  --seeds N          how many seeds (100)
  --from SEED        the first one (1)
  --hours H          go on for so many real hours instead
  --jobs N           processes side by side (one for each core)
  --hashes           print the state hash of every seed
  --until-first      stop at the first seed that fails
  --no-shrink        do not make failing seeds small

  --replay SEED      tell the story of one seed
  --requests         with every request and answer
  --faults A,B,…     with these kinds of faults instead of the seed's own ("none" for none)
  --steps 3,17,…     with these steps of its script only
  --mutant NAME      with a deliberate fault in the code (deskbell-simulate-mutants only)
)";

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

bool complain(const std::string& what) {
  std::fprintf(stderr, "deskbell-simulate: %s (see --help)\n", what.c_str());
  return false;
}

bool read_number(const std::string& text, std::uint64_t& number) {
  char* end = nullptr;
  number = std::strtoull(text.c_str(), &end, 10);
  return !text.empty() && *end == '\0' ? true : complain("\"" + text + "\" is not a number");
}

bool read_faults(const std::string& text, Options& options) {
  options.faults.emplace();
  for (const std::string& name : split(text)) {
    if (name == "none") continue;
    const auto fault = fault_from(name);
    if (!fault) return complain("there is no fault \"" + name + "\"");
    options.faults->set(static_cast<std::size_t>(*fault));
  }
  return true;
}

bool read_steps(const std::string& text, Options& options) {
  options.steps.emplace();
  for (const std::string& part : split(text)) {
    std::uint64_t number = 0;
    if (!read_number(part, number)) return false;
    options.steps->insert(static_cast<int>(number));
  }
  return true;
}

bool read_value(const std::string& name, const std::string& value, Options& options) {
  std::uint64_t number = 0;
  if (name == "--seeds") return read_number(value, options.seeds);
  if (name == "--from") return read_number(value, options.from);
  if (name == "--faults") return read_faults(value, options);
  if (name == "--steps") return read_steps(value, options);
  if (name == "--hours") return (options.hours = std::atof(value.c_str())) > 0;
  if (name == "--jobs") {
    if (!read_number(value, number)) return false;
    options.jobs = static_cast<unsigned>(number);
    return true;
  }
  if (name == "--replay") {
    options.replay = true;
    return read_number(value, options.from);
  }
  if (name == "--mutant") {
    options.mutant = value;
    return true;
  }
  return complain("unknown option " + name);
}

}  // namespace

std::optional<Options> read_command_line(int count, char** arguments) {
  Options options;
  options.program = arguments[0];
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--help") {
      std::fputs(kHelp, stdout);
      return std::nullopt;
    }
    if (name == "--hashes") {
      options.hashes = true;
    } else if (name == "--no-shrink") {
      options.shrinks = false;
    } else if (name == "--requests") {
      options.requests = true;
    } else if (name == "--until-first") {
      options.until_first = true;
    } else if (i + 1 == count) {
      complain(name + " needs a value, or is unknown");
      return std::nullopt;
    } else if (!read_value(name, arguments[++i], options)) {
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace deskbell::test
