#include "core/answer/word_table.h"

#include <algorithm>

#include "core/answer/features.h"
#include "core/answer/packed_bytes.h"
#include "core/answer/words.h"

namespace deskbell {
namespace {

constexpr float kMostWeight = 255;
constexpr std::uint32_t kMostWords = 1U << 17;
constexpr std::size_t kCentreNumbers = WordTable::kDimensions * WordTable::kCentres;

std::uint32_t hash_of(WordTable::Kind kind, const std::u32string& word) {
  return kind == WordTable::Kind::stems ? word_hash(word) : run_hash(word);
}

template <class Byte>
std::string_view as_text(const std::vector<Byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Byte>
std::vector<Byte> as_bytes(std::string_view text) {
  std::vector<Byte> bytes;
  bytes.reserve(text.size());
  for (const char c : text) bytes.push_back(static_cast<Byte>(c));
  return bytes;
}

}  // namespace

WordTable::WordTable(Kind kind, const List& list)
    : centres_(list.centres.begin(), list.centres.end()), step_(list.step) {
  struct Place {
    std::uint32_t hash;
    std::uint32_t at;
  };
  std::vector<Place> places;
  std::string_view rest = list.words;
  for (std::uint32_t at = 0; !rest.empty(); ++at) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::vector<Word> words = words_of(rest.substr(0, end));
    if (words.size() == 1) places.push_back({hash_of(kind, words.front().letters), at});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.hash < b.hash; });
  for (const Place& place : places) {
    if (!hashes_.empty() && hashes_.back() == place.hash) continue;
    hashes_.push_back(place.hash);
    weights_.push_back(list.weights[place.at]);
    const auto codes = list.codes.subspan(place.at * kParts, kParts);
    codes_.insert(codes_.end(), codes.begin(), codes.end());
  }
}

std::uint32_t WordTable::find(std::uint32_t hash) const {
  const auto found = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  return found != hashes_.end() && *found == hash
             ? static_cast<std::uint32_t>(found - hashes_.begin())
             : size();
}

float WordTable::weight(std::uint32_t word) const {
  return static_cast<float>(weights_[word]) / kMostWeight;
}

void WordTable::add_to(Vector& sum, std::uint32_t word) const {
  const float scale = weight(word) * step_;
  for (std::size_t part = 0; part < kParts; ++part) {
    const std::size_t centre = part * kCentres + codes_[word * kParts + part];
    for (std::size_t i = 0; i < kPart; ++i)
      sum[part * kPart + i] += static_cast<float>(centres_[centre * kPart + i]) * scale;
  }
}

std::size_t WordTable::memory() const {
  return sizeof(std::uint32_t) * hashes_.size() + weights_.size() + codes_.size() + centres_.size();
}

void WordTable::save(PackedWriter& to) const {
  to.number(size());
  std::uint32_t previous = 0;
  for (const std::uint32_t hash : hashes_) {
    to.number(hash - previous);
    previous = hash;
  }
  to.text(as_text(weights_));
  to.text(as_text(codes_));
  to.text(as_text(centres_));
  to.real(step_);
}

WordTable WordTable::load(PackedReader& from) {
  WordTable table;
  const std::uint32_t size = from.count(kMostWords);
  constexpr std::uint32_t kMostHash = (1U << kFeatureHashBits) - 1;
  std::uint32_t hash = 0;
  for (std::uint32_t i = 0; i < size && from.good(); ++i) {
    const std::uint32_t step = from.number(kMostHash - hash);
    if (i > 0 && step == 0) from.fail();
    hash += step;
    table.hashes_.push_back(hash);
  }
  table.weights_ = as_bytes<std::uint8_t>(from.text());
  table.codes_ = as_bytes<std::uint8_t>(from.text());
  table.centres_ = as_bytes<std::int8_t>(from.text());
  table.step_ = from.real();
  if (table.weights_.size() != size || table.codes_.size() != size * kParts ||
      table.centres_.size() != kCentreNumbers)
    from.fail();
  return table;
}

}  // namespace deskbell
