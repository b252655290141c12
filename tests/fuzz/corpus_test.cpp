// Feeds every file of the corpora to its target once. New files come from the fuzzers.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

namespace fs = std::filesystem;

struct Row {
  const char* name;
  Target* run;
};
constexpr Row kTargets[] = {
    {"device", try_device},
    {"event", try_event},
    {"gate", try_gate},
    {"page_file", try_page_file},
    {"page_record", try_page_record},
    {"push", try_push},
    {"search", try_search},
    {"sse", try_sse},
    {"store", try_store},
    {"template", try_template},
    {"token", try_token},
    {"wire", try_wire},
};

void try_file(const Row& target, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  // Of exactly its size, so that the sanitizers see what is read beyond it.
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  try {
    target.run({bytes.data(), bytes.size()});
  } catch (const Broken& broken) {
    BOOST_ERROR(path.string() + ": " + broken.promise);
  }
}

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fuzz_corpus)

BOOST_DATA_TEST_CASE(no_input_that_was_ever_found_breaks_a_promise, kTargets, target) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CORPUS_FOLDER) / target.name)) {
    try_file(target, entry.path());
    ++files;
  }
  BOOST_TEST(files > 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::fuzz
