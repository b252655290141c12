#include "wasm/page_file.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace deskbell {
namespace {

constexpr std::uint32_t kStoreVersion = 1;

std::string content(const PageFile& file) {
  std::string bytes(static_cast<std::size_t>(file.size()), '?');
  BOOST_TEST(file.read(0, bytes) == bytes.size());
  return bytes;
}

std::string page(char letter) {
  return std::string(kPageBytes, letter);
}

// Some writes and cuts in whole pages, as SQLite makes them.
void scribble(PageFile& file, std::mt19937& random) {
  for (std::uint64_t step = random() % 6 + 1; step > 0; --step) {
    if (random() % 5 == 0)
      BOOST_TEST(file.truncate(random() % 12 * kPageBytes));
    else
      BOOST_TEST(
          file.write(random() % 12 * kPageBytes, page(static_cast<char>('a' + random() % 26))));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_file)

BOOST_AUTO_TEST_CASE(bytes_come_back_at_any_offset_and_zeros_beyond_the_end) {
  PageFile file;
  BOOST_TEST(file.write(1000, "across the edge of two pages"));
  BOOST_TEST(file.size() == 1028u);
  std::string out(32, '?');
  BOOST_TEST(file.read(1000, out) == 28u);
  BOOST_TEST(out == "across the edge of two pages" + std::string(4, '\0'));
  BOOST_TEST(file.read(5000, out) == 0u);
  BOOST_TEST(out == std::string(32, '\0'));
}

BOOST_AUTO_TEST_CASE(what_was_cut_off_reads_as_zeros_when_the_file_grows_again) {
  PageFile file;
  BOOST_TEST(file.write(0, page('a') + page('b')));
  BOOST_TEST(file.truncate(kPageBytes + 10));
  BOOST_TEST(file.truncate(2 * kPageBytes));
  BOOST_TEST(content(file) ==
             page('a') + std::string(10, 'b') + std::string(kPageBytes - 10, '\0'));
}

BOOST_AUTO_TEST_CASE(a_batch_that_changes_nothing_has_no_record) {
  PageFile file;
  file.note_batches();
  BOOST_TEST(file.write(0, page('a')));
  BOOST_TEST(file.take(kStoreVersion).has_value());
  file.settle(true);
  BOOST_TEST(file.write(0, page('b')));
  BOOST_TEST(file.write(0, page('a')));
  BOOST_TEST(!file.take(kStoreVersion));
}

BOOST_AUTO_TEST_CASE(a_record_holds_only_the_pages_that_differ) {
  PageFile file;
  file.note_batches();
  BOOST_TEST(file.write(0, page('a') + page('b') + page('c')));
  file.settle(true);
  BOOST_TEST(file.write(kPageBytes, page('x')));
  BOOST_TEST(file.write(2 * kPageBytes, page('c')));
  const std::string record = file.take(kStoreVersion).value();
  const PageRecord read = decode_record(record, kStoreVersion).value();
  BOOST_REQUIRE(read.pages.size() == 1u);
  BOOST_TEST(read.pages[0].number == 1u);
}

BOOST_AUTO_TEST_CASE(a_taken_batch_cannot_be_written_to_until_it_is_settled) {
  PageFile file;
  file.note_batches();
  BOOST_TEST(file.write(0, page('a')));
  BOOST_TEST(file.take(kStoreVersion).has_value());
  BOOST_TEST(!file.write(0, page('b')));
  BOOST_TEST(!file.truncate(0));
  file.settle(true);
  BOOST_TEST(file.write(0, page('b')));
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_held_goes_on_and_is_taken_as_a_whole) {
  PageFile file;
  file.note_batches();
  BOOST_TEST(file.write(0, page('a')));
  file.settle(true);
  BOOST_TEST(file.write(0, page('b')));
  BOOST_TEST(file.take(kStoreVersion).has_value());
  file.hold();
  BOOST_TEST(file.write(kPageBytes, page('c')));
  const std::string held = file.take(kStoreVersion).value();
  const PageRecord read = decode_record(held, kStoreVersion).value();
  BOOST_TEST(read.pages.size() == 2u);
  file.hold();
  file.settle(false);
  BOOST_TEST(content(file) == page('a'));
}

BOOST_AUTO_TEST_CASE(a_file_cannot_grow_beyond_its_limit) {
  PageFile file;
  BOOST_TEST(!file.write(std::uint64_t{kMaxPages} * kPageBytes, "x"));
  BOOST_TEST(!file.write(~std::uint64_t{0} - 1, "x"));
  BOOST_TEST(!file.truncate(~std::uint64_t{0}));
  BOOST_TEST(file.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_record_is_refused_while_a_batch_is_open) {
  PageFile file;
  file.note_batches();
  const std::string record = encode_record({1, {{0, page('z')}}}, kStoreVersion);
  BOOST_TEST(file.write(0, page('a')));
  BOOST_TEST(!file.give(record, kStoreVersion).ok());
  BOOST_TEST(content(file) == page('a'));
  file.settle(false);
  BOOST_TEST(file.give(record, kStoreVersion).ok());
  BOOST_TEST(content(file) == page('z'));
}

BOOST_AUTO_TEST_CASE(a_damaged_record_changes_nothing) {
  PageFile file;
  file.note_batches();
  BOOST_TEST(file.write(0, page('a') + page('b')));
  file.settle(true);
  const std::string record = encode_record({3, {{0, page('x')}, {2, page('y')}}}, kStoreVersion);
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    std::string damaged = record;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    if (random() % 4 == 0) damaged.resize(random() % damaged.size());
    BOOST_TEST(!file.give(damaged, kStoreVersion).ok());
    BOOST_REQUIRE(content(file) == page('a') + page('b'));
  }
}

BOOST_AUTO_TEST_CASE(undo_restores_every_byte_and_records_carry_every_change) {
  std::mt19937 random(42);
  PageFile mine, other;
  mine.note_batches();
  other.note_batches();
  for (int round = 0; round < 3000; ++round) {
    const std::string before = content(mine);
    scribble(mine, random);
    const std::optional<std::string> record = mine.take(kStoreVersion);
    const bool keep = random() % 2;
    if (keep && record) BOOST_TEST(other.give(*record, kStoreVersion).ok());
    mine.settle(keep);
    if (!keep) BOOST_REQUIRE(content(mine) == before);
    BOOST_REQUIRE(content(mine) == content(other));
  }
}

BOOST_AUTO_TEST_CASE(a_folded_file_is_the_same_file_in_pieces_that_storage_takes) {
  std::mt19937 random(43);
  PageFile file;
  for (int i = 0; i < 400; ++i)
    if (random() % 3)
      BOOST_TEST(file.write(static_cast<std::uint64_t>(i) * kPageBytes,
                            page(static_cast<char>('a' + i % 26))));
  PageFile copy;
  BOOST_TEST(copy.write(0, std::string(500 * kPageBytes, '!')));
  copy.settle(true);
  const std::vector<std::string> chunks = file.fold(kStoreVersion);
  BOOST_TEST(chunks.size() > 1u);
  for (const std::string& chunk : chunks) {
    BOOST_TEST(chunk.size() <= kMaxChunkBytes);
    BOOST_TEST(copy.give(chunk, kStoreVersion).ok());
  }
  BOOST_TEST(content(copy) == content(file));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
