#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/confidence.h"
#include "core/answer/example_index.h"
#include "core/answer/feature_table.h"
#include "core/answer/vocabulary.h"
#include "core/answer/weight_table.h"
#include "core/answer/word_vectors.h"
#include "core/base/result.h"

namespace deskbell {

/// An entry that may answer a question, and why.
struct AnswerMatch {
  std::uint32_t entry;
  float score;
  float confidence;  ///< that this is the right entry, 0 to 1
  Evidence evidence;
  /// The most alike of the entry's texts, counted over all as they were added; Nearness::kNone if
  /// none has a word of the question.
  std::uint32_t nearest_example;
  /// The question's words that the entry's texts have, rarest first.
  std::vector<std::string> words;
};

struct AnswerRanking {
  std::vector<AnswerMatch> matches;  ///< best first
  /// Words that were taken for others: as written, and as read.
  std::vector<std::pair<std::string, std::string>> mended;
};

/// Finds the entry of an answer book that a question asks for. Entries are numbers from 0 on; the
/// index keeps nothing of the book but what finding needs. Made by AnswerTrainer, or loaded.
/// Reading is safe from several threads.
class AnswerIndex {
 public:
  /// What `save` wrote. Anything else, an index of another version too, is refused with
  /// `storage_failed`: then it is made anew from the book.
  static Result<AnswerIndex> load(std::string_view bytes);
  std::string save() const;

  std::uint32_t entries() const { return entries_; }
  /// Bytes of memory taken.
  std::size_t memory() const {
    return features_.memory() + word_vectors_.memory() + weights_.memory() + examples_.memory() +
           vocabulary_.memory();
  }

  /// Ranks entries for a whole question; at most `limit`, fewer if fewer have anything in common
  /// with it.
  AnswerRanking ask(std::string_view question, std::size_t limit) const;
  /// The same while the question is being typed: its last word may be unfinished.
  AnswerRanking suggest(std::string_view beginning, std::size_t limit) const;

 private:
  friend class AnswerTrainer;

  /// Of a text's vector: those of the book's features, then those of the words' vectors.
  std::uint32_t columns() const { return features_.size() + word_vectors_.dimensions(); }
  SparseVector vector_of(const Features& features) const;
  AnswerRanking rank(std::vector<Word> words, LastWord last, std::size_t limit) const;
  void mend(std::vector<Word>& words, LastWord last, AnswerRanking& ranking) const;
  /// Adds what an unfinished last word may become.
  void finish_last_word(std::vector<Word>& words, std::vector<Feature>& plain) const;
  std::vector<float> scores(const SparseVector& vector, const Nearness& nearness) const;
  std::vector<std::string> shared_words(const std::vector<Word>& words, std::uint32_t entry) const;

  std::uint32_t entries_ = 0;
  FeatureTable features_;
  WordVectors word_vectors_;
  WeightTable weights_;
  ExampleIndex examples_;
  Vocabulary vocabulary_;
  /// How much the nearest example counts beside the classifier.
  float blend_ = 1;
  /// There is one entry more than the book has: for questions it does not answer.
  bool knows_strangers_ = false;
};

}  // namespace deskbell
