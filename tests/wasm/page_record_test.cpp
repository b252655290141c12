#include "wasm/page_record.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace deskbell {
namespace {

constexpr std::uint32_t kStoreVersion = 7;

struct Sample {
  std::string first = std::string(kPageBytes, 'a');
  std::string second = std::string(kPageBytes, 'b');
  PageRecord record{5, {{1, first}, {4, second}}};
  std::string bytes = encode_record(record, kStoreVersion);
};

// Gives the record a checksum that fits, so that the checks behind it are reached.
std::string resealed(std::string bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i + 8 < bytes.size(); ++i)
    hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3;
  for (std::size_t i = 0; i < 8; ++i)
    bytes[bytes.size() - 8 + i] = static_cast<char>(hash >> (8 * i) & 0xff);
  return bytes;
}

ErrorCode error_of(const std::string& bytes) {
  const Result<PageRecord> record = decode_record(bytes, kStoreVersion);
  BOOST_REQUIRE(!record.ok());
  return record.error().code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_record)

BOOST_AUTO_TEST_CASE(a_record_reads_back_as_it_was_written) {
  const Sample sample;
  const Result<PageRecord> record = decode_record(sample.bytes, kStoreVersion);
  BOOST_REQUIRE(record.ok());
  BOOST_TEST(record->file_pages == 5u);
  BOOST_REQUIRE(record->pages.size() == 2u);
  BOOST_TEST(record->pages[0].number == 1u);
  BOOST_TEST(record->pages[1].number == 4u);
  BOOST_TEST(record->pages[0].bytes == sample.first);
  BOOST_TEST(record->pages[1].bytes == sample.second);
}

BOOST_AUTO_TEST_CASE(a_record_cut_anywhere_is_refused) {
  const Sample sample;
  for (std::size_t length = 0; length < sample.bytes.size(); ++length)
    BOOST_TEST(!decode_record(sample.bytes.substr(0, length), kStoreVersion).ok());
  BOOST_TEST(!decode_record(sample.bytes + "x", kStoreVersion).ok());
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_is_refused) {
  const Sample sample;
  for (std::size_t i = 0; i < sample.bytes.size(); ++i) {
    std::string bytes = sample.bytes;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    BOOST_TEST(!decode_record(bytes, kStoreVersion).ok());
  }
}

BOOST_AUTO_TEST_CASE(a_record_of_a_newer_store_or_format_says_so) {
  const Sample sample;
  BOOST_TEST(
      (error_of(encode_record(sample.record, kStoreVersion + 1)) == ErrorCode::store_too_new));
  std::string newer_format = sample.bytes;
  newer_format[4] = 2;
  BOOST_TEST((error_of(newer_format) == ErrorCode::store_too_new));
  BOOST_TEST(decode_record(encode_record(sample.record, kStoreVersion - 1), kStoreVersion).ok());
}

BOOST_AUTO_TEST_CASE(page_numbers_out_of_range_or_order_are_refused_though_the_checksum_fits) {
  const Sample sample;
  std::string twice = sample.bytes;
  twice[24] = 1;  // the second page's number
  BOOST_TEST((error_of(resealed(twice)) == ErrorCode::storage_failed));
  std::string beyond = sample.bytes;
  beyond[24] = 5;
  BOOST_TEST((error_of(resealed(beyond)) == ErrorCode::storage_failed));
  std::string huge = sample.bytes;
  huge[15] = 1;  // 16 million pages
  BOOST_TEST((error_of(resealed(huge)) == ErrorCode::storage_failed));
  std::string many = sample.bytes;
  many[19] = '\x7f';  // two thousand million pages to follow
  BOOST_TEST((error_of(resealed(many)) == ErrorCode::storage_failed));
}

BOOST_AUTO_TEST_CASE(no_bytes_crash_the_reader) {
  const Sample sample;
  std::mt19937 random(20260101);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = sample.bytes.substr(0, random() % 64);
    for (int change = 0; change < 8 && !bytes.empty(); ++change)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % 4096, static_cast<char>(random()));
    if (bytes.size() >= 28 && random() % 2) bytes = resealed(bytes);
    const Result<PageRecord> record = decode_record(bytes, kStoreVersion);
    if (record)
      for (const RecordPage& page : record->pages) BOOST_TEST(page.bytes.size() == kPageBytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
